from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import (
    Answer,
    CantTell,
    Different,
    Figure,
    Groups,
    MoreRuns,
    NoLarger,
    Nothing,
    OneSided,
    Pair,
    SettingName,
    Shown,
    TooManyRuns,
    Why,
)
from analyzer.report.compared import SETTINGS, WHY, answer_words, comparison_words, not_comparable, pair_words

OUTAGE: Figure = ("cvm-failure", "outage")
ONE = Span(3 * SECOND, 4 * SECOND)


def test_every_name_has_its_words() -> None:
    assert set(SETTINGS) == set(get_args(SettingName))
    assert set(WHY) == set(get_args(Why))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Different("longer", 2_104_900_000, sure=False), "B is longer by at least 2.104 s"),
        (
            Different("shorter", SECOND, sure=True),
            "B is shorter by at least 1.000 s, whatever the values within their uncertainty are",
        ),
        (NoLarger(3_999_100_000), "no difference larger than 4.000 s"),
        (
            CantTell("too-few-runs", MoreRuns(5)),
            f"can't tell: {WHY['too-few-runs']}; 5 more runs a side would, with evidence like this",
        ),
        (
            CantTell("interval-too-wide", TooManyRuns()),
            f"can't tell: {WHY['interval-too-wide']}; 40 runs a side would not, with evidence like this",
        ),
    ],
)
def test_the_three_answers(answer: Answer, words: str) -> None:
    assert answer_words(answer) == words


@pytest.mark.parametrize(
    ("longer", "words"),
    [
        (Span(2 * SECOND, 4 * SECOND), "B is longer by at least 2.000 s"),
        (Span(-4 * SECOND, -229_500), "B is shorter by at least 229 µs"),
        (Span(-SECOND, 3 * SECOND), "they differ by at most 3.000 s"),
        (Span(-SECOND, UNBOUNDED), "can't tell which is longer"),
        (Span(SECOND, UNBOUNDED), "B is longer by at least 1.000 s"),
    ],
)
def test_pairs(longer: Span, words: str) -> None:
    assert pair_words(longer) == words


def test_the_sentences_of_a_comparison() -> None:
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
    alone = [OneSided(("cvm-recovery", name), 0, 2) for name in ("outage", "wait")]
    found = list(comparison_words([Pair(OUTAGE, ONE, ONE, Span(-SECOND, SECOND)), groups, *alone]))

    assert found == [
        "Where there is one run a side, this holds for these two runs and says nothing of their clusters.",
        "CVM failure, Outage: A 3.5 s ± 0.5 s, B 3.5 s ± 0.5 s; they differ by at most 1.000 s",
        f"{repair}; {answer_words(groups.answer)} (p 0.02, 0.1 among all; such runs show 5.001 s in 80 %)",
        "CVM recovery, only in B: Outage, wait (until the next HA check)",
    ]


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

    assert list(comparison_words([one])) == [
        "CVM failure, Outage: A 2 runs, B 1 run; no difference larger than 1.000 s (p 1; such runs show nothing)"
    ]


def test_why_runs_are_not_compared() -> None:
    assert not_comparable(("rules",)) == "not comparable: the runs differ in the rules for log lines"
    assert not_comparable(("expectations", "rules", "nfs-port")).endswith(
        "in the expectations, the rules for log lines and the NFS port"
    )
