from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from analyzer.config import load_expectations, load_inventory
from analyzer.errors import ConfigurationError
from analyzer.ingest.logs.rules.rules_file import load_rules
from analyzer.redact.key import load_key
from analyzer.user_file import LARGEST, MOST_PARTS, content_of, toml_table

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
