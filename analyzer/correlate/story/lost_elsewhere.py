"""A host that another CVM served, which died before the host's own took it back: it has no storage until the return.

16:10:00  the host is at another CVM, and its own boots               nothing is wrong
16:10:20  the other CVM dies, and its own host fails over             a failure, for this host as well
16:10:35  Genesis deletes the route, as the host's own CVM is back    a return, which ends it

Where the own CVM may have served by then, the local path was the right one: that storage was away is told without a
cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.correlate.story.during_failure import SILENT
from analyzer.correlate.timing import HEARTBEAT, PAUSE
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.repair import outline
from analyzer.correlate.wire.service import Segment, Service
from analyzer.model.episode import Statement
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.path import Path

OF_THE_RETURN: tuple[InstantName, ...] = ("repaired", "reset", "connected", "restored", "recovered")


def with_lost_elsewhere(observations: Sequence[Observation], served: Sequence[Service]) -> tuple[Observation, ...]:
    """With a failure of its own for each host that a CVM served whose failure another host shows, until its return."""
    failures = [one for one in observations if _is_seen_to_fail(one)]
    if not failures:
        return tuple(observations)
    services = {service.host: service for service in served}
    return (*observations, *_found(observations, failures, services))


def _found(
    observations: Sequence[Observation], failures: Sequence[Observation], services: Mapping[Member, Service]
) -> Iterator[Observation]:
    for back in observations:
        service = services.get(back.host) if back.host is not None else None
        if back.kind != "cvm-recovery" or service is None or "repaired" not in back.points:
            continue
        last = _last_elsewhere(back, service)
        failure = next((one for one in failures if last is not None and _took_away(one, back, last)), None)
        if last is not None and failure is not None and not _is_told(back, last, observations):
            yield _lost(back, failure, last)


def _is_seen_to_fail(one: Observation) -> bool:
    """Whether captures show when a CVM that served its own host fell silent."""
    fault = one.points.get("fault")
    return one.kind == "cvm-failure" and one.cvm is not None and fault is not None and fault.how.name in SILENT


def _last_elsewhere(back: Observation, service: Service) -> Segment | None:
    """The replies on the remote path that a return left, where they were over long before the route was deleted."""
    last = service.last_before(back.points["repaired"].at.least)
    if last is None or last.path.kind != "remote" or last.path.via is None or last.path.via != back.before.via:
        return None
    return last if back.points["repaired"].at.least - last.end > max(PAUSE, service.pause) else None


def _took_away(failure: Observation, back: Observation, last: Segment) -> bool:
    """Whether it is the CVM of that path that failed, when its replies to this host were over."""
    fault = failure.points["fault"].at
    if failure.host == back.host or failure.cvm != last.path.via or failure.clock != back.clock:
        return False
    return fault.least - HEARTBEAT <= last.end <= fault.most <= back.points["repaired"].at.least


def _is_told(back: Observation, last: Segment, observations: Sequence[Observation]) -> bool:
    """Whether the host has a fault between these last replies and its return already."""
    until = back.points["repaired"].at.least
    mine = (one for one in observations if one is not back and one.host == back.host and "fault" in one.points)
    return any(one.points["fault"].at.most >= last.end and one.points["fault"].at.least <= until for one in mine)


def _was_away(back: Observation, at: Instant) -> bool:
    """Whether the own CVM surely did not serve yet when the other one fell silent: the remote path was right."""
    returned = back.points.get("fault")
    return returned is not None and returned.at.least >= at.least


def _lost(back: Observation, failure: Observation, last: Segment) -> Observation:
    fault = failure.points["fault"]
    at = Instant(fault.at.clock, max(fault.at.least, last.end), fault.at.most)
    origins = (last.last.last_origin, *fault.origins)
    points = {name: back.points[name] for name in OF_THE_RETURN if name in back.points}
    points["fault"] = Point(at, origins, How("last-frame-to-unanswered"))
    lost = replace(
        failure,
        host=back.host,
        start=last.end,
        end=max(back.end, at.most),
        before=back.before,
        during=Path("dead"),
        after=back.after,
        gateway=None,
        gateway_valid=None,
        points=MappingProxyType(points),
        absent=MappingProxyType({}),
        claims=(),
        doubts=(),
        confidence="medium",
        otherwise=(),
        either=(),
        since=None,
    )
    if not _was_away(back, at):
        lost = replace(lost, kind="unexplained", cvm=None).doubted(FAILURE_OR_ROUTE, "low")
    return lost.lacking("detected", "genesis-silent").claimed(
        Statement("last-reply", path=outline(back.before)), [last.last.last_origin]
    )
