"""Which path served a host when: NFS replies in time order, each with the leg that its calls took.

A leg is where the host's frames to the storage address go: the next hop's MAC tells it. After a failback replies can
come from the local CVM's eth0 while calls go over the internal switch; the calls decide, so that is the local path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.traffic import FrameRun, Wire, client_of
from analyzer.model.event import Ends, StorageTraffic
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path
from analyzer.model.traffic import ServedRun

PAUSE = 1_500 * MILLISECOND  # a silence worth a look: what else happened in it decides whether it was a fault
STALL = 5 * SECOND  # ESXi's heartbeat timeout (formats.md, section 3): a shorter pause is no stall
REFUSED_WITHIN = 10 * MILLISECOND  # a closed socket answers a segment by a RST at once
ANSWERED_WITHIN = 500 * MILLISECOND  # a delayed ACK is not later than this
FAR_BEYOND = 4  # a silence this many times the usual gap is no idleness


@dataclass(frozen=True, slots=True)
class Segment:
    """Replies to the host on one path without a stall. `connections` are (client address, port) in order of use."""

    path: Path
    first: FrameRun
    last: FrameRun
    connections: tuple[tuple[str, int], ...]
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


@dataclass(frozen=True, slots=True)
class Service:
    """A host's segments in time order, and the runs of replies in them.

    `usual` is the usual longest pause between replies (ns), `pause` a silence that is
    worth a look, `stall` one that counts as a stall for this host.
    """

    host: Member
    segments: tuple[Segment, ...]
    runs: tuple[FrameRun, ...]
    usual: int
    pause: int
    stall: int


@dataclass(slots=True)
class _Building:
    path: Path
    first: FrameRun
    last: FrameRun
    connections: list[tuple[str, int]] = field(default_factory=list)
    peer_mac: str | None = None
    asymmetric: bool = False

    def freeze(self) -> Segment:
        return Segment(self.path, self.first, self.last, tuple(self.connections), self.peer_mac, self.asymmetric)


def leg_of(ends_src_mac: str, ends_src: str, ends_dst_mac: str, topology: Topology, vlan: int | None) -> Path:
    """The path of a frame from a host to the storage address, told by its next hop."""
    if ends_src_mac in topology.inside_senders:  # a port of the internal switch, whoever answers it
        return Path("local", source=ends_src, next_hop_mac=ends_dst_mac or None, vlan=vlan)
    if not ends_dst_mac:  # no link layer in the capture: only the source address tells
        return Path("local" if topology.is_private(ends_src) else "remote", source=ends_src)
    via = topology.cvm_of_mac(ends_dst_mac)
    if via is not None:
        return Path("remote", via=via, source=ends_src, next_hop_mac=ends_dst_mac, vlan=vlan)
    inside = topology.is_private(ends_src) and ends_src_mac not in topology.public_senders
    kind: Literal["local", "remote"] = "local" if inside or ends_dst_mac in topology.internal_peers else "remote"
    return Path(
        kind, via=ends_dst_mac if kind == "remote" else None, source=ends_src, next_hop_mac=ends_dst_mac, vlan=vlan
    )


def services(wire: Wire, topology: Topology) -> list[Service]:
    """The service of every host that the captures show."""
    found = []
    for host in topology.hosts:
        runs = _delivered(_reply_runs(host, wire, topology), host, wire)
        if runs:
            found.append(_assemble(host, runs))
    return found


def served_runs(served: Sequence[Service], beside: Mapping[str, int]) -> tuple[ServedRun, ...]:
    """The runs of replies of all hosts, for measuring silences; `beside`: how far a capture's clock may be off, ns."""
    return tuple(
        ServedRun(
            host=service.host.address or min(service.host.macs, default=None),
            first=run.first,
            last=run.last,
            first_origin=run.first_origin,
            last_origin=run.last_origin,
            beside=beside.get(run.first_origin.source, 0),
        )
        for service in served
        for run in service.runs
    )


def _reply_runs(host: Member, wire: Wire, topology: Topology) -> list[_Building]:
    """Every reply run to the host, with the path that its calls took."""
    legs: dict[tuple[str, int], list[tuple[int, Ends]]] = {}
    for traffic, stretch in wire.to_storage(host.macs, wire.first, wire.last):
        ends = traffic.ends
        legs.setdefault((ends.src, ends.sport), []).append((stretch.first, ends))
    others = _clients_of_others(host, wire)
    runs = []
    for traffic, stretch in wire.storage:
        if traffic.what != "reply":
            continue
        mac, address, port = client_of(traffic.ends, wire.settings)
        sent = legs.get((address, port), [])
        # a capture can begin between a call and its reply: what the host sends next went the same way
        taken = [item for item in sent if item[0] <= stretch.first] or _next(sent, stretch)
        if not _is_for(host, mac, called=(address, port) in legs and (address, port) not in others):
            continue
        if taken:
            _, call = max(taken, key=lambda item: item[0])
            peer = call.dst_mac or traffic.ends.src_mac  # not in a cooked capture: taken to be who answers
            path = leg_of(call.src_mac, call.src, peer, topology, call.vlan)
        else:
            path, peer = _leg_of_reply(traffic, wire, topology), traffic.ends.src_mac
        asymmetric = peer != traffic.ends.src_mac
        runs.append(_Building(path, stretch, stretch, [(address, port)], peer, asymmetric))
    runs.sort(key=lambda run: (run.first.first, run.first.first_origin))
    return runs


def _next(sent: Sequence[tuple[int, Ends]], replies: FrameRun) -> list[tuple[int, Ends]]:
    """The host's first frames of a connection when they come among its replies, or just after them."""
    return [item for item in sent[:1] if item[0] <= replies.last + ANSWERED_WITHIN]


def _is_for(host: Member, mac: str, *, called: bool) -> bool:
    """Whether a reply is for the host: by the receiver's MAC, or where a cooked capture has none, by who called."""
    return mac in host.macs or (not mac and called)


def _clients_of_others(host: Member, wire: Wire) -> set[tuple[str, int]]:
    """The addresses and ports that MACs of other hosts called from: the private address is every host's."""
    storage = wire.settings.storage_address
    sent = [traffic.ends for traffic, _ in wire.storage if traffic.ends.dst == storage]
    return {(ends.src, ends.sport) for ends in sent if ends.src_mac not in host.macs}


def _delivered(runs: list[_Building], host: Member, wire: Wire) -> list[_Building]:
    """Without the replies that end a stall on a connection which the client had closed: it refuses them with a RST."""
    refusals: dict[tuple[str, int], list[int]] = {}
    for control, at, _ in wire.controls:
        if control.flags == "RST" and control.ends.src_mac in host.macs:
            refusals.setdefault((control.ends.src, control.ends.sport), []).append(at)
    kept: list[_Building] = []
    for run in runs:
        stretch = run.first
        refused = any(0 <= at - stretch.last <= REFUSED_WITHIN for at in refusals.get(run.connections[0], []))
        short = stretch.last - stretch.first <= REFUSED_WITHIN
        if refused and short and kept and stretch.first - kept[-1].first.last > PAUSE:
            continue
        kept.append(run)
    return kept


def _leg_of_reply(traffic: StorageTraffic, wire: Wire, topology: Topology) -> Path:
    """Only replies of this connection are in the evidence.

    Where the host's other frames are seen, its calls must go another way: over the internal switch, with the local CVM
    answering by its eth0, which is no failover. In a capture of one direction, who sends the replies tells the path.
    """
    ends = traffic.ends
    if wire.macs.get(ends.dst_mac) and ends.dst_mac:
        return Path("local", source=ends.dst, note="only replies are seen: the calls go over the internal switch")
    return leg_of(ends.dst_mac, ends.dst, ends.src_mac, topology, ends.vlan)


def _assemble(host: Member, runs: Sequence[_Building]) -> Service:
    """Join runs to segments: a new one begins when the path changes or the silence is a stall."""
    usual = _usual_gap(runs)
    pause, stall = max(PAUSE, FAR_BEYOND * usual), max(STALL, FAR_BEYOND * usual)
    segments: list[_Building] = []
    for run in runs:
        current = segments[-1] if segments else None
        if current is None or _differ(current.path, run.path) or run.first.first - current.last.last > pause:
            segments.append(
                _Building(run.path, run.first, run.last, list(run.connections), run.peer_mac, run.asymmetric)
            )
            continue
        if run.last.last > current.last.last:
            current.last = run.last
        current.asymmetric = current.asymmetric or run.asymmetric
        current.connections += [item for item in run.connections if item not in current.connections]
    served = tuple(run.first for run in runs)
    return Service(host, tuple(segment.freeze() for segment in segments), served, usual, pause, stall)


def _differ(one: Path, other: Path) -> bool:
    return (one.kind, one.via) != (other.kind, other.via)


def _usual_gap(runs: Sequence[_Building]) -> int:
    """The pause between replies that nine of ten do not exceed, where pauses are common; else half a second.

    Of few, the longest is not among the nine: it may be the stall that is looked for.
    """
    gaps, last = [], None
    for run in runs:
        if last is not None and run.first.first > last:
            gaps.append(run.first.first - last)
        last = max(last or 0, run.last.last)
    replies = sum(run.first.count for run in runs)
    if len(gaps) < 5 or len(gaps) * 10 < replies:
        return 500 * MILLISECOND
    return sorted(gaps)[min(len(gaps) * 9 // 10, len(gaps) - 2)]
