"""A change in a host's service on the wire: what served it before and after, and the silence between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.service import Segment, Service
from analyzer.correlate.wire.traffic import FrameRun, Wire
from analyzer.model.event import TcpControl
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation

EDGE = 5 * SECOND  # service within this of the capture's start or end was there before, or goes on after
GOES_ON = 5 * SECOND  # a client sends no new call this long after one that nobody acknowledged
SENT_AGAIN = 2 * SECOND  # what nobody acknowledges is sent again sooner than this
FEW = 5  # retransmissions that a healthy path has as well
RESPONSE = 10 * MILLISECOND  # a CVM that lives acknowledges or answers within this
HEARTBEAT = 13 * SECOND  # a datastore has a call at least this often (formats.md, section 3: 12 s)
ON_ITS_WAY = 5 * MILLISECOND  # a frame that was sent before the route changed leaves within this
COMMAND_LATENCY = 25 * MILLISECOND  # a command takes effect this long after it was given, at most (measured: 14 ms)

# A kernel's questions outlive the route of the packet that they are for (arp(7), RFC 4861, 7.3): who is not known is
# asked for three times, a second apart; who was known before is asked again only then: up to 5 s until the entry is
# doubted, 5 s more until he is asked, and then three times too.
RESOLVED = 3_100 * MILLISECOND
PROBED = 12_100 * MILLISECOND
PROBES = 2_500 * MILLISECOND  # the three questions to one who was known are over within this


@dataclass(frozen=True, slots=True)
class Scene:
    """What every kind needs to look at a change."""

    wire: Wire
    topology: Topology
    clock: str

    def exactly(self, ns: int) -> Instant:
        """A frame's instant; a µs stamp is cut, not rounded."""
        return Instant(self.clock, ns, ns + 999)

    def between(self, least: int, most: int) -> Instant:
        """An instant that two frames enclose."""
        return Instant(self.clock, min(least, most), most)


@dataclass(frozen=True, slots=True)
class Change:
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

    def before_via(self) -> str | None:
        """The remote CVM that served before, if one did."""
        return self.before.path.via if self.before else None

    def origins(self) -> tuple[Origin, ...]:
        """The replies around the silence."""
        ends = [self.before.last.last_origin] if self.before else []
        return (*ends, *([self.after.first.first_origin] if self.after else []))


def changes(service: Service, wire: Wire) -> list[Change]:
    """Every change of a host's service, the edges of the capture included."""
    found: list[Change] = []
    segments = service.segments
    first, _ = wire.covers[segments[0].first.first_origin.source]
    _, last = wire.covers[segments[-1].last.last_origin.source]
    if segments[0].start - first > EDGE:
        found.append(Change(service.host, service, None, segments[0], first, segments[0].start))
    for before, after in pairwise(segments):
        if not _blind(wire, before.end, after.start):
            found.append(Change(service.host, service, before, after, before.end, after.start))
    if last - segments[-1].end > max(EDGE, service.stall) and _goes_on(service.host, segments[-1], wire):
        found.append(Change(service.host, service, segments[-1], None, segments[-1].end, last))
    return found


def _blind(wire: Wire, start: int, end: int) -> bool:
    """Whether no capture covers some time between `start` and `end`: what happened then is not known."""
    seen = start
    for first, last in sorted(wire.covers.values()):
        if first - seen > EDGE:
            break
        seen = max(seen, last)
    return end - seen > EDGE


def _goes_on(host: Member, segment: Segment, wire: Wire) -> bool:
    """Whether the host is still seen after its last reply: one that is gone altogether says nothing of its path."""
    return any(run.last > segment.end + EDGE for mac in host.macs for run in wire.macs.get(mac, []))


def controls_of(scene: Scene, host: Member, start: int, end: int) -> Iterable[tuple[TcpControl, int, Origin]]:
    """SYN, SYN-ACK, FIN and RST segments of the host's storage connections in [start, end]."""
    clients = {(t.ends.src, t.ends.sport) for t, _ in scene.wire.to_storage(host.macs, start, end)}
    for control, at, origin in scene.wire.controls:
        ends = control.ends
        cooked = bool(ends.src_mac) and not ends.dst_mac  # who gets the frame is not in the capture
        received = (ends.dst, ends.dport) in clients if cooked else ends.dst_mac in host.macs
        if start <= at <= end and (ends.src_mac in host.macs or received):
            yield control, at, origin


def from_server(control: TcpControl, scene: Scene) -> bool:
    """Whether the storage address sent it."""
    return control.ends.src == scene.wire.settings.storage_address


def unanswered_calls(scene: Scene, host: Member, start: int, end: int) -> list[Operation]:
    """Calls of the host first seen in [start, end] that were not answered before `end`."""
    return sorted(
        (
            op
            for op in scene.wire.operations
            if op.ends.src_mac in host.macs
            and start <= op.first_call.least < end
            and (op.reply is None or op.reply.least >= end)
        ),
        key=lambda op: op.first_call.least,
    )


def asking_inside(scene: Scene, host: Member, start: int, end: int) -> list[FrameRun]:
    """Signs that the host still reaches for its local CVM, without an answer, in [start, end].

    They are ARP requests for the storage address, retransmissions to a MAC on the internal switch, and frames to a MAC
    that is neither a CVM's public one nor has ever answered.
    """
    return sorted([*_asks(scene, host, start, end), *_in_vain(scene, host, start, end)], key=lambda sign: sign.first)


def still_inside(scene: Scene, host: Member, start: int, end: int) -> int | None:
    """The latest time in [start, end] at which the host's route to its local CVM was certainly in place, or None."""
    routed = [stretch.last - ON_ITS_WAY for stretch in _in_vain(scene, host, start, end)]
    asked = routed_until(_asks(scene, host, start, end))
    return max((min(at, end) for at in (*routed, asked) if at is not None), default=None)


def routed_until(asks: Sequence[FrameRun]) -> int | None:
    """When a packet was certainly routed to where these unanswered questions in one silence, in order, ask; or None.

    Questions that go on for longer than those to one who was known can be are of packets that came after.
    """
    if not asks:
        return None
    last = max(stretch.last for stretch in asks)
    return last - (RESOLVED if last - asks[0].first > PROBES else PROBED)


def _asks(scene: Scene, host: Member, start: int, end: int) -> list[FrameRun]:
    storage = scene.wire.settings.storage_address
    return [
        asking.stretch
        for asking in scene.wire.unanswered(start, end)
        if asking.mac in host.macs and asking.target == storage
    ]


def _in_vain(scene: Scene, host: Member, start: int, end: int) -> list[FrameRun]:
    signs: list[FrameRun] = []
    for traffic, stretch in scene.wire.to_storage(host.macs, start, end):
        mac = traffic.ends.dst_mac
        silent = mac not in scene.wire.macs and scene.topology.cvm_of_mac(mac) is None and traffic.what == "frame"
        inside = mac in scene.topology.internal_peers
        if not mac and traffic.ends.src_mac:  # a cooked capture, where nobody answered: the sender tells
            silent, inside = False, traffic.ends.src_mac in scene.topology.inside_senders
        again = inside and traffic.what == "retransmission"
        if silent or again:
            signs.append(stretch)
    return signs


def going_on_inside(scene: Scene, host: Member, start: int, end: int) -> list[FrameRun]:
    """The host's frames to its CVM after the last reply, and before any goes elsewhere.

    A route that was added by hand would have taken them away at once.
    """
    sent = [
        (traffic.ends.dst_mac in scene.topology.internal_peers, stretch)
        for traffic, stretch in scene.wire.to_storage(host.macs, start, end)
        if traffic.what == "frame" and traffic.ends.dst_mac and stretch.first > start + RESPONSE
    ]
    left = min((stretch.first for inside, stretch in sent if not inside), default=end)
    return [stretch for inside, stretch in sent if inside and stretch.first < left]


def served_unseen(scene: Scene, host: Member, start: int, end: int) -> tuple[int, Origin] | None:
    """Until when (ns, by which frame) the host certainly was served inside, though no capture has the answers: they go
    another way, or it has but one direction. None when it was not.

    What is not acknowledged is sent again, soon, and nothing new after it; so who sends new calls is answered.
    """
    sent: dict[str, list[FrameRun]] = {}
    again: dict[str, list[FrameRun]] = {}
    for traffic, stretch in scene.wire.to_storage(host.macs, start, end):
        mac = traffic.ends.dst_mac
        unheard = mac not in scene.wire.macs and scene.topology.cvm_of_mac(mac) is None
        if mac and (unheard or mac in scene.topology.internal_peers) and traffic.what in ("call", "retransmission"):
            kept = sent if traffic.what == "call" else again
            within = replace(stretch, first=max(stretch.first, start), last=min(stretch.last, end))
            kept.setdefault(mac, []).append(within)
    untils = [_answered_until(calls, again.get(mac, ())) for mac, calls in sent.items()]
    return max((until for until in untils if until is not None), default=None)


def _answered_until(calls: Sequence[FrameRun], again: Sequence[FrameRun]) -> tuple[int, Origin] | None:
    """The last of the new calls before more than a few were sent again, where they went on for longer than without an
    answer.
    """
    few, stop = 0, None
    for stretch in again:
        few += stretch.count
        if few > FEW:
            stop = stretch.first
            break
    last = calls[0]
    for run in calls:
        if run.first - last.last > HEARTBEAT or (stop is not None and run.first > stop):
            break
        last = max(last, run, key=lambda one: one.last)
    until = last.last if stop is None else min(last.last, stop)
    longest = GOES_ON if again else SENT_AGAIN
    return (until - SENT_AGAIN, last.last_origin) if until - calls[0].first > longest else None


def frames_by(scene: Scene, host: Member, path: Path, start: int, end: int) -> list[FrameRun]:
    """The host's frames to the storage address on `path` (told by the next hop) that overlap [start, end]."""
    return sorted(
        (
            stretch
            for traffic, stretch in scene.wire.to_storage(host.macs, start, end)
            if traffic.what == "frame" and traffic.ends.dst_mac == path.next_hop_mac
        ),
        key=lambda stretch: stretch.first,
    )


def storage_filter(scene: Scene, *extra: str) -> str:
    """A Wireshark display filter of the storage traffic."""
    return " && ".join([f"ip.addr == {scene.wire.settings.storage_address}", *extra])


def latest(stretches: Sequence[FrameRun], at: int) -> int | None:
    """The end of the last stretch that is not after `at`."""
    ends = [min(stretch.last, at) for stretch in stretches if stretch.first <= at]
    return max(ends) if ends else None
