"""What is counted of random sequences, and which lines it breaks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bench.accuracy.results.sequences import by_mix, by_oddity, faults, reasons, sequence_floors
from bench.accuracy.rows import Row, SpanRow, ToldRow, VerdictRow

SPAN = SpanRow("cvm-failure", "repaired", holds=True, width=1, error=0, beside=0)
RIGHT = Row(
    case="random/1/everything",
    scenario="random",
    shape="3-nodes",
    impairment="clocks set, voice",
    mix="everything",
    required=1,
    missed=0,
    told=(ToldRow("cvm-failure", "high", right=True, vague=False, flaws=0),),
    spans=(SPAN,) * 1000,
    verdicts=(VerdictRow("MET", wrong=False),),
)
WRONG = {
    "crashes": replace(RIGHT, crashed=True),
    "phantoms": replace(RIGHT, told=(*RIGHT.told, ToldRow("cvm-recovery", "low", right=False, vague=False, flaws=0))),
    "wrong MET, LATE or MISSED": replace(RIGHT, verdicts=(VerdictRow("LATE", wrong=True),)),
    "false all-clears": replace(RIGHT, all_clear=True),
    "acceptable, and wrongly": replace(RIGHT, wrong_yes=("acceptable, and not told: cvm-failure of 192.168.1.24",)),
    "findings without cause": replace(RIGHT, unfounded=("AP108",)),
    "kinds right with everything, 99.9 %": replace(RIGHT, missed=1),
    "Spans that hold the truth, 99.7 %": replace(RIGHT, spans=(SPAN,) * 996 + (replace(SPAN, holds=False),) * 4),
    "99 % of Spans in each mix": replace(RIGHT, spans=(SPAN,) * 98 + (replace(SPAN, holds=False),) * 2),
}


def broken(*rows: Row) -> set[str]:
    return {one.name.partition(": ")[2] for one in sequence_floors(rows) if not one.holds}


def test_what_is_right_breaks_nothing() -> None:
    assert broken(RIGHT) == set()
    assert len(list(sequence_floors((RIGHT,)))) == len(WRONG)


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_breaks_its_line(line: str) -> None:
    assert line in broken(RIGHT, WRONG[line]) or line in broken(WRONG[line])


def test_a_span_in_doubt_is_neither_right_nor_wrong() -> None:
    doubted = replace(SPAN, holds=False, doubt="a clock is assumed")

    assert broken(replace(RIGHT, spans=(*RIGHT.spans, *(doubted,) * 50))) == set()
    assert list(reasons((replace(RIGHT, spans=(doubted, doubted)),))) == [("a clock is assumed", "2")]


def test_figures_are_by_mix_and_by_what_is_unusual() -> None:
    rows = (RIGHT, replace(WRONG["phantoms"], mix="log", impairment="nothing"))

    mixes, oddities = ([dict(zip(table[0], line, strict=True)) for line in table[1:]] for table in
                       (list(by_mix(rows)), list(by_oddity(rows))))  # fmt: skip
    assert {line["evidence"]: line["phantoms"] for line in mixes} == {"everything": "0", "log": "1", "all": "1"}
    assert {line["unusual"]: line["phantoms"] for line in oddities} == {"clocks set": "0", "nothing": "1", "voice": "0"}


def test_each_fault_is_told_with_its_name() -> None:
    row = replace(RIGHT, faults=("not told: cvm-failure",), simulate="# what was done")

    assert list(faults((RIGHT, row))) == ["random/1/everything\n  # what was done", "  not told: cvm-failure"]
