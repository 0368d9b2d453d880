"""The words that stay: those of the program and its field, and no name of anybody."""

from __future__ import annotations

import pytest

from analyzer.redact.vocabulary import is_known, vocabulary


@pytest.mark.parametrize(
    "word", ["Forwarding", "stargates", "NfsTerminateConnection", "genesis.out", "APD", "esxcfg-route"]
)
def test_a_word_of_ours_is_known_in_any_case(word: str) -> None:
    assert is_known(word)
    assert is_known(word.upper())


@pytest.mark.parametrize(
    "name", ["acme", "jdoe", "frankfurt", "esx-1", "esx-a", "cvm-1", "payroll", "alice", "Max", "prod-7"]
)
def test_a_name_is_not(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize("word", ["mark", "will", "Sun", "READ", "key"])
def test_a_word_that_is_a_name_only_in_capitals_stays(word: str) -> None:
    assert is_known(word)


@pytest.mark.parametrize("name", ["Mark", "WILL", "Grey", "zeus", "Blake"])
def test_a_word_of_ours_that_is_somebodys_name_goes(name: str) -> None:
    assert not is_known(name)


def test_no_word_is_a_number_or_an_address() -> None:
    words = vocabulary()
    assert len(words) > 5_000
    assert [word for word in words if word[0].isdigit() and not word.startswith("0x")] == []
