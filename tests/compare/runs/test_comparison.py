from __future__ import annotations

import pytest

from analyzer.compare.runs.comparison import compared
from analyzer.compare.runs.documents import compared_test
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import CantTell, Different, Groups, NoLarger, OneSided, Pair
from tests.compare.drawn import history
from tests.compare.runs.made import OUTAGE, of_durations, one_test, sample


def runs(seed: int, count: int, shift: float = 0.0) -> list[ComparedTest]:
    return [one_test(one.least / SECOND) for one in history(seed, count, shift=shift)]


def test_single_runs_are_a_pair() -> None:
    assert compared([one_test(3)], [one_test(6)], SECOND) == (
        Pair(
            OUTAGE,
            Span(3 * SECOND, 4 * SECOND),
            Span(6 * SECOND, 7 * SECOND),
            Span(2 * SECOND, 4 * SECOND),
        ),
    )


@pytest.mark.parametrize(("count", "shift", "answer"), [(6, 9.0, Different), (10, 0.0, NoLarger), (3, 9.0, CantTell)])
def test_groups_have_an_answer(count: int, shift: float, answer: type) -> None:
    (found,) = compared(runs(1, count), runs(3, count, shift), 4 * SECOND)

    assert isinstance(found, Groups)
    assert isinstance(found.answer, answer)
    assert found.p == found.corrected
    assert (len(found.first), len(found.second)) == (count, count)


def test_what_one_side_alone_has() -> None:
    (found,) = compared([one_test(3)], [of_durations({})], SECOND)

    assert found == OneSided(OUTAGE, 1, 0)


def test_a_run_beside_itself_differs_by_no_more_than_its_doubt() -> None:
    found = compared([compared_test(sample(), "a")], [compared_test(sample(), "b")], SECOND)

    assert len(found) > 5
    assert [one for one in found if not isinstance(one, Pair) or not one.longer.holds(0)] == []
