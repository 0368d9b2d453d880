from __future__ import annotations

from collections.abc import Sequence

import pytest

from analyzer.compare.runs.comparison import among_all, versus
from analyzer.compare.runs.documents import compared_test
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Group
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import (
    CantTell,
    Compared,
    Different,
    Groups,
    MoreRuns,
    NoLarger,
    NoRuns,
    OneSided,
    Pair,
    Shown,
)
from tests.compare.drawn import history
from tests.compare.runs.made import OUTAGE, of_durations, one_test, sample


def compared(first: Sequence[ComparedTest], second: Sequence[ComparedTest], size: int = SECOND) -> tuple[Compared, ...]:
    (found,) = versus([(Group("A", tuple(first)), Group("B", tuple(second)))], size)
    return found.lines


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


def test_all_comparisons_are_corrected_together() -> None:
    groups = [Group(str(seed), tuple(runs(seed, 6, shift))) for seed, shift in ((1, 0.0), (2, 9.0), (3, 0.0))]

    alone = [compared(groups[0].tests, one.tests)[0] for one in groups[1:]]
    found = [one.lines[0] for one in versus([(groups[0], one) for one in groups[1:]], SECOND)]
    assert [one.p for one in found if isinstance(one, Groups)] == [one.p for one in alone if isinstance(one, Groups)]
    assert [one.corrected for one in found if isinstance(one, Groups)] == [2 * found[0].p, found[1].p]  # type: ignore[union-attr]


def test_several_groups_among_each_other() -> None:
    groups = [Group(str(seed), tuple(runs(seed, 6, shift))) for seed, shift in ((1, 0.0), (2, 9.0), (3, 0.0))]

    (found,) = among_all(groups)
    assert (found.figure, found.groups) == (OUTAGE, 3)
    assert found.p == found.corrected < 0.05
    assert among_all(groups[:2]) == ()


def test_wide_spans_that_share_a_stretch_promise_nothing() -> None:
    first, second = (
        [of_durations({OUTAGE: Span(at * SECOND, (at + 20) * SECOND)}) for at in starts]
        for starts in ((1, 2, 3, 4, 5, 6), (2, 3, 4, 5, 6, 7))
    )

    (found,) = compared(first, second, 6 * SECOND)
    assert isinstance(found, Groups)
    assert isinstance(found.answer, CantTell)
    assert found.answer.would == NoRuns()
    assert isinstance(found.shown, Shown)
    assert found.shown.shift >= 14 * SECOND


def test_the_wait_for_a_check_spreads_what_it_is_in() -> None:
    """Three outages known to 0.2 s lie within 1 s by chance, and yet the wait is up to 30 s."""
    first, second = (
        [of_durations({OUTAGE: Span(round((at + by) * SECOND), round((at + by + wide) * SECOND))}) for at, wide in runs]
        for by, runs in ((0, ((5, 0.2), (5.5, 0.2), (6, 0.2), (0, 40), (1, 40))), (0.1, ((5, 0.2), (6, 0.2), (0, 40))))
    )

    (found,) = compared(first, second, 2 * SECOND)
    assert isinstance(found, Groups)
    assert isinstance(found.answer, CantTell)
    assert not isinstance(found.answer.would, MoreRuns)
