from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import (
    Answer,
    CantTell,
    Different,
    Direction,
    Figure,
    Groups,
    MoreRuns,
    NoLarger,
    NoRuns,
    Nothing,
    Pair,
    Shown,
    TooManyRuns,
    Why,
)
from analyzer.report.compared.lines import (
    DIRECTIONS,
    WHY,
    answer_words,
    line_words,
    pair_words,
)

OUTAGE: Figure = ("cvm-failure", "outage")
BEST_OF_THESE = "evidence like the best of these (a capture of the host's vmk1)"
NOBODY = "more runs would be needed than anybody makes, with evidence like this"
ONE = Span(3 * SECOND, 4 * SECOND)


def test_every_name_has_its_words() -> None:
    assert set(WHY) == set(get_args(Why))
    assert set(DIRECTIONS) == set(get_args(Direction))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Different("longer", 2_104_900_000, sure=False), "B is worse by at least 2.104 s"),
        (
            Different("shorter", SECOND, sure=True),
            "B is better by at least 1.000 s, whatever the values within their uncertainty are",
        ),
        (NoLarger(3_999_100_000), "no difference larger than 4.000 s"),
        (
            CantTell("too-few-runs", MoreRuns(5)),
            f"can't tell: {WHY['too-few-runs']}; 5 more runs a side with evidence like this would",
        ),
        (
            CantTell("interval-too-wide", TooManyRuns()),
            f"can't tell: {WHY['interval-too-wide']}; {NOBODY}",
        ),
        (
            CantTell("interval-too-wide", NoRuns()),
            f"can't tell: {WHY['interval-too-wide']}; no number of runs with evidence like this would",
        ),
        (
            CantTell("interval-too-wide", MoreRuns(5, better=True)),
            f"can't tell: {WHY['interval-too-wide']}; 5 more runs a side with {BEST_OF_THESE} would",
        ),
    ],
)
def test_the_three_answers(answer: Answer, words: str) -> None:
    assert answer_words(answer, "B", OUTAGE) == words


def test_what_would_tell_more_is_of_the_figure() -> None:
    asked = CantTell("interval-too-wide", MoreRuns(5, better=True))

    assert answer_words(asked, "B", ("cvm-failure", "detect")).endswith("the best of these (genesis.out) would")


@pytest.mark.parametrize(
    ("longer", "words"),
    [
        (Span(2 * SECOND, 4 * SECOND), "B is worse by at least 2.000 s"),
        (Span(-4 * SECOND, -229_500), "B is better by at least 229 µs"),
        (Span(-SECOND, 3 * SECOND), "they differ by at most 3.000 s"),
        (Span(-SECOND, UNBOUNDED), "can't tell which is longer"),
        (Span(SECOND, UNBOUNDED), "B is worse by at least 1.000 s"),
    ],
)
def test_pairs(longer: Span, words: str) -> None:
    assert pair_words(longer, "B") == words


def test_a_line_of_two_groups() -> None:
    groups = Groups(
        figure=("cvm-failure", "repair"),
        first=(ONE,) * 4,
        second=(ONE,),
        p=0.02,
        corrected=0.1,
        grade="too-vague",
        interval=ONE,
        shown=Shown(5 * SECOND + MILLISECOND // 2),
        answer=CantTell("among-several", MoreRuns(1)),
    )
    repair = "CVM failure, repair (the route is changed): A 4 runs, B 1 run"
    answer = answer_words(groups.answer, "B", groups.figure)

    assert line_words(groups, "A", "B") == (
        f"{repair}; {answer} (p 0.02, 0.1 among all; such runs show 5.001 s in 80 %)"
    )
    assert line_words(replace(groups, method="midrange"), "A", "B").endswith("by their middles)")
    assert line_words(Pair(OUTAGE, ONE, ONE, Span(-SECOND, SECOND)), "A", "B") == (
        "CVM failure, Outage: A 3.5 s ± 0.5 s, B 3.5 s ± 0.5 s; they differ by at most 1.000 s"
    )


def test_what_can_be_shown_may_be_nothing() -> None:
    one = Groups(
        figure=OUTAGE,
        first=(ONE,) * 2,
        second=(ONE,),
        p=1.0,
        corrected=1.0,
        grade="too-few-runs",
        interval=ONE,
        shown=Nothing(),
        answer=NoLarger(SECOND),
    )

    assert line_words(one, "A", "B") == (
        "CVM failure, Outage: A 2 runs, B 1 run; no difference larger than 1.000 s (p 1; such runs show nothing)"
    )
