from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from analyzer.config import load_expectations, load_inventory
from analyzer.errors import ConfigurationError
from analyzer.ingest.logs.rules.rules_file import load_rules
from analyzer.redact.key import load_key
from analyzer.user_file import LARGEST, MOST_PARTS, content_of, shown, toml_table

LOADERS = {
    "expectations": load_expectations,
    "inventory": load_inventory,
    "rules": lambda path: load_rules([path]),
    "key": load_key,
}


@pytest.fixture(params=["device", "pipe", "folder", "too-large"])
def endless(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What is no file of settings, and whose reading may never end."""
    path = tmp_path / "given"
    match request.param:
        case "device":
            return Path("/dev/zero")
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case _:
            path.touch()
            os.truncate(path, 1 << 40)
    return path


@pytest.mark.parametrize("what", LOADERS)
def test_what_may_never_end_is_refused_in_words(what: str, endless: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        LOADERS[what](endless)
    assert str(caught.value).startswith(f"{endless}: ")
    assert "can't be read (" in str(caught.value)


def test_a_file_of_the_greatest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(b"#" * LARGEST)
    assert len(content_of(path)) == LARGEST
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(OSError, match="larger than 1048576 bytes"):
        content_of(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("\na" + ".a" * 8191 + " = 1", "a key of more than 32 parts (at line 2)", id="dotted"),
        pytest.param("[" + " . ".join(["'a b'"] * 40) + "]", "a key of more than 32 parts", id="header"),
        pytest.param("x = {" + "a." * 8000 + "b = 1}", "a key of more than 32 parts", id="inline"),
        pytest.param("x = " + "[" * 10_000, "too deep", id="arrays"),
        pytest.param("x = " + "{a=" * 10_000, "too deep", id="tables"),
        pytest.param("x = " + "1" * 5000, "Exceeds the limit", id="digits"),
        pytest.param("x = 1e99999999999999999999", "too large", id="exponent"),
        pytest.param("x = ", "Invalid value", id="no-value"),
    ],
)
def test_what_tomllib_can_not_bear_is_a_value_error(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are looked at below
        toml_table(text, Decimal)
    assert said in str(caught.value)


def test_what_only_looks_deep_is_read() -> None:
    key = ".".join("k" * MOST_PARTS)
    text = f'{key} = 1\noid = "1.3.6.1.4.1.6876.4.20.3.1"\ndots = "{"." * 100}"'
    assert toml_table(text)["oid"] == "1.3.6.1.4.1.6876.4.20.3.1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("2026-01-01", "2026-01-01", id="a date"),
        pytest.param("2026-01-01T10:00:00Z", "2026-01-01T10:00:00+00:00", id="a time of a day"),
        pytest.param("12:00:00", "12:00:00", id="a time"),
        pytest.param("[true, 2026-01-01, 'a']", "[true, 2026-01-01, 'a']", id="a list"),
        pytest.param("{ a = { b = 2026-01-01 } }", "{a = {b = 2026-01-01}}", id="tables"),
        pytest.param("0x" + "f" * 9000, "a number of thousands of digits", id="a number without end"),
        pytest.param(f"'{'a' * 5000}'", f"'{'a' * 99}…", id="a text without end"),
    ],
)
def test_a_wrong_value_is_shown_as_a_file_has_it(text: str, says: str) -> None:
    assert shown(toml_table(f"key = {text}")["key"]) == says


def test_a_value_in_which_others_stand_without_end_is_shown_in_words() -> None:
    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a value in which others stand too deep"
