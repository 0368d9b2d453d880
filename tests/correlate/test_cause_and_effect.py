"""What captures and logs that saw the same fault say of a log's clock."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.cause_and_effect import allowances, another_before, correction
from analyzer.correlate.clocks import intersection
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import How
from analyzer.model.path import Path, PathKind
from analyzer.model.told import Doubt
from tests.correlate.made import observation


def test_correction_is_bounded_by_a_command_that_precedes_its_frames() -> None:
    seen = observation(fault=(0, 1), repaired=(20, 22))
    told = observation(basis="logs", fault=(0, 40), detected=(30, 31), repaired=(33, 34))

    bound, count = correction([(seen, told)])

    assert bound == intersection.drifting(Span(11 * SECOND, 14 * SECOND), told.end - told.start)
    assert count >= 2


def test_service_comes_back_after_the_repair() -> None:
    seen, told = observation(restored=(20, 22)), observation(basis="logs", repaired=(33, 34), restored=(40, 41))

    assert allowances(seen, told) == [Span(11 * SECOND, 10**18)]


def test_pairs_that_contradict_have_no_correction() -> None:
    pairs = [
        (observation(repaired=(20, 21)), observation(basis="logs", repaired=(30, 31))),
        (observation(repaired=(50, 51)), observation(basis="logs", repaired=(90, 91))),
    ]

    assert correction(pairs)[0] is None


def test_a_silence_in_which_a_server_may_only_have_hung_begins_before_a_check_that_found_it_well() -> None:
    seen, told = observation(fault=(2, 2)), observation(basis="logs", fault=(10, 40), detected=(41, 42))
    hung = seen.at("fault", replace(seen.points["fault"], how=How("last-reply-to-unanswered")))

    assert allowances(seen, told)[1] == Span(8 * SECOND, 38 * SECOND)
    assert allowances(hung, told)[1].holds(0)


def test_a_host_that_was_served_until_it_left_may_have_left_by_genesis_own_route() -> None:
    """Genesis took its CVM for failed: what the wire shows is the route, and bounds nothing of the failure."""
    left = replace(observation("unexplained", fault=(35, 36)), before=Path("local"))
    told = observation("cvm-failure", "logs", fault=(0, 30), detected=(31, 32), repaired=(35, 36))

    in_vain = left.doubted(Doubt("unanswered-inside"), "low")

    assert allowances(left, told) == []
    assert Span(-(10**18), -3 * SECOND) in allowances(in_vain, told)


def test_the_silence_of_a_path_does_not_begin_with_the_return_of_its_cvm() -> None:
    silent = replace(observation("unexplained", fault=(4, 5)), before=Path("local"), after=Path("local"))

    assert allowances(silent, observation("cvm-recovery", "logs", fault=(9, 12), repaired=(15, 16))) == []


@pytest.mark.parametrize(
    ("seen", "told", "expected"),
    [
        (("unexplained", "local"), ("cvm-failure", "remote"), True),
        (("unexplained", "remote"), ("cvm-failure", "local"), True),
        (("unexplained", "local"), ("cvm-failure", "local"), False),
        (("cvm-recovery", "remote"), ("cvm-failure", "local"), True),
        (("cvm-recovery", "remote"), ("cvm-failure", "unknown"), False),
        (("cvm-failure", "remote"), ("cvm-failure", "local"), False),
    ],
)
def test_a_wire_that_has_the_host_on_another_path_before_saw_another_change(
    seen: tuple[EpisodeKind, PathKind], told: tuple[EpisodeKind, PathKind], *, expected: bool
) -> None:
    """Whatever path the wire has after it."""
    one = replace(observation(seen[0]), before=Path(seen[1]), after=Path("remote"))
    other = replace(observation(told[0], "logs"), before=Path(told[1]), after=Path("remote"))

    assert another_before(one, other) is expected
