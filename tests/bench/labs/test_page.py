"""The page of the labs: figures, and what is wrong beside the command that makes its lab again."""

from __future__ import annotations

from msgspec.structs import replace

from bench.accuracy.rows import Row, SpanRow
from bench.labs.page import page

RIGHT = Row(case="lab/1/log", scenario="healthy", shape="lab", impairment="recorded", mix="log", required=2, missed=0)
OUTAGE = SpanRow(kind="cvm-failure", name="outage", holds=False, width=1, error=2, beside=3)


def test_the_figures() -> None:
    text = page(range(1, 3), [RIGHT, replace(RIGHT, missed=1, spans=(OUTAGE,))], {})

    assert "seeds 1 to\n2 " in text
    assert "| healthy | 2 | 4 | 1 | 0 | 0 | 1 | 0 % | 1 | 0 % |" in text
    assert text.endswith("## What is wrong\n\nNothing.\n")


def test_what_is_wrong() -> None:
    text = page(range(1, 3), [replace(RIGHT, faults=("bad",), simulate="autopath lab healthy")], {2: "no root"})

    assert "- lab 2 did not run: no root" in text
    assert "- lab/1/log: `autopath lab healthy`\n  - bad" in text
