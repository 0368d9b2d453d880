from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.config import Inventory, Settings, about_told, load_expectations, load_inventory, nanoseconds
from analyzer.errors import ConfigurationError
from analyzer.model.about import About

GOOD = '[[expectation]]\nkind = "cvm-failure"\nexpected_s = {}\n'


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "given.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_nanoseconds_are_exact(ns: int) -> None:
    assert nanoseconds(Decimal(ns) / 10**9) == ns


def test_an_expectation_is_read_exactly(tmp_path: Path) -> None:
    (expectation,) = load_expectations(written(tmp_path, GOOD.format("0.1") + "tolerance_s = 0.3\nsource = 'us'"))
    assert (expectation.metric, expectation.expected, expectation.tolerance) == ("detection", 10**8, 3 * 10**8)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("[[expectation]", "is no TOML", id="no-toml"),
        pytest.param("a = " + "[" * 100_000, "is no TOML", id="nested"),
        pytest.param(b"\xff\xfe", "byte 0 is not UTF-8", id="not-utf-8"),
        pytest.param("", "missing key `expectation`", id="empty"),
        pytest.param("expectation = []", "no [[expectation]] table", id="no-table"),
        pytest.param(GOOD.format(1) + "metrics = 'x'", "expectation 1: unknown key `metrics`", id="unknown-key"),
        pytest.param(GOOD.format("'soon'"), "expectation 1, expected_s:", id="no-number"),
        pytest.param(GOOD.format(0), "must be above 0", id="zero"),
        pytest.param(GOOD.format("inf"), "is no time", id="infinite"),
        pytest.param(GOOD.format("1e-12"), "finer than a nanosecond", id="too-fine"),
        pytest.param(GOOD.format(1).replace("cvm-failure", "cvm"), "kind is 'cvm'; expected one of", id="kind"),
        pytest.param(GOOD.format(1) * 2, "expectation 2 repeats expectation 1", id="twice"),
    ],
)
def test_a_bad_expectations_file_is_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    check(tmp_path, text, sentence, load_expectations)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("[[hosts]]\naddress = 'x'", "hosts 1.address is 'x'; expected an IPv4", id="address"),
        pytest.param("[[cvms]]\naddress = '10.0.0.1'\nmacs = ['00:11']", "cvms 1.macs has '00:11'", id="mac"),
        pytest.param("[[hosts]]\nname = 'a'", "hosts 1: missing key `address`", id="no-address"),
        pytest.param("[[cvms]]\naddress = '10.0.0.1'\nmac = 'x'", "(valid: name, address, macs)", id="valid-keys"),
        pytest.param("host = 'x'", "correct that key (valid: cluster, run, hosts, cvms)", id="valid-top-keys"),
        pytest.param("[run]\nzone = 'Mars'", "run.zone is 'Mars'; there is no such zone", id="zone"),
        pytest.param("[run]\ntickets = 'x'", "run: unknown key `tickets`", id="run-key"),
        pytest.param("[run.labels]\na = 1", "run labels", id="label"),
        pytest.param("[[hosts]]\naddress = 1", "hosts 1, address: expected `str`", id="type"),
    ],
)
def test_a_bad_inventory_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    check(tmp_path, text, sentence, load_inventory)


def check(folder: Path, text: str | bytes, sentence: str, load: Callable[[Path], object]) -> None:
    path = written(folder, text)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_macs_are_written_one_way(tmp_path: Path) -> None:
    path = written(tmp_path, "[[hosts]]\naddress = '10.0.0.1'\nmacs = ['00-50-56-AA-BB-CC']\nname = 'esx1'")
    (host,) = load_inventory(path).hosts
    assert (host.name, host.macs) == ("esx1", ("00:50:56:aa:bb:cc",))


def test_an_inventory_says_what_its_runs_are_about(tmp_path: Path) -> None:
    text = "cluster = 'lab'\n[run]\nticket = 'CHG1'\nzone = 'Europe/Berlin'\n[run.labels]\nphase = '2'\na = 'b'"
    inventory = load_inventory(written(tmp_path, text))

    assert inventory.run == About(ticket="CHG1", zone="Europe/Berlin", labels=(("a", "b"), ("phase", "2")))
    settings = Settings(inventory=inventory, about=About(ticket="CHG2"))
    assert about_told(settings).ticket == "CHG2", "what is given beats the inventory"
    assert about_told(settings).cluster == "lab"
    assert about_told(settings).zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "about",
    [
        About(title="x" * 301),
        About(labels=(("k" * 200, "v" * 200),)),
        About(labels=tuple((str(number), "") for number in range(51))),
    ],
    ids=["title", "label", "labels"],
)
def test_what_a_run_is_about_is_words_and_no_text(about: About) -> None:
    for settings in ({"about": about}, {"inventory": Inventory(run=about)}):
        with pytest.raises(ConfigurationError, match="give at most"):
            Settings(**settings)


@pytest.mark.parametrize("wrong", [{"log_timezone": "Mars"}, {"about": About(zone="Mars")}])
def test_a_wrong_zone_fails_where_it_is_given(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"is 'Mars'; there is no such zone: give an IANA name"):
        Settings(**wrong)
