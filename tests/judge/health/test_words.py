"""Every contradiction and assumption has words of its own, with what it knows."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.judge.health.words import assumption_words, contradiction_words, lasting
from analyzer.model.correlation import Assumption, AssumptionName, Contradiction, ContradictionName
from analyzer.model.instant import MILLISECOND, SECOND, Span

HOUR = 3600 * SECOND


def test_every_contradiction_has_words_of_its_own() -> None:
    names: tuple[ContradictionName, ...] = get_args(ContradictionName)
    said = [contradiction_words(Contradiction(name=name, bound=Span(0, 0))) for name in names]

    assert len(set(said)) == len(said) == len(names)
    assert all(said)


def test_every_assumption_has_words_of_its_own() -> None:
    names: tuple[AssumptionName, ...] = get_args(AssumptionName)
    said = [assumption_words(Assumption(name, "a.log", "192.168.1.24")) for name in names]

    assert len(set(said)) == len(said) == len(names)
    assert all("a.log" in one and "192.168.1.24" in one for one in said)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (-8 * HOUR, "08:00 h behind the one that was given (UTC-08:00 if that was UTC)"),
        (5 * HOUR + HOUR // 2, "05:30 h ahead of the one that was given (UTC+05:30 if that was UTC)"),
    ],
    ids=["behind", "ahead"],
)
def test_a_zone_is_told_as_it_lies_to_the_one_that_was_given(by: int, said: str) -> None:
    told = contradiction_words(Contradiction(name="another-zone", clock="log", by=by))

    assert told == f"the stamps of log fit a zone {said}"


def test_a_given_offset_is_told_with_the_captures_bound() -> None:
    bound = Span(-1_500_000, 2 * MILLISECOND + 1)
    told = contradiction_words(Contradiction(name="given-offset", clock="log", by=3 * SECOND, bound=bound))

    assert told == "--clock puts log 3000 ms ahead, but the captures bound it to between -2 ms and 3 ms"


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (850, "850 ms"),
        (1_951, "1.9 s"),
        (10_000, "10 s"),
        (119_999, "119.9 s"),
        (120_000, "2 min"),
        (1_421_258, "23 min 41 s"),
        (7_200_000, "2 h"),
        (9_000_000, "2 h 30 min"),
    ],
)
def test_how_long_a_step_is_has_the_unit_of_a_reader(ms: int, said: str) -> None:
    assert lasting(ms * MILLISECOND) == said
