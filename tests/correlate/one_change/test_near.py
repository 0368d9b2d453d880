"""What captures and logs may have of one change."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE, beside, by_time, close, ends_with, moved_meanwhile
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path
from tests.correlate.made import observation


def test_what_is_minutes_away_is_another_change() -> None:
    one = observation(fault=(0, 1))
    others = [observation("route-injection", fault=(500, 501)), observation(fault=(900, 901)), observation()]

    assert beside(one, others, by_time(others)) == others[:1]
    assert beside(observation(), others, by_time(others)) == []


@pytest.mark.parametrize(
    ("typed", "unplaced", "near"),
    [(64, (), True), (70, (), False), (70, ("fault",), True), (70, ("check",), False)],
)
def test_how_near_is_near_hangs_on_whether_the_instant_is_placed(
    typed: int, unplaced: tuple[InstantName, ...], near: bool
) -> None:
    told = replace(observation(basis="logs", fault=(typed, typed)), adrift=bool(unplaced), unplaced=frozenset(unplaced))

    assert close(observation(fault=(60, 60)), "fault", told.points["fault"], told) is near


@pytest.mark.parametrize(
    ("seen", "told", "alike"),
    [
        pytest.param(observation(repaired=(60, 60)), observation(repaired=(61, 62)), True, id="the deletion of both"),
        pytest.param(observation(terminated=(60, 60)), observation(repaired=(61, 62)), True, id="of either but one"),
        pytest.param(observation(terminated=(60, 60)), observation(repaired=(80, 81)), False, id="another time"),
        pytest.param(
            observation(terminated=(61, 61)),
            observation(terminated=(80, 80), repaired=(62, 62)),
            False,
            id="the log has both, and another termination",
        ),
        pytest.param(observation(), observation(repaired=(61, 62)), False, id="nothing of it"),
    ],
)
def test_of_an_end_the_deletion_or_what_was_ended_before_it_is_the_same(
    seen: Observation, told: Observation, alike: bool
) -> None:
    assert ends_with(seen, told) is alike


@pytest.mark.parametrize(
    ("restored", "back", "found", "gone"),
    [
        pytest.param((5, 6), (10, 12), (4, 55), True, id="before the CVM was heard again"),
        pytest.param((11, 13), (10, 12), (4, 55), False, id="after that"),
        pytest.param((5, 6), (10, 12), (25, 55), False, id="before the route can have come"),
    ],
)
def test_a_host_that_appears_elsewhere_as_its_own_cvm_is_silent(
    restored: tuple[int, int], back: tuple[int, int], found: tuple[int, int], gone: bool
) -> None:
    appeared = observation("unexplained", span=restored, restored=restored).doubted(FAILURE_OR_ROUTE, "low")
    appeared = replace(appeared, before=Path("unknown"), after=Path("remote"))
    returned = replace(observation("cvm-recovery", span=(20, 60), fault=back), start=appeared.start + 1)
    told = observation("route-injection", "logs", fault=found)

    assert moved_meanwhile(returned, told, [appeared, returned]) is gone


@pytest.mark.parametrize(("seen_by", "moved"), [(18, True), (26, False)], ids=["before", "about then"])
def test_a_host_appeared_elsewhere_before_its_cvm_was_heard_again_where_all_of_that_is_before(
    seen_by: int, *, moved: bool
) -> None:
    came = observation("unexplained", span=(5, 30), restored=(15, seen_by)).doubted(FAILURE_OR_ROUTE)
    came = replace(came, before=Path("unknown"), after=Path("remote"))
    back = observation("cvm-recovery", span=(25, 60), fault=(25, 25))
    told = observation("route-injection", "logs", fault=(15, 16))

    assert moved_meanwhile(back, told, [came]) is moved
