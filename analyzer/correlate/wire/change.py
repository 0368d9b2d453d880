"""A change in a host's service in the captures: what served it before and after, and the silence between."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from analyzer.correlate.timing import EDGE
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Segment, Service
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.source import Origin


class Change(msgspec.Struct, frozen=True):
    """`start` is the last reply before (or the capture's first frame), `end` the first reply after (or its last).

    `answered`: until when, and by which frame, the host was served all the same, as is known of some.
    """

    host: Member
    service: Service
    before: Segment | None
    after: Segment | None
    start: int
    end: int
    answered: tuple[int, Origin] | None = None

    @property
    def silent_for(self) -> int:
        """The silence, ns."""
        return self.end - self.start

    @property
    def stalled(self) -> bool:
        """Whether the silence is longer than the host's pauses usually are."""
        return self.silent_for > self.service.stall

    def origins(self) -> tuple[Origin, ...]:
        """The replies around the silence."""
        ends = [self.before.last.last_origin] if self.before else []
        return (*ends, *([self.after.first.first_origin] if self.after else []))


def changes(service: Service, traffic: Traffic) -> tuple[Change, ...]:
    """Every change of a host's service, the edges of the capture included."""
    found: list[Change] = []
    host, segments = service.host, service.segments
    first, _ = traffic.covers[segments[0].first.first_origin.source]
    _, last = traffic.covers[segments[-1].last.last_origin.source]
    if segments[0].start - first > EDGE:
        found.append(Change(host, service, None, segments[0], first, segments[0].start))
    for before, after in pairwise(segments):
        if not _blind(traffic, before.end, after.start):
            seen = None if _leaves_off(before, after, service, traffic) else before
            found.append(Change(host, service, seen, after, before.end, after.start))
    if last - segments[-1].end > max(EDGE, service.stall) and _goes_on(host, segments[-1], traffic):
        found.append(Change(host, service, segments[-1], None, segments[-1].end, last))
    return tuple(found)


def _blind(traffic: Traffic, start: int, end: int) -> bool:
    """Whether no capture covers some time between `start` and `end`: what happened then is not known."""
    seen = start
    for first, last in traffic.spans:
        if first - seen > EDGE:
            break
        seen = max(seen, last)
    return end - seen > EDGE


def _leaves_off(before: Segment, after: Segment, service: Service, traffic: Traffic) -> bool:
    """Whether the capture that has the path before ends with its last replies, long before another has the next path:
    the end of the one is no silence of the other.
    """
    _, last = traffic.covers[before.last.last_origin.source]
    elsewhere = before.last.last_origin.source != after.first.first_origin.source
    return elsewhere and last - before.end <= max(EDGE, service.pause) and after.start - last > service.stall


def _goes_on(host: Member, segment: Segment, traffic: Traffic) -> bool:
    """Whether the host is still seen after its last reply: one that is gone altogether says nothing of its path."""
    heard = (traffic.heard[mac].items[-1].last for mac in host.macs if mac in traffic.heard)
    return any(last > segment.end + EDGE for last in heard)
