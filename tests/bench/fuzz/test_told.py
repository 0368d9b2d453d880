"""What a page says is what the next one goes on from."""

from __future__ import annotations

from datetime import date

import pytest

from bench.fuzz import told
from bench.fuzz.counts import Count, summed
from bench.fuzz.page import section
from bench.fuzz.reached import Reached
from bench.robustness import PAGE
from tests.bench.fuzz.test_targets import NAMES

COUNTED = {"scan, plain": Count(1_234_567, 4_567, 89), "marks": Count(300, 0, 0)}


def test_counts_and_lines_are_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "3.0")  # atheris is not needed to run the tests
    lines = {"scan, plain": Reached(86, 100), "marks": Reached(0, 0)}
    page = section(COUNTED, lines, {"marks": 2}, date(2026, 11, 22))

    assert summed(told.executed(page)) == COUNTED
    assert told.reached(page) == lines


def test_the_page_of_the_project_is_read() -> None:
    """A target that is new has no row yet."""
    counted = summed(told.executed(PAGE.read_text("utf-8")))
    assert {"scan, plain", "genesis.out", "manifest of a report"} <= counted.keys() <= set(NAMES)
