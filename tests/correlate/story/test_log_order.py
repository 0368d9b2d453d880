"""Faults of one host that one log has come in its order, also where nothing places its clock."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import SEVERAL_FIT, Observation
from analyzer.correlate.story.log_order import with_log_order
from analyzer.correlate.topology.topology import Member
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName
from tests.correlate.made import A_HOST, observation

OTHER = Member("192.168.1.23")


def logged(stamp: tuple[int, int], at: tuple[int, int], *, host: Member = A_HOST, clock: str = "cvm") -> Observation:
    """A fault and its repair 5 s later by a log whose clock is open, s."""
    one = observation(host=host, fault=at, repaired=(at[0] + 5, at[1] + 5))
    names: tuple[tuple[InstantName, int], ...] = (("fault", 0), ("repaired", 5))
    for name, later in names:
        read = Instant(clock, (stamp[0] + later) * SECOND, (stamp[1] + later) * SECOND)
        one = one.at(name, replace(one.points[name], stamp=read))
    return one.doubted(SEVERAL_FIT)


def spans(one: Observation) -> list[tuple[int, int]]:
    return [(point.at.least // SECOND, point.at.most // SECOND) for point in one.points.values()]


FIRST, THEN = logged((0, 1), (200, 202)), logged((60, 61), (-500, 700))


@pytest.mark.parametrize("given", [[FIRST, THEN], [THEN, FIRST]], ids=["in-order", "the-other-way"])
def test_what_the_log_has_later_was_no_earlier(given: list[Observation]) -> None:
    told = with_log_order(given)

    assert spans(told[given.index(FIRST)]) == [(200, 202), (205, 207)]
    assert spans(told[given.index(THEN)]) == [(205, 700), (205, 705)]


def test_what_the_log_has_before_was_no_later() -> None:
    before, last = logged((0, 1), (-600, 600)), logged((60, 61), (200, 202))

    assert spans(with_log_order([before, last])[0]) == [(-600, 202), (-595, 202)]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(FIRST, replace(THEN, doubts=()), id="its-clock-is-placed"),
        pytest.param(replace(FIRST, host=OTHER), THEN, id="of-another-host"),
        pytest.param(logged((0, 1), (200, 202), clock="other"), THEN, id="of-another-log"),
        pytest.param(logged((58, 59), (200, 202)), THEN, id="they-are-not-one-after-the-other"),
        pytest.param(logged((0, 1), (900, 902)), THEN, id="they-can-not-be"),
        pytest.param(replace(FIRST, host=None), THEN, id="of-nobody"),
    ],
)
def test_else_all_is_left_open(first: Observation, then: Observation) -> None:
    assert with_log_order([first, then]) == [first, then]
