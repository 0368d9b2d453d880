"""Runs that no message has are cut; whatever a message says stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs.text.window import LONGEST_MESSAGE, window


@pytest.mark.parametrize(
    ("message", "seen"),
    [
        ("Stargate on 192.168.1.26 is down", "Stargate on 192.168.1.26 is down"),
        ("down" + " " * 90 + "up", "down" + " " * 24 + "up"),
        ("a" * 300 + " b", "a" * 120 + " b"),
        ("CVM\n" + "-" * 60 + "\n192.168.1.26", "CVM\n" + "-" * 23 + "192.168.1.26"),
        ("CVM" + "-" * 60 + "\n192.168.1.26", "CVM" + "-" * 24 + "\n192.168.1.26"),
    ],
    ids=["usual", "blanks", "word", "rule", "lines"],
)
def test_only_long_runs_are_cut(message: str, seen: str) -> None:
    assert window(message) == seen


@given(st.text(alphabet="a1 -\n\t\"'", max_size=300))
def test_what_is_seen_is_in_the_message_in_its_order(message: str) -> None:
    seen = window(message)
    letters = iter(message)
    assert all(one in letters for one in seen)
    assert window(seen) == seen


def test_a_message_is_no_longer_than_the_longest() -> None:
    assert len(window("no " * LONGEST_MESSAGE)) == LONGEST_MESSAGE
