"""A host's faults of which one log tells come in that log's order, however much is open of its clock.

07:01:10 to 07:01:16  a failure, by a log whose clock is open by minutes; a capture has it at 07:03:20
07:02:41 to 07:02:46  a return, by the same log: not before 07:03:20 then, whatever that clock allows
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.observation import SEVERAL_FIT, Observation
from analyzer.correlate.topology.topology import Member
from analyzer.model.instant import UNBOUNDED, Instant
from analyzer.model.measurement import InstantName

BOUNDED: tuple[InstantName, ...] = ("fault", "check", "detected", "decided", "terminated", "repaired")


def with_log_order(observations: Sequence[Observation]) -> list[Observation]:
    """Each, where all that fits its log's clock is open, no earlier than what that log has of its host before it, and
    no later than what it has after it.
    """
    told = dict(enumerate(observations))
    if not any(SEVERAL_FIT in one.doubts for one in told.values()):
        return list(observations)
    by_log: dict[tuple[Member, str], list[tuple[int, int, int]]] = {}
    for place, one in told.items():
        if one.host is not None:
            for clock, first, last in _stamped(one):
                by_log.setdefault((one.host, clock), []).append((first, last, place))
    for mine in by_log.values():
        ordered = sorted(mine)
        if all(last < first for (_, last, _), (first, _, _) in pairwise(ordered)):
            told |= _bounded({place: told[place] for *_, place in ordered})
    return list(told.values())


def _stamped(one: Observation) -> Iterator[tuple[str, int, int]]:
    """The clocks of the logs that stamped it, each with the first and the last of its stamps, ns."""
    stamps = [stamp for name in BOUNDED if name in one.points and (stamp := one.points[name].stamp) is not None]
    for clock in dict.fromkeys(stamp.clock for stamp in stamps):
        mine = [stamp for stamp in stamps if stamp.clock == clock]
        yield clock, min(stamp.least for stamp in mine), max(stamp.most for stamp in mine)


def _bounded(ordered: Mapping[int, Observation]) -> dict[int, Observation]:
    """By their places: these, which are in the order of their log, bounded by one another."""
    later: dict[int, Observation] = {}
    least = -UNBOUNDED
    for place, one in ordered.items():
        later[place] = _within(one, least, UNBOUNDED)
        least = max(least, *(at.least for at in _instants(later[place])))
    both: dict[int, Observation] = {}
    most = UNBOUNDED
    for place, one in reversed(later.items()):
        both[place] = _within(one, -UNBOUNDED, most)
        most = min(most, *(at.most for at in _instants(both[place])))
    return both


def _instants(one: Observation) -> list[Instant]:
    return [one.points[name].at for name in BOUNDED if name in one.points]


def _within(one: Observation, least: int, most: int) -> Observation:
    """With its instants in these bounds, ns, where they may all be."""
    if SEVERAL_FIT not in one.doubts or any(at.most < least or most < at.least for at in _instants(one)):
        return one
    for name in BOUNDED:
        if name in one.points:
            point = one.points[name]
            at = Instant(point.at.clock, max(point.at.least, least), min(point.at.most, most))
            one = one.at(name, replace(point, at=at))
    return one
