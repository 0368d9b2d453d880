"""Counts add up over runs."""

from __future__ import annotations

from pathlib import Path

from bench.fuzz.counts import Count, counts, note
from bench.fuzz.running import Fuzzed


def test_counts_are_summed_by_target(tmp_path: Path) -> None:
    for done in (Fuzzed("a", 10, 5), Fuzzed("b", 1, 1), Fuzzed("a", 100, 0), Fuzzed("a", 20, 4)):
        note(tmp_path, done)
    assert counts(tmp_path) == {"a": Count(130, 30, 5), "b": Count(1, 1, 1)}


def test_nothing_was_counted(tmp_path: Path) -> None:
    assert counts(tmp_path) == {}
