"""What observations are worth that rest on captures of several devices, whose clocks are not quite one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from analyzer.correlate.captures.conflicts import disagreements
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.topology.topology import Topology
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.told import Doubt

TWO_CLOCKS = Doubt("capture-clocks-differ")
CLOCK_SET = Doubt("capture-clock-set")
OF_BOTH = ("route-injection", "route-deletion")  # kinds that only both sides of a host tell apart
SOONEST = 2 * SECOND  # a check waits so long for a CVM that is gone, and then has the route added
FRAME = 1_000  # the doubt of a frame's stamp is less, ns


def with_clock_doubts(
    observations: Iterable[Observation], timeline: Timeline, topology: Topology
) -> tuple[Observation, ...]:
    """The captures' observations with the doubt of the devices' clocks; what rests on two that differ is not sure."""
    disagreeing = {name for pair in disagreements(timeline.evidence, topology, timeline.devices) for name in pair}
    base = next((source.name for source in timeline.evidence.sources if source.name in disagreeing), "")
    measured = [_on_two_clocks(observation, timeline) for observation in observations]
    possible = [_in_time(observation, timeline) for observation in _moved_once(measured)]
    return tuple(_contradicted(observation, disagreeing, base) for observation in possible)


def for_clocks(observations: Sequence[Observation], timeline: Timeline) -> tuple[Observation, ...]:
    """The captures' observations, in order, with all that they leave open to who places another clock by them: what a
    capture stamped whose clock is but taken as the first one's may be off by as much as that.
    """
    if all(device.measured for device in timeline.devices):
        return tuple(observations)
    return tuple(_for_clocks(observation, timeline) for observation in observations)


def _for_clocks(observation: Observation, timeline: Timeline) -> Observation:
    every = _sources(observation)
    points = {name: _taken_as_one(point, every, timeline) for name, point in observation.points.items()}
    return replace(observation, points=MappingProxyType(points))


def _taken_as_one(point: Point, every: Collection[str], timeline: Timeline) -> Point:
    """What is no frame of its own lies between what any of the captures in `every` may show."""
    exact = point.at.doubt < FRAME
    ahead = timeline.taken_as_one({origin.source for origin in point.origins} if exact else every)
    at = Instant(point.at.clock, point.at.least - max(ahead.most, 0), point.at.most - min(ahead.least, 0))
    return point if at == point.at else replace(point, at=at)


def _on_two_clocks(observation: Observation, timeline: Timeline) -> Observation:
    """With the doubt of the devices' clocks, and so what else it may be."""
    doubted = _after_steps(_measured(observation, timeline), timeline)
    return replace(
        doubted,
        otherwise=tuple(_on_two_clocks(one, timeline) for one in observation.otherwise),
        either=tuple(_on_two_clocks(one, timeline) for one in observation.either),
    )


def _moved_once(observations: Sequence[Observation]) -> list[Observation]:
    """Without a return and an injected route that may be of one time with the failure before them: a host that left
    once, whose two ports are in captures of two clocks. What ends the route is the return then.
    """
    returns, routes = _moves(observations, "cvm-recovery"), _moves(observations, "route-injection")
    dropped: set[int] = set()
    ends: dict[int, Observation] = {}
    for failed in (one for one in observations if one.kind == "cvm-failure" and "repaired" in one.points):
        at = failed.points["repaired"].at
        back = [place for place in returns.overlapping(at.least, at.most) if observations[place].host == failed.host]
        away = [place for place in routes.overlapping(at.least, at.most) if observations[place].host == failed.host]
        if back and away:
            dropped.update(back)
            last = ((place, observations[place].otherwise[-1:]) for place in away)
            ends |= {place: one for place, found in last for one in found if one.kind == "cvm-recovery"}
    return [ends.get(place, one) for place, one in enumerate(observations) if place not in dropped]


_MOVES: Mapping[EpisodeKind, InstantName] = MappingProxyType({"cvm-recovery": "repaired", "route-injection": "fault"})
"""When a host moves in what may be no more than another view of a failure's end."""


def _moves(observations: Sequence[Observation], kind: EpisodeKind) -> Intervals[int]:
    """Where those of a kind stand that show when the host moved, by that time with the doubt of the clocks."""
    name = _MOVES[kind]
    places = [place for place, one in enumerate(observations) if one.kind == kind and name in one.points]
    return intervals(places, lambda place: _extent(observations[place].points[name].at))


def _extent(at: Instant) -> tuple[int, int]:
    return at.least, at.most


def _measured(observation: Observation, timeline: Timeline) -> Observation:
    """What an observation shows of a host in captures whose clocks were measured has the doubt of that; but for frames
    of the first device, on whose clock all is. Which connection's end was the last before service came back has it
    as well: another device saw that.
    """
    half = timeline.half_doubt(_sources(observation))
    if half == 0:
        return observation
    points = {name: _widened(name, point, half, timeline.measured) for name, point in observation.points.items()}
    return replace(
        observation,
        points=MappingProxyType(points),
        start=observation.start - half,
        end=observation.end + half,
    )


def _after_steps(observation: Observation, timeline: Timeline) -> Observation:
    """With the doubt of what a capture shows after its clock was set; what only both sides of a host tell apart is not
    told by two captures then.
    """
    late = {name: timeline.paused(point.origins) for name, point in observation.points.items()}
    if not any(late.values()):
        return observation
    if observation.kind in OF_BOTH and len(_sources(observation)) > 1:
        observation = replace(observation, kind="unexplained")
    points = {
        name: replace(point, at=Instant(point.at.clock, point.at.least, point.at.most + late[name]))
        for name, point in observation.points.items()
    }
    later = replace(observation, points=MappingProxyType(points), end=observation.end + max(late.values()))
    return later.doubted(CLOCK_SET)


def _widened(name: InstantName, point: Point, half: int, measured: Collection[str]) -> Point:
    """The point with `half` ns more on either side, with what the one capture that shows it stamped."""
    shown = {origin.source for origin in point.origins}
    if point.at.doubt < FRAME and shown.isdisjoint(measured) and name != "reset":
        return point
    at = Instant(point.at.clock, point.at.least - half, point.at.most + half)
    own = len(shown) == 1 and shown <= set(measured)
    return replace(point, at=at, stamp=_stamped(point, min(shown)) if own else point.stamp)


def _in_time(observation: Observation, timeline: Timeline) -> Observation:
    """A host that is moved sooner after its own CVM's end than any check finds that was not moved for it: by captures
    that are only taken to have one clock, its path was another before, or the end came later.
    """
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if observation.kind != "cvm-failure" or fault is None or repaired is None:
        return observation
    ahead = timeline.taken_as_one(_sources(observation))
    if ahead.width == 0 or repaired.at.most - fault.at.least >= SOONEST:
        return observation
    return replace(observation, kind="unexplained").doubted(TWO_CLOCKS, "low")


def _contradicted(observation: Observation, disagreeing: Collection[str], base: str) -> Observation:
    """Nothing that such captures show is sure. `base`, the first one given, is the reference: what others show lies
    within what a clock may be off by, and what one of them shows keeps its own stamp.
    """
    if observation.kind in OF_BOTH and len(_sources(observation).intersection(disagreeing)) > 1:
        observation = replace(observation, kind="unexplained")
    for name, point in observation.points.items():
        shown = {origin.source for origin in point.origins}.intersection(disagreeing)
        if shown:
            observation = observation.doubted(TWO_CLOCKS, "low")
        if shown - {base} and point.stamp is None:
            observation = observation.at(name, _anywhere(point, shown))
    return observation


def _anywhere(point: Point, shown: Collection[str]) -> Point:
    """The point with all that the clocks of the captures in `shown` may be off."""
    wide = Instant(point.at.clock, point.at.least - UNPLACED, point.at.most + UNPLACED)
    return replace(point, at=wide, stamp=point.stamp if len(shown) > 1 else _stamped(point, min(shown)))


def _stamped(point: Point, capture: str) -> Instant:
    """The point as its capture's own clock has it."""
    return Instant(f"{CAPTURE_CLOCK}:{capture}", point.at.least, point.at.most)


def _sources(observation: Observation) -> set[str]:
    return {origin.source for point in observation.points.values() for origin in point.origins}
