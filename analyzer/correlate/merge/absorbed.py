"""Which observations are but a part of a better founded one of the same host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.correlate.cause_and_effect import apart
from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.near import OLD_UNSEEN
from analyzer.correlate.timing import HEARTBEAT, PAUSE, SAME_TIME
from analyzer.correlate.topology.topology import Member
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.path import Path
from analyzer.model.told import Doubt

UNSEEN = Doubt("local-path-unseen")


def without_absorbed(observations: Sequence[Observation]) -> list[Observation]:
    """Those that are not but a part of another: an unexplained or doubtful change within a better founded fault."""
    founded: dict[Member | None, list[int]] = {}
    logged: dict[Member | None, list[Observation]] = {}
    for place, one in enumerate(observations):
        if one.kind != "unexplained" and one.confidence != "low" and (not one.adrift or "restored" in one.points):
            founded.setdefault(one.host, []).append(place)
        if one.basis == "logs" and not one.adrift:
            logged.setdefault(one.host, []).append(one)
    injected: dict[Member | None, list[Observation]] = {}
    for one in observations:
        if one.kind == "route-injection" and one.confidence != "low":
            injected.setdefault(one.host, []).append(one)
    away = {host: _away(some) for host, some in _known(observations).items()}
    left_at = _left_at(observations)
    back = _back(observations)
    in_time = {host: _reach(observations, places) for host, places in founded.items()}
    return [
        one
        for place, one in enumerate(observations)
        if not _within(place, observations, in_time.get(one.host))
        and not _between(one, logged.get(one.host, ()))
        and not _exchanged(one, away.get(one.host, ()), left_at.get(one.host, ()))
        and not _away_already(one, logged.get(one.host, ()))
        and not _given_back(one, logged.get(one.host, ()))
        and not _of_injected(one, injected.get(one.host, ()))
        and not _goes_on(one, back.get(one.host, ()))
        and not _came_with(one, logged.get(one.host, ()))
    ]


def _known(observations: Sequence[Observation]) -> dict[Member | None, list[Observation]]:
    """By host, the faults of which it is known how the host stood after them: whatever their logs' clocks, by captures
    that show service return.
    """
    found: dict[Member | None, list[Observation]] = {}
    for one in observations:
        founded = one.kind != "unexplained" and one.confidence != "low"
        if founded and (not one.adrift or "restored" in one.points):
            found.setdefault(one.host, []).append(one)
    return found


def _away_already(one: Observation, mine: Sequence[Observation]) -> bool:
    """Whether the own CVM of a host, of which the local path is in no capture, fell silent when Genesis had forwarded
    the host already, as before an orderly stop; not where it has ended the host's connections elsewhere since then, be
    the log cut off before the route's deletion.
    """
    fault = one.points.get("fault")
    if one.basis != "wire" or one.kind != "cvm-failure" or UNSEEN not in one.doubts or fault is None:
        return False
    moved = ((told.points.get("repaired") or told.points.get("terminated"), told.kind) for told in mine)
    changes = [(point.at.least, kind) for point, kind in moved if point is not None]
    before = [kind for at, kind in sorted(changes) if at <= fault.at.least]
    return bool(before) and before[-1] == "cvm-failure"


def _given_back(one: Observation, mine: Sequence[Observation]) -> bool:
    """Whether the CVM that served a host failed when Genesis had found the host's own back: that serves it again."""
    fault = one.points.get("fault")
    left = one.kind == "cvm-failure" and one.before.kind == "remote" and one.after.kind != "remote"
    if one.basis != "wire" or not left or fault is None:
        return False
    back = [
        told.points for told in mine if told.kind == "cvm-recovery" and {"detected", "repaired"} <= told.points.keys()
    ]
    return any(
        points["detected"].at.least <= fault.at.most and fault.at.least <= points["repaired"].at.most for points in back
    )


def _of_injected(one: Observation, injected: Sequence[Observation]) -> bool:
    """Whether the CVM to which an injected route led fell silent while that was there: its host's own serves, and what
    puts the path right is still the deletion of the route.
    """
    fault = one.points.get("fault")
    left = one.kind == "cvm-failure" and one.before.kind == "remote" and one.after.kind == "unknown"
    if one.basis != "wire" or not left or fault is None:
        return False
    return any(
        route.gateway == one.before.via
        and (route.adrift or route.points["fault"].at.least <= fault.at.most)
        and (route.adrift or fault.at.least <= route.points["repaired"].at.most)
        for route in injected
        if {"fault", "repaired"} <= route.points.keys()
    )


def _came_with(one: Observation, mine: Sequence[Observation]) -> bool:
    """Whether a host appeared elsewhere by the route that a log has, and both leave open why."""
    came = one.points.get("restored")
    if one.basis != "wire" or OLD_UNSEEN not in one.doubts or one.before.kind != "unknown" or came is None:
        return False
    added = [told.points["fault"].at for told in mine if OLD_UNSEEN in told.doubts and "fault" in told.points]
    return any(apart(came.at, at) <= SAME_TIME for at in added)


def _back(observations: Iterable[Observation]) -> dict[Member | None, list[int]]:
    """By host, the first replies after its faults, ns."""
    found: dict[Member | None, list[int]] = {}
    for one in observations:
        if "restored" in one.points:
            found.setdefault(one.host, []).append(one.points["restored"].at.most)
    return found


def _goes_on(one: Observation, back: Sequence[int]) -> bool:
    """Whether a silence in which no call is seen to wait follows at once on the first reply after a fault: the host is
    not back yet.
    """
    return one.note == "idle-or-stalled" and any(0 <= one.start - at <= PAUSE for at in back)


def _away(founded: Iterable[Observation]) -> tuple[tuple[int, bool], ...]:
    """From when on a host was on a remote path, and was not, as its faults left it, in order of time."""
    return tuple(sorted((one.end, one.kind in ("cvm-failure", "route-deletion")) for one in founded))


def _left_at(observations: Iterable[Observation]) -> dict[Member | None, list[tuple[int, Path]]]:
    """By host, from when on it was on which path, as what is told of it left it, in order of time."""
    found: dict[Member | None, list[tuple[int, Path]]] = {}
    for one in sorted(observations, key=lambda one: one.end):
        if one.after.kind in ("local", "remote"):
            found.setdefault(one.host, []).append((one.end, one.after))
    return found


def _exchanged(one: Observation, away: Sequence[tuple[int, bool]], left_at: Sequence[tuple[int, Path]]) -> bool:
    """Whether a host that its own CVM does not serve got another remote CVM, and service went on; or one of which it is
    not known which path is right, and which a change before it had brought to the one that it left.
    """
    moved = one.kind == "unexplained" and one.before.kind == "remote" and one.after.kind == "remote"
    if one.basis != "wire" or not moved or one.before.via == one.after.via or one.end - one.start > HEARTBEAT:
        return False
    before = [remote for end, remote in away if end <= one.start + SAME_TIME]
    if before:
        return before[-1]
    brought = [path for end, path in left_at if end <= one.start]
    return bool(brought) and brought[-1].kind == "remote" and brought[-1].via == one.before.via


def _reach(observations: Sequence[Observation], places: Sequence[int]) -> Intervals[int]:
    """The places of faults, by how far they reach."""

    def ends(place: int) -> tuple[int, int]:
        return _begins(observations[place]) - SAME_TIME, _ends(observations[place])

    return intervals(sorted(places, key=ends), ends)


def _within(place: int, observations: Sequence[Observation], founded: Intervals[int] | None) -> bool:
    """Whether an unexplained or doubtful change lies within a better founded fault of the host; what took a host from
    its own CVM is no part of that one's return.
    """
    one = observations[place]
    left = one.basis == "logs" and (one.before.kind, one.after.kind) == ("local", "remote")
    doubtful = one.kind == "unexplained" or (one.basis == "wire" and one.confidence == "low")
    if founded is None or not doubtful:
        return False
    within = [observations[other] for other in founded.overlapping(_shows(one), _shows(one)) if other != place]
    within = [other for other in within if not _seen_over(other, one)]
    return any(not (left and other.kind == "cvm-recovery") for other in within)


def _seen_over(other: Observation, one: Observation) -> bool:
    """Whether a fault was over, as captures show, when another change began; what follows at once is that fault's,
    unless calls wait in it.
    """
    restored = other.points.get("restored")
    if one.basis == "wire" and one.note == "stalled" and restored is not None:
        return restored.at.most < _shows(one)
    return one.basis == other.basis == "wire" and other.end + PAUSE < _shows(one)


def _between(observation: Observation, mine: Sequence[Observation]) -> bool:
    """Whether a remote path only stalled where the host's logs show more: the CVM came back, served unseen, and failed
    again.
    """
    stalled = observation.before.kind == "remote" and observation.after.kind == "remote"
    if observation.basis != "wire" or not stalled:
        return False
    back = [one.points["repaired"].at for one in mine if one.kind == "cvm-recovery" and "repaired" in one.points]
    away = [one.points["repaired"].at for one in mine if one.kind == "cvm-failure" and "repaired" in one.points]
    began = any(abs(at.middle - observation.start) <= SAME_TIME for at in back)
    return began and any(observation.start < at.least and at.most <= observation.end + SAME_TIME for at in away)


def _begins(observation: Observation) -> int:
    """When a fault took service away at the earliest, ns; a log's evidence begins with the last check before it, and a
    CVM that returns takes none away until the path is given back.
    """
    points = observation.points
    moved = points.get("terminated") or points.get("repaired")
    fault = moved if observation.kind == "cvm-recovery" and moved is not None else points.get("fault")
    return observation.start if fault is None else max(observation.start, fault.at.least)


def _ends(observation: Observation) -> int:
    """Until when a fault may reach, ns: where captures show that service is back, what may follow later is another."""
    restored = observation.points.get("restored")
    return observation.end + SAME_TIME if restored is None else restored.at.least + PAUSE


def _shows(observation: Observation) -> int:
    """When something is seen to happen, ns: a path that appears in a capture may have been there before it."""
    fault, restored = observation.points.get("fault"), observation.points.get("restored")
    return restored.at.least if fault is None and restored is not None else observation.start
