"""What is but a part of a better founded observation."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.merge.absorbed import UNSEEN, without_absorbed
from analyzer.correlate.topology.topology import Member
from analyzer.model.path import Path
from tests.correlate.made import observation


def test_a_doubtful_change_within_a_founded_episode_is_part_of_it() -> None:
    small = observation("unexplained", span=(3, 4))

    here, later = observation(span=(0, 10)), observation(span=(50, 60))
    elsewhere = observation(span=(0, 10), host=Member("192.168.1.25"))

    assert without_absorbed([small, here]) == [here]
    assert without_absorbed([small, later]) == [small, later]
    assert without_absorbed([small, elsewhere]) == [small, elsewhere]


@pytest.mark.parametrize(
    ("before", "back", "again", "told"),
    [
        pytest.param("remote", (30, 31), (69, 70), False, id="its CVM came back and failed again"),
        pytest.param("remote", (10, 11), (69, 70), True, id="it came back at another time"),
        pytest.param("remote", (30, 31), (89, 90), True, id="it failed again later"),
        pytest.param("local", (30, 31), (69, 70), True, id="another path"),
    ],
)
def test_a_stall_of_a_remote_path_is_what_the_logs_show_more_of(
    before: Literal["local", "remote"], back: tuple[int, int], again: tuple[int, int], told: bool
) -> None:
    stall = replace(observation(span=(30, 70)), before=Path(before), after=Path("remote"))
    recovery = observation("cvm-recovery", "logs", span=(0, 5), repaired=back)
    failure = observation("cvm-failure", "logs", span=(95, 99), repaired=again)

    assert (stall in without_absorbed([stall, recovery, failure])) is told


def test_a_stall_before_a_fault_is_no_part_of_it() -> None:
    stall = observation("unexplained", span=(0, 14))
    fault = observation("route-injection", "logs", span=(-20, 40), fault=(30, 31))

    assert without_absorbed([stall, fault]) == [stall, fault]
    assert without_absorbed([observation("unexplained", span=(32, 35)), fault]) == [fault]


def test_the_cvm_of_a_host_that_was_forwarded_ahead_falls_silent_later() -> None:
    ahead = observation("cvm-failure", "logs", span=(0, 5), repaired=(4, 5))
    silent = observation("cvm-failure", span=(12, 13), fault=(12, 13)).doubted(UNSEEN)
    back = observation("cvm-recovery", "logs", span=(6, 9), repaired=(8, 9))

    assert without_absorbed([ahead, silent]) == [ahead]
    assert silent in without_absorbed([ahead, back, silent])


def test_a_log_that_is_cut_off_in_a_return_has_the_host_away_no_more() -> None:
    ahead = observation("cvm-failure", "logs", span=(0, 5), repaired=(4, 5))
    silent = observation("cvm-failure", span=(12, 13), fault=(12, 13)).doubted(UNSEEN)
    ended = observation("cvm-recovery", "logs", span=(6, 9), terminated=(8, 9))

    assert silent in without_absorbed([ahead, ended, silent])
    assert silent not in without_absorbed([ahead, observation("cvm-recovery", "logs", detected=(8, 9)), silent])
    assert silent in without_absorbed([observation("cvm-failure", "logs", span=(20, 25), repaired=(24, 25)), silent])


def test_a_stall_of_the_remote_path_before_it_is_given_back_is_no_part_of_the_return() -> None:
    back = observation("cvm-recovery", "logs", span=(0, 62), fault=(0, 50), repaired=(60, 61))
    stall, moving = observation("unexplained", span=(20, 34)), observation("unexplained", span=(57, 60))

    assert without_absorbed([stall, back]) == [stall, back]
    assert without_absorbed([moving, back]) == [back]


@pytest.mark.parametrize(
    ("brought", "silent", "told"),
    [
        pytest.param(Path("remote", via="A"), 1, False, id="it was brought to the path that it left"),
        pytest.param(Path("remote", via="C"), 1, True, id="it was brought to another"),
        pytest.param(Path("local"), 1, True, id="it was given back"),
        pytest.param(Path("remote", via="A"), 20, True, id="service did not go on"),
    ],
)
def test_a_remote_path_exchanged_for_another_is_part_of_what_brought_the_host_away(
    brought: Path, silent: int, told: bool
) -> None:
    """Whichever path was right: the change before it is told."""
    arrived = replace(observation("unexplained", span=(0, 5)), after=brought, confidence="low")
    moved = replace(
        observation("unexplained", span=(40, 40 + silent)),
        before=Path("remote", via="A"),
        after=Path("remote", via="B"),
    )

    assert (moved in without_absorbed([arrived, moved])) is told


def test_a_stall_after_service_is_back_is_another() -> None:
    fault = observation(span=(0, 10), fault=(0, 1), restored=(9, 9))
    soon, later = observation("unexplained", span=(10, 18)), observation("unexplained", span=(12, 30))

    assert without_absorbed([fault, soon]) == [fault]
    assert without_absorbed([fault, later]) == [fault, later]


@pytest.mark.parametrize(
    ("start", "note", "told"),
    [
        pytest.param(9, "idle-or-stalled", False, id="at once"),
        pytest.param(12, "idle-or-stalled", True, id="after some replies"),
        pytest.param(9, "stalled", True, id="a call waits"),
    ],
)
def test_a_silence_just_after_a_stall_is_its_rest(
    start: int, note: Literal["idle-or-stalled", "stalled"], *, told: bool
) -> None:
    stall = observation("unexplained", span=(0, 9), fault=(0, 1), restored=(9, 9))
    silence = replace(observation("unexplained", span=(start, 20)), note=note)

    assert (silence in without_absorbed([stall, silence])) is told


def test_a_remote_cvm_that_fails_as_the_host_is_given_back_serves_it_no_longer() -> None:
    back = observation("cvm-recovery", "logs", span=(0, 20), detected=(12, 13), repaired=(16, 17))
    failed = replace(observation(span=(12, 40), fault=(12, 14)), before=Path("remote"))
    before = replace(observation(span=(5, 40), fault=(5, 6)), before=Path("remote"))

    assert without_absorbed([back, failed]) == [back]
    assert without_absorbed([back, before]) == [back, before]
    assert replace(failed, after=Path("remote")) in without_absorbed([back, replace(failed, after=Path("remote"))])


@pytest.mark.parametrize(
    ("gateway", "fault", "told"),
    [
        pytest.param("192.168.1.28", (20, 21), False, id="while its route was there"),
        pytest.param("192.168.1.28", (60, 61), True, id="later"),
        pytest.param("192.168.1.27", (20, 21), True, id="another CVM than the route's"),
    ],
)
def test_the_cvm_of_an_injected_route_fails_for_nobody(gateway: str, fault: tuple[int, int], *, told: bool) -> None:
    injected = replace(
        observation("route-injection", "logs", span=(0, 40), fault=(0, 12), repaired=(39, 40)), gateway=gateway
    )
    silent = replace(observation(span=(fault[0], 70), fault=fault), before=Path("remote", via="192.168.1.28"))

    assert (silent in without_absorbed([injected, silent])) is told


@pytest.mark.parametrize(("basis", "told"), [("wire", True), ("logs", False)])
def test_what_captures_show_to_begin_after_a_fault_is_no_part_of_it(basis: Literal["wire", "logs"], told: bool) -> None:
    """An injected route of which no end is seen was over, for what the host lacked, when the route served."""
    injected = observation("route-injection", basis, span=(60, 67), fault=(60, 61))
    stall = observation("unexplained", span=(70, 140))

    assert (stall in without_absorbed([injected, stall])) is told


@pytest.mark.parametrize("note", ["stalled", None])
def test_calls_that_wait_just_after_a_fault_are_another_stall(note: Literal["stalled"] | None) -> None:
    injected = observation("route-injection", span=(0, 10), fault=(0, 1), restored=(10, 10))
    stall = replace(observation("unexplained", span=(11, 60), fault=(11, 12)), note=note)

    assert (stall in without_absorbed([injected, stall])) is (note == "stalled")
