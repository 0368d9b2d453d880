from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from analyzer.cli.options import AboutGiven, Reading, about_of, clock_offset, settings_of
from analyzer.config import default_expectations
from analyzer.errors import ConfigurationError, UsageError
from analyzer.model.about import About

NONE: Reading = {
    "log_timezone": None,
    "log_year": None,
    "clock": (),
    "rules": (),
    "expectations": None,
    "inventory": None,
    "storage_address": None,
    "host_private_address": None,
    "cvm_management_address": None,
    "nfs_port": None,
}


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        pytest.param("genesis.out=1.7s", ("genesis.out", 1_700_000_000), id="seconds"),
        pytest.param("a=b.pcap=-250ms", ("a=b.pcap", -250_000_000), id="name-with-equals-and-minus"),
        pytest.param("x=+1h", ("x", 3_600_000_000_000), id="hours"),
        pytest.param("x=0.000000001", ("x", 1), id="no-unit-is-seconds"),
        pytest.param("x=3 µs", ("x", 3_000), id="microseconds"),
    ],
)
def test_a_clock_offset_is_exact(text: str, offset: tuple[str, int]) -> None:
    assert clock_offset(text) == offset


@pytest.mark.parametrize("text", ["", "x", "x=", "=1s", "x=1 day", "x=1e3", "x=0.1ns", "x=nan"])
def test_a_wrong_clock_offset_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="--clock"):
        clock_offset(text)


def test_the_defaults_are_the_designs() -> None:
    settings = settings_of(NONE)
    assert settings.expectations == (), "so that the program's own hold"
    assert [(e.kind, e.metric, e.expected) for e in default_expectations()] == [
        ("cvm-failure", "detection", 23_000_000_000),
        ("route-injection", "detection", 35_000_000_000),
        ("route-deletion", "detection", 19_000_000_000),
        ("*", "outage", 36_000_000_000),
    ]
    assert (settings.storage_address, settings.nfs_port) == ("192.168.5.2", 2049)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param({"log_timezone": "Mars/Olympus"}, "no such zone", id="zone"),
        pytest.param({"log_timezone": "../etc/passwd"}, "no such zone", id="zone-that-is-a-path"),
        pytest.param({"log_timezone": ""}, "no such zone", id="zone-empty"),
        pytest.param({"storage_address": "192.168.5"}, "--storage-address 192.168.5: expected an IPv4", id="address"),
        pytest.param({"nfs_port": 70000}, "--nfs-port 70000", id="port"),
    ],
)
def test_a_wrong_option_is_a_usage_error(given: Reading, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        settings_of({**NONE, **given})


def test_addresses_and_ports_are_settings() -> None:
    settings = settings_of({**NONE, "storage_address": "10.0.0.2", "nfs_port": 12049}, strict=True)
    assert (settings.storage_address, settings.nfs_port, settings.strict) == ("10.0.0.2", 12049, True)


def test_a_missing_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no\.toml: can't be read"):
        settings_of({**NONE, "expectations": tmp_path / "no.toml"})


UNTOLD: AboutGiven = {"title": None, "ticket": None, "cluster": None, "operator": None, "label": (), "zone": None}


def test_what_a_run_is_about_is_told_by_options() -> None:
    given: AboutGiven = {
        **UNTOLD,
        "title": "DR test",
        "label": ("b=2", "a = x=y"),
        "zone": "Europe/Berlin",
        "ticket": "",
    }

    assert about_of(UNTOLD) == About()
    assert about_of(given) == About(title="DR test", labels=(("a", "x=y"), ("b", "2")), zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param({"zone": "Mars/Olympus"}, "--zone Mars/Olympus: no such zone", id="zone"),
        pytest.param({"label": ("phase",)}, "--label phase: expected KEY=VALUE", id="no-value"),
        pytest.param({"label": ("=2",)}, "--label =2: expected KEY=VALUE", id="no-key"),
        pytest.param({"label": ("a=1", "a=2")}, "--label a=2: a is '1' already", id="twice"),
    ],
)
def test_a_wrong_word_about_a_run_is_a_usage_error(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        about_of(cast("AboutGiven", UNTOLD | given))
