"""Which path served a host when: NFS replies in time order, each with the leg that its calls took.

A leg is where the host's frames to the storage address go: the next hop's MAC shows it. After a failback replies can
come from the local CVM's eth0 while calls go over the internal switch; the calls decide, so that is the local path.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from analyzer.correlate.timing import FAR_BEYOND, PAUSE
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.frames import Client, Frames
from analyzer.correlate.wire.legs import ServedFrames, replies_to
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path
from analyzer.model.traffic import ServedRun

STALL = 5 * SECOND  # ESXi's NFS.HeartbeatTimeout: a shorter pause is no stall
EXCHANGED = (
    5 * SECOND
)  # the route of a task is added so shortly after the one that it replaces is deleted (measured: 2 to 4 s)
LATE = SECOND  # replies amid others that last no longer are late ones of a path that was left
REFUSED_WITHIN = 10 * MILLISECOND  # a closed socket answers a segment by a RST at once
ACKNOWLEDGED = SECOND  # who is served acknowledges within this (RFC 1122: a segment within 500 ms)
SOME, ONE_IN = 5, 10  # pauses are common where there are so many, and one comes with so many replies
UNUSUAL = 500 * MILLISECOND  # the usual pause where they are not


class Segment(msgspec.Struct, frozen=True):
    """Replies to the host on one path without a stall. `connections` are (client address, port) in order of use."""

    path: Path
    first: Frames
    last: Frames
    connections: tuple[Client, ...]
    peer_mac: str | None
    asymmetric: bool

    @property
    def start(self) -> int:
        """The first reply, ns."""
        return self.first.first

    @property
    def end(self) -> int:
        """The last reply, ns."""
        return self.last.last


class Service(msgspec.Struct, frozen=True):
    """A host's segments in time order, and the runs of replies in them.

    `usual` is the usual longest pause between replies (ns), `pause` a silence that is
    worth a look, `stall` one that counts as a stall for this host. `inside` are the MACs that served it on its internal
    switch, `elsewhere` the CVMs that served it by a remote path.
    """

    host: Member
    segments: tuple[Segment, ...]
    runs: tuple[Frames, ...]
    usual: int
    pause: int
    stall: int
    inside: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    def over_before(self, at: int) -> Iterator[tuple[Segment, Segment]]:
        """The segments that were over before then (ns), each with the one after it; the last first."""
        begun = bisect_left(self.segments, at, key=lambda segment: segment.start)
        for place in range(min(begun, len(self.segments) - 1) - 1, -1, -1):
            if self.segments[place].end < at:
                yield self.segments[place], self.segments[place + 1]

    def last_before(self, at: int) -> Segment | None:
        """The segment that began last before then (ns)."""
        begun = bisect_left(self.segments, at, key=lambda segment: segment.start)
        return self.segments[begun - 1] if begun else None


def services(traffic: Traffic, topology: Topology) -> tuple[Service, ...]:
    """The service of every host that the captures show."""
    every = ((host, _delivered(replies_to(host, traffic, topology), host, traffic)) for host in topology.hosts)
    return tuple(_assemble(host, runs) for host, runs in every if runs)


def served_runs(served: Sequence[Service], off: Mapping[str, int]) -> tuple[ServedRun, ...]:
    """The runs of replies of all hosts, for measuring silences; `off`: what a capture's clock may be off, ns."""
    return tuple(
        ServedRun(
            host=service.host.address or min(service.host.macs, default=None),
            first=run.first,
            last=run.last,
            first_origin=run.first_origin,
            last_origin=run.last_origin,
            beside=off.get(run.first_origin.source, 0),
            pauses=run.pauses,
            usual=run.usual,
        )
        for service in served
        for run in service.runs
    )


def _delivered(runs: Sequence[ServedFrames], host: Member, traffic: Traffic) -> list[ServedFrames]:
    """Without the replies that end a stall and did not reach who had called: on a connection which the client had
    closed, it refuses them with a RST; where its route leads elsewhere since, it acknowledges none of them.
    """
    refusals = _refusals(host, traffic)
    kept: list[ServedFrames] = []
    for run in runs:
        frames = run.frames
        short = frames.last - frames.first <= REFUSED_WITHIN
        after_a_pause = bool(kept) and frames.first - kept[-1].frames.last > PAUSE
        lost = short and after_a_pause
        if not (lost and (_refused(frames, refusals.get(run.client, ())) or _unheard(run, host, traffic))):
            kept.append(run)
    return kept


def _unheard(run: ServedFrames, host: Member, traffic: Traffic) -> bool:
    """Whether the host, whose frames on the way of its calls are captured, sent none there once it had these replies,
    until long after a delayed acknowledgement.
    """
    first, last = run.frames.first, run.frames.last
    _, end = traffic.covers[run.frames.first_origin.source]
    if run.path.kind != "local" or not run.peer_mac or end < last + ACKNOWLEDGED:
        return False
    seen = any(True for _ in traffic.on_next_hop(host.macs, run.peer_mac, traffic.first, first))
    return seen and not any(True for _ in traffic.on_next_hop(host.macs, run.peer_mac, first, last + ACKNOWLEDGED))


def _refusals(host: Member, traffic: Traffic) -> dict[Client, list[int]]:
    """When the host refused a segment with a RST, ns, by connection."""
    found: dict[Client, list[int]] = {}
    for mac in host.macs:
        for control in traffic.controls[mac].items if mac in traffic.controls else ():
            ends = control.segment.ends
            if control.segment.flags == "RST" and ends.src_mac == mac:
                found.setdefault((ends.src, ends.sport), []).append(control.at)
    return {client: sorted(times) for client, times in found.items()}


def _refused(frames: Frames, refusals: Sequence[int]) -> bool:
    """Whether a RST came just after the last of these frames."""
    place = bisect_left(refusals, frames.last)
    return place < len(refusals) and refusals[place] - frames.last <= REFUSED_WITHIN


def _assemble(host: Member, runs: Sequence[ServedFrames]) -> Service:
    """Join runs to segments: a new one begins when the path changes or the silence is a stall."""
    usual = _usual_gap(runs)
    pause, stall = max(PAUSE, FAR_BEYOND * usual), max(STALL, FAR_BEYOND * usual)
    segments = _without_passing([_segment(part) for part in _parts(_without_late(runs), pause)])
    inside = frozenset(one.peer_mac for one in segments if one.path.kind == "local" and one.peer_mac)
    elsewhere = frozenset(one.path.via for one in segments if one.path.kind == "remote" and one.path.via)
    return Service(host, segments, tuple(run.frames for run in runs), usual, pause, stall, inside, elsewhere)


def _without_late(runs: Sequence[ServedFrames]) -> list[ServedFrames]:
    """Without the few replies by another path amid a run, which has no pause: the host goes on by its own."""
    kept: list[ServedFrames] = []
    around = runs[0]
    for run in runs:
        short = run.frames.last - run.frames.first <= LATE
        if not (short and _differ(around.path, run.path) and run.frames.last + PAUSE <= around.frames.last):
            kept.append(run)
        around = max(around, run, key=lambda one: one.frames.last)
    return kept


def _without_passing(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Without a moment at the own CVM between two remote paths, of which the first had served no more: for an exchange
    Genesis deletes the one route and then adds the other.
    """
    kept = [
        one
        for before, one, after in zip(segments, segments[1:], segments[2:], strict=False)
        if not (
            (before.path.kind, one.path.kind, after.path.kind) == ("remote", "local", "remote")
            and one.end - one.start <= EXCHANGED
            and one.start - before.end > EXCHANGED
        )
    ]
    return (*segments[:1], *kept, *segments[max(1, len(segments) - 1) :])


def _parts(runs: Sequence[ServedFrames], pause: int) -> Iterator[Sequence[ServedFrames]]:
    """The runs of each segment: one path, and no silence longer than `pause` ns."""
    begin, last = 0, runs[0].frames.last
    for place, (earlier, run) in enumerate(pairwise(runs), 1):
        if _differ(earlier.path, run.path) or run.frames.first - last > pause:
            yield runs[begin:place]
            begin, last = place, run.frames.last
        last = max(last, run.frames.last)
    yield runs[begin:]


def _segment(runs: Sequence[ServedFrames]) -> Segment:
    return Segment(
        path=runs[0].path,
        first=runs[0].frames,
        last=max((run.frames for run in runs), key=lambda frames: frames.last),
        connections=tuple(dict.fromkeys(run.client for run in runs)),
        peer_mac=runs[0].peer_mac,
        asymmetric=any(run.asymmetric for run in runs),
    )


def _differ(one: Path, other: Path) -> bool:
    return (one.kind, one.via) != (other.kind, other.via)


def _usual_gap(runs: Sequence[ServedFrames]) -> int:
    """The pause between replies that nine of ten do not exceed, where pauses are common; else half a second.

    Of few, the longest is not among the nine: it may be the stall that is looked for.
    """
    gaps, last = [], runs[0].frames.last
    for run in runs[1:]:
        if run.frames.first > last:
            gaps.append(run.frames.first - last)
        last = max(last, run.frames.last)
    for frames in (run.frames for run in runs if run.frames.pauses):
        gaps += [frames.usual] * frames.pauses
    replies = sum(run.frames.count for run in runs)
    if len(gaps) < SOME or len(gaps) * ONE_IN < replies:
        return UNUSUAL
    return sorted(gaps)[min(len(gaps) * 9 // 10, len(gaps) - 2)]
