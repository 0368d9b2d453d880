from __future__ import annotations

import pytest

from analyzer.compare.spans import FARTHEST, alike, one_history, strata
from analyzer.model.instant import UNBOUNDED, Span
from tests.compare.drawn import between, exact, history


def test_a_history_is_a_row() -> None:
    found = one_history(between((1, 2), (3, 5)))

    assert found.least.tolist() == [[10**9, 3 * 10**9]]
    assert found.most.tolist() == [[2 * 10**9, 5 * 10**9]]
    assert (found.histories, found.runs) == (1, 2)


def test_without_durations_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no durations"):
        one_history([])


def test_what_is_not_bounded_ends_far_away() -> None:
    assert one_history([Span(3, UNBOUNDED)]).most.tolist() == [[FARTHEST]]


@pytest.mark.parametrize(
    ("durations", "like"),
    [
        (exact(1, 2, 3, 9), True),
        (history(1, 8), True),
        (history(1, 4, width=1.0) + history(2, 4, width=2.0), True),
        (history(1, 4, width=1.0) + history(2, 4, width=2.1), False),
        (history(1, 4, width=0.0) + history(2, 4, width=30.0), False),
        (history(1, 8, width=0.001) + history(2, 8, width=0.05), True),  # far below what the values differ by
        (exact(3, 3.01, 3.02) + between((2.9, 3.1)), False),  # not so here
    ],
    ids=["exact", "same", "twice", "more", "wire only", "fine", "close together"],
)
def test_evidence_that_is_alike(durations: list[Span], like: bool) -> None:
    assert alike(one_history(durations)).tolist() == [like]


@pytest.mark.parametrize(
    ("durations", "groups"),
    [
        (exact(1, 2, 3), [0, 0, 0]),
        (between((0, 1), (0, 4), (3, 4.5), (9, 11), (0, 30)), [0, 1, 0, 0, 2]),
        (
            exact(0, 8) + between((1, 1.3), (9, 9.4), (1, 3), (5, 8)),
            [0, 0, 0, 0, 1, 1],
        ),  # fine beside what they differ by
    ],
    ids=["exact", "by twice the narrowest", "fine"],
)
def test_groups_of_like_evidence(durations: list[Span], groups: list[int]) -> None:
    assert strata(one_history(durations)).tolist() == groups
