"""The section says how many there were, of each target and in all, and what is below the least."""

from __future__ import annotations

from datetime import date

import pytest

from bench.fuzz import page
from bench.fuzz.counts import Count
from bench.fuzz.reached import Reached


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "3.0")


def test_each_target_has_its_row() -> None:
    counted = {"marks": Count(400_000, 50_000, 380), "tar": Count(2_000, 100, 9)}
    said = page.section(counted, {"marks": Reached(9, 10)}, {"tar": 2}, date(2026, 11, 29))

    assert "| marks | 400,000 | 50,000 | 380 | 90 % | 0 |\n| tar | 2,000 | 100 | 9 |  | 2 |" in said
    assert "402,000 executions in all; at least 10,000,000 are aimed at" in said
    assert "Below that: tar." in said
    assert "2026-11-29" in said


def test_where_none_is_below() -> None:
    said = page.section({"a": Count(300_000, 1, 1)}, {}, {}, date(2026, 11, 29))
    assert "No target is below that." in said
