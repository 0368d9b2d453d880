"""Numbers that come in a row are told once, and are all there again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model import event
from analyzer.model.event import FrameRun, HealthyChecks, StargateStates, each_of, repeated
from analyzer.model.instant import Instant
from analyzer.model.source import Origin


def test_few_are_told_one_by_one_and_many_with_how_often() -> None:
    assert repeated([30, 30, 31, 30, 30, 30, 7]) == (30, 30, 31, (30, 3), 7)


@given(st.lists(st.integers(0, 2)))
def test_all_are_there_again(numbers: list[int]) -> None:
    assert list(each_of(repeated(numbers))) == numbers


def test_checks_are_counted_and_placed_by_them() -> None:
    detail = HealthyChecks((StargateStates(all_of="up"),), ((30, 3), 31), (1, 1, (2, 2)))
    placed = [(at.least, origin.number) for at, origin in detail.checks(Instant("log", 0, 1), Origin("x", 5))]

    assert placed == [(0, 5), (30, 6), (60, 7), (90, 9), (121, 11)]
    assert (detail.count, detail.last(Instant("log", 0, 1)).least) == (5, 121)


def test_of_a_long_row_the_outer_checks_are_there_and_how_they_follow_on_the_inner_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event, "ROW_ENDS", 2)
    detail = HealthyChecks((StargateStates(all_of="up"),), ((30, 3), 31, (30, 3)), ((1, 7),))
    outer = list(detail.outer(Instant("log", 0, 1), Origin("x", 1)))

    assert [(at.least, origin.number, follows) for at, origin, follows in outer] == [
        (0, 1, ()), (30, 2, ()), (181, 7, (30, 30, 31, 30, 30)), (211, 8, ()),
    ]  # fmt: skip


def test_the_usual_pause_of_a_run_is_that_of_the_long_ones() -> None:
    """Three pauses of 1 s and one of 3 s: of the 6 s that it paused, half is of that."""
    second = 10**9
    run = FrameRun(Instant("c", 1, 1), 2, 9, 900, pauses=4, paused=6 * second, squared=12 * 1000**2)
    assert run.usual == 2 * second
    assert FrameRun(Instant("c", 1, 1), 2, 9, 900).usual == 0
