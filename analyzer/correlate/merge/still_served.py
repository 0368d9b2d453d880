"""A host that Genesis forwarded though its own CVM served it: Genesis did not reach that CVM, and nobody lost it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import LONG_REPAIR, ONE_CHECK, PAUSE
from analyzer.correlate.wire.service import Segment, Service
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.path import Path

LOCAL = Path("local")
LONGEST = SECOND  # between the replies of a CVM that did not stop


def with_still_served(observations: Iterable[Observation], served: Sequence[Service]) -> tuple[Observation, ...]:
    """Each; a failure of the own CVM that captures of the host deny is told as what Genesis saw."""
    services = {service.host.macs: service for service in served}
    return tuple(_told(one, services.get(one.host.macs)) if one.host is not None else one for one in observations)


def _told(one: Observation, service: Service | None) -> Observation:
    segment = _served(one, service) if service is not None else None
    if segment is None:
        return one
    proof = (segment.first.first_origin, segment.last.last_origin)
    told = one.claimed(Statement("still-served", of=one.cvm, path=LOCAL), proof)
    return replace(told, during=LOCAL, note="still-served")


def _served(one: Observation, service: Service) -> Segment | None:
    """The replies of the own CVM while a check found it down; None where they paused, or are too few to tell."""
    found, check = one.points.get("detected") or one.points.get("decided"), one.points.get("check")
    if one.kind != "cvm-failure" or one.before.kind != "local" or found is None:
        return None
    near = check is not None and found.at.least - check.at.most <= ONE_CHECK
    since = min(found.at.least, check.at.least) if near and check is not None else found.at.least - LONG_REPAIR
    until, repaired = max(found.at.most, since + PAUSE), one.points.get("repaired")
    if repaired is not None:  # whatever the clocks' doubt, Genesis forwarded it after it had found it
        until = min(until, max(since, repaired.at.most))
    local = (segment for segment in service.segments if segment.path.kind == "local")
    segment = next((segment for segment in local if segment.start <= since and until <= segment.end + LONGEST), None)
    return None if segment is None or _paused(service, since, until) else segment


def _paused(service: Service, since: int, until: int) -> bool:
    """Whether no reply came for a while between `since` and `until`, ns."""
    if max(segment.end for segment in service.segments) < until:
        return True
    first = bisect_left(service.runs, since, key=lambda run: run.first)
    last = bisect_right(service.runs, until + LONGEST, key=lambda run: run.first)
    around = pairwise(service.runs[max(first - 1, 0) : last + 1])
    return any(later.first - run.last > LONGEST for run, later in around if later.first >= since and run.last <= until)
