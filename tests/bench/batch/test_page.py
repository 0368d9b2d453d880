"""The section of docs/batch.md."""

from __future__ import annotations

from datetime import date

from bench.batch.page import HEADING, PAGE, section
from bench.batch.processes import Ran
from bench.batch.study import Row


def test_each_way_is_a_row() -> None:
    done = [
        Row("one worker", Ran(0, 30.0, 0), 20, 0, ()),
        Row("2 workers", Ran(0, 16.0, 0), 20, 0, ()),
        Row("2 workers, killed", Ran(3, 20.0, 10), 19, 1, ("a/run.json", "batch.json")),
    ]
    text = section(done, 20, 1, date(2026, 11, 29))

    assert "| 2 workers, killed | 20.0 | 10 | 19 | 1 | 2 |" in text.splitlines()
    assert "Two workers: 1.88 × one." in text
    assert "20 simulated tests (seed 1)" in text or "20 simulated tests, seed 1" in text


def test_the_page_has_its_place() -> None:
    assert f"\n## {HEADING}\n" in PAGE.read_text("utf-8")
