"""Captures of two devices whose clocks differ: one host can't be served on both of its paths at once, and a call that
is sent again on the other path is sent there later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from analyzer.correlate.captures.offsets import DeviceOffset
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.observation import Draft, Point
from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.topology.topology import Topology
from analyzer.model.event import StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.traffic import Operation

AT_ONCE = 2 * SECOND  # a switch of paths may look like service on both for so long
SLACK = 50 * MILLISECOND  # capture hosts that are set by NTP
TWO_CLOCKS = "the captures' clocks differ: what they tell together of the host may be wrong in time and in kind"
ELSEWHERE = "their stories of the hosts fit together only minutes apart"
AT_BOTH = "one host is served on both of its paths at once, for {} s"

OF_BOTH = ("route-injection", "route-deletion")  # kinds that only both sides of a host tell apart
FRAME = 1_000  # the doubt of a frame's stamp is less, ns

Reply = tuple[int, int]


def disagreements(
    evidence: Evidence, topology: Topology, devices: Sequence[DeviceOffset] = ()
) -> dict[tuple[str, str], str]:
    """What contradicts that two captures have one clock, by their names; `devices` are known to be apart."""
    replies = _replies(evidence)
    first = next((source.name for source in evidence.sources if source.kind == "capture"), "")
    found: dict[tuple[str, str], str] = {(first, one.names[0]): ELSEWHERE for one in devices if one.vague}
    for host in topology.hosts:
        for one, other in combinations(sorted(port for port in replies if port[1] in host.macs), 2):
            if one[0] != other[0] and one[1] != other[1] and (both := _at_once(replies[one], replies[other])) > AT_ONCE:
                found[one[0], other[0]] = AT_BOTH.format(both // SECOND)
    for way, calls in _sent_again(evidence.operations, topology).items():
        names = min(way), max(way)
        both = max(_at_once(replies.get(_port(one), ()), replies.get(_port(other), ())) for one, other in calls)
        # a connection that was given up goes on to send what was answered long ago, by whatever route there is then
        early = sum(later.first_call.most + SLACK < earlier.last_call.least for earlier, later in calls)
        if names not in found and 2 * early > len(calls) and not _fit(names, devices):
            found[names] = "a call was sent again on the other path before it was last sent on the first"
        elif names not in found and both > AT_ONCE:
            found[names] = AT_BOTH.format(both // SECOND)
    return {
        names: f"{names[0]} and {names[1]}: {why}; they are of devices whose clocks differ (give --clock FILE=OFFSET)"
        for names, why in found.items()
    }


def doubt_all(observations: Sequence[Draft], evidence: Evidence, disagreeing: Iterable[tuple[str, str]]) -> None:
    """Nothing that such captures tell of is sure. The first one given is the reference: what others show lies within
    what a clock may be off by, and what one of them shows keeps its own stamp.
    """
    names = {name for pair in disagreeing for name in pair}
    base = next((source.name for source in evidence.sources if source.name in names), None)
    for observation in observations:
        sources = {origin.source for point in observation.points.values() for origin in point.origins}
        if len(sources & names) > 1 and observation.kind in OF_BOTH:
            observation.kind = "unexplained"
        for name, point in observation.points.items():
            told = {origin.source for origin in point.origins} & names
            if told:
                observation.doubt(TWO_CLOCKS, "low")
            if told - {base} and point.stamp is None:
                observation.points[name] = _adrift(point, told)


def doubt_measured(observations: Sequence[Draft], measured: Mapping[str, Span]) -> None:
    """What an observation shows of a host in captures whose clocks were `measured` (by name) has the doubt of that; but
    for frames of the first device, whose clock all is told on. Which connection's end was the last before service
    came back has it as well: another device saw that.
    """
    for observation in observations:
        sources = {origin.source for point in observation.points.values() for origin in point.origins}
        half = half_of(measured, sources)
        for name, point in observation.points.items():
            told = {origin.source for origin in point.origins}
            exact = point.at.doubt < FRAME and not told & measured.keys() and name != "reset"
            if half == 0 or exact:
                continue
            at = Instant(point.at.clock, point.at.least - half, point.at.most + half)
            own = Instant(f"{CAPTURE_CLOCK}:{min(told)}", point.at.least, point.at.most)
            stamp = own if len(told) == 1 and told <= measured.keys() else point.stamp
            observation.points[name] = replace(point, at=at, stamp=stamp)
        observation.start, observation.end = observation.start - half, observation.end + half


def half_of(measured: Mapping[str, Span], sources: Iterable[str]) -> int:
    """How far what these captures show may be beside where it is told, ns."""
    return max((-(-measured[name].width // 2) for name in sources if name in measured), default=0)


def _adrift(point: Point, told: set[str]) -> Point:
    """The point with all that the clocks of the captures in `told` may be off."""
    wide = Instant(point.at.clock, point.at.least - UNPLACED, point.at.most + UNPLACED)
    if len(told) > 1:
        return replace(point, at=wide)
    return replace(point, at=wide, stamp=Instant(f"{CAPTURE_CLOCK}:{min(told)}", point.at.least, point.at.most))


def _sent_again(
    operations: Sequence[Operation], topology: Topology
) -> dict[tuple[str, str], list[tuple[Operation, Operation]]]:
    """Calls that a host's client sent on two paths, in two captures, by their names: the one without an answer first.

    But for what one connection sent on both: TCP goes on to send also what another one had answered long ago.
    """
    found: dict[tuple[str, str], list[tuple[Operation, Operation]]] = {}
    same: dict[tuple[int, str], list[Operation]] = {}
    for one in operations:
        if one.first_call.clock == CAPTURE_CLOCK:
            same.setdefault((one.xid, one.procedure), []).append(one)
    for alike in same.values():
        for one, other in combinations(alike, 2):
            apart = one.source != other.source and one.ends.src_mac != other.ends.src_mac
            alone = _same_connection(one, other) or _of_two(topology, one.ends.src_mac, other.ends.src_mac)
            if apart and not alone and (one.reply is None) != (other.reply is None):
                earlier, later = (one, other) if one.reply is None else (other, one)
                found.setdefault((earlier.source, later.source), []).append((earlier, later))
    return found


def _fit(names: tuple[str, str], devices: Sequence[DeviceOffset]) -> bool:
    """Whether all else that two captures show is explained best by one clock; of the first one's, nothing is told."""
    told = [one for one in devices if set(one.names) & set(names)]
    return bool(told) and all(one.as_one for one in told)


def _of_two(topology: Topology, one: str, other: str) -> bool:
    """Whether two MACs are known to be of different hosts: each has a name, or one of them both its ports already, or
    both are on an internal switch, where a host has one.
    """
    a, b = topology.host_of_mac(one), topology.host_of_mac(other)
    if a is None or b is None or a is b:
        return False
    both_inside = {one, other} <= topology.inside_senders
    return both_inside or bool(a.address and b.address) or len(a.macs) > 1 or len(b.macs) > 1


def _same_connection(one: Operation, other: Operation) -> bool:
    """Whether two calls were first sent on one connection."""
    return (one.ends.src, one.ends.sport) == (other.ends.src, other.ends.sport)


def _port(operation: Operation) -> tuple[str, str]:
    return operation.source, operation.ends.src_mac


def _replies(evidence: Evidence) -> dict[tuple[str, str], list[Reply]]:
    """The runs of NFS replies, ns, by the capture and the MAC that they went to."""
    found: dict[tuple[str, str], list[Reply]] = {}
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and event.detail.what == "reply":
            run = event.at.least, event.detail.run.last.most
            found.setdefault((event.origin.source, event.detail.ends.dst_mac), []).append(run)
    return found


def _at_once(one: Sequence[Reply], other: Sequence[Reply]) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)
