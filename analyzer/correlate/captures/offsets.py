"""How far the clock of one capture device is ahead of another's, when the two can't be one clock.

Captures are taken for those of one clock until what they show of a host contradicts it. A host is served on one of its
two paths at a time: it leaves the internal switch before it appears on the public network, and the other way round; a
CVM that dies stops on both; a call that is sent again on the other path is sent there later. Each such pair allows the
offset a range, and the offset that most pairs agree on is taken, unless none at all does as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.clocks.intersection import Numbered, Pairing, agree_pairs, pairing, pairs_at
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.change import EDGE, Scene, asking_inside, going_on_inside, routed_until
from analyzer.correlate.wire.service import FAR_BEYOND, PAUSE
from analyzer.correlate.wire.traffic import FrameRun, Wire, read_wire
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Span

SLACK = 50 * MILLISECOND  # a reply on its way, and what a switch delays
STAY = 13 * SECOND  # so are frames on the public network: a heartbeat and a little
FAILOVER = 120 * SECOND  # a host is on its other path within this
FAILBACK = 60 * SECOND
SILENT = 8 * SECOND  # a CVM that is not heard for so long is gone
HEARD = 5 * SECOND  # one that lives is heard this often
RETURN = 5 * SECOND  # a CVM that returns is heard on both sides within this
MANY = 2_000  # with more pairs than this, hosts change their path so often that any offset explains some
ENOUGH = 2  # one pair alone may be chance
SOME = 5  # so many pauses tell what is usual
NARROW = 12 * SECOND  # with more doubt, what both devices show can't be told on one clock
FARTHEST = Span(-600 * SECOND, 600 * SECOND)


@dataclass(frozen=True, slots=True)
class Device:
    """The captures of one device: a file, or the files of a ring buffer."""

    names: tuple[str, ...]
    wire: Wire


@dataclass(frozen=True, slots=True)
class DeviceOffset:
    """How far the captures `names` of one device are ahead of the first one's, ns.

    `measured`: they can't have its clock; else they are taken to have it, and `offset` is what they allow. `as_one`:
    that they have it explains several pairs, and no other offset explains more.
    """

    names: tuple[str, ...]
    offset: Span
    pairs: int
    measured: bool
    as_one: bool = False

    @property
    def vague(self) -> bool:
        """Whether it is known to be another clock, and too little of it to tell what both show on one."""
        return self.measured and self.offset.width > NARROW


@dataclass(slots=True)
class _Votes:
    """Pairs of a mark of the one device and one of the other; `sign` -1 where they are told the other way round."""

    sign: int = 1
    pairs: list[Pairing] = field(default_factory=list)
    _places: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(self, line: tuple[str, int, int], mark: tuple[str, int, int]) -> None:
        """Allow the offset what two marks (name, least, most) leave: the first's time less the second's."""
        one, other = (line, mark) if self.sign > 0 else (mark, line)
        self.pairs += pairing(self._numbered(one), self._numbered(other), FARTHEST)

    def _numbered(self, mark: tuple[str, int, int]) -> Numbered:
        name, least, most = mark
        return self._places.setdefault((name, least), len(self._places)), least, most


def captures_apart(evidence: Evidence, settings: Settings, given: Sequence[str]) -> list[DeviceOffset]:
    """Each further device beside the first, but for those with captures in `given`, whose clock the user told."""
    devices = _devices(evidence, settings)
    if len(devices) < 2:
        return []
    topology = discover(evidence, settings)
    others = [device for device in devices[1:] if not any(name in given for name in device.names)]
    return [_apart(devices[0], device, topology) for device in others]


def _devices(evidence: Evidence, settings: Settings) -> list[Device]:
    rings = {name: ring for ring in evidence.rings for name in ring}
    names = [source.name for source in evidence.sources if source.kind == "capture" and source.first is not None]
    found = []
    for group in dict.fromkeys(rings.get(name, (name,)) for name in names):
        part = structs.replace(
            evidence,
            sources=tuple(source for source in evidence.sources if source.name in group),
            events=tuple(event for event in evidence.events if event.origin.source in group),
            operations=tuple(op for op in evidence.operations if op.source in group),
        )
        wire = read_wire(part, settings, CAPTURE_CLOCK)
        if wire is not None:
            found.append(Device(group, wire))
    return found


def _apart(base: Device, other: Device, topology: Topology) -> DeviceOffset:
    """The best offset, unless none at all explains as much, or nothing decides."""
    votes = _Votes()
    for inside, outside, votes.sign in ((other.wire, base.wire, 1), (base.wire, other.wire, -1)):
        for host in topology.hosts:
            _vote(votes, host, inside, outside, topology)
    over = max(other.wire.last - other.wire.first, base.wire.last - base.wire.first)
    if not votes.pairs and _of_other_times(base, other, topology):
        return DeviceOffset(other.names, FARTHEST, 0, measured=True)
    estimate = agree_pairs(votes.pairs, over) if len(votes.pairs) <= MANY else None
    if estimate is None:
        return DeviceOffset(other.names, FARTHEST, 0, measured=False)
    together = max(pairs_at(votes.pairs, Span(ns, ns)) for ns in (-SLACK, 0, SLACK))
    as_one = together >= estimate.score >= ENOUGH
    if len(estimate.alternatives) > 1:
        return DeviceOffset(other.names, FARTHEST, 0, measured=False, as_one=as_one)
    if together < estimate.score >= ENOUGH:
        return DeviceOffset(other.names, estimate.offset, estimate.lines, measured=True)
    region = next((alternative for alternative in estimate.alternatives if alternative.holds(0)), FARTHEST)
    return DeviceOffset(other.names, region, estimate.lines, measured=False, as_one=as_one)


def _of_other_times(base: Device, other: Device, topology: Topology) -> bool:
    """Whether one shows hosts inside and the other does not, and they share no time: nobody captures so on purpose."""
    inside = [any(mac in topology.inside_senders for mac in one.wire.macs) for one in (base, other)]
    return inside[0] != inside[1] and (
        base.wire.last + EDGE < other.wire.first or other.wire.last + EDGE < base.wire.first
    )


def _vote(votes: _Votes, host: Member, inside: Wire, outside: Wire, topology: Topology) -> None:
    """What one host does on both of its ports, each seen by another device."""
    within = {mac for mac in host.macs if mac in topology.inside_senders}
    if not within:
        return
    without = (host.macs - within) or _only_other(outside, topology)
    remote = _joined(_sent(outside, without), STAY)
    signs = sorted(_signs(inside, within), key=lambda sign: sign.first)
    stays = _stays(inside, within) or _joined(signs, FAILOVER)
    for number, stay in enumerate(stays):
        following = stays[number + 1].first if number + 1 < len(stays) else inside.last
        departures = _departures(stay.last, following, signs)
        for place in remote:
            if (number or stay.first - inside.first > EDGE) and outside.last - place.last > EDGE:
                votes.add(("back", stay.first - FAILBACK, stay.first + SLACK), ("left", place.last, place.last))
            if following - stay.last > EDGE and place.first - outside.first > EDGE:
                for left in departures:
                    votes.add(("out", left - SLACK, left + FAILOVER), ("came", place.first, place.first))
        _vote_of_death(votes, (stay.last, following), (host, inside), outside, topology)
    _vote_of_return(votes, inside, outside, topology)
    _vote_of_calls(votes, inside, outside, (within, without))


def _departures(last: int, following: int, signs: Sequence[FrameRun]) -> list[int]:
    """When a host turned to its own CVM last before it went elsewhere, ns; it may have come back in vain, and left
    again. What just precedes `following`, when it is served again, is its return.
    """
    back = following
    for sign in reversed(signs):
        if sign.first < back and back - sign.last <= PAUSE:
            back = sign.first
    turned = [sign for sign in signs if last < sign.last < back]
    ends = [run.last for run in _joined(turned, STAY)]
    return ends if turned and turned[0].first - last <= STAY else [last, *ends]


def _only_other(outside: Wire, topology: Topology) -> frozenset[str]:
    """The MACs of the one host that is seen outside and not inside, where there is but one."""
    seen = {traffic.ends.src_mac for traffic, _ in outside.storage}
    found = [host.macs for host in topology.hosts if host.macs & seen and not host.macs & topology.inside_senders]
    return found[0] if len(found) == 1 else frozenset()


def _vote_of_death(
    votes: _Votes, silence: tuple[int, int], of: tuple[Member, Wire], outside: Wire, topology: Topology
) -> None:
    """A CVM lives at its last reply, and no more when a frame finds no answer; outside, when its MAC falls silent."""
    host, inside = of
    last, following = silence
    scene = Scene(inside, topology, CAPTURE_CLOCK)
    signs = [*asking_inside(scene, host, last, following), *going_on_inside(scene, host, last, following)]
    first = min((stretch.first for stretch in signs if stretch.first > last), default=None)
    if first is None or following - last < PAUSE:
        return
    for mac in _cvms(host, topology):
        for end in _ends(mac, outside):
            votes.add(("died", last - HEARD, first + SLACK), ("fell silent", end, end))


def _vote_of_return(votes: _Votes, inside: Wire, outside: Wire, topology: Topology) -> None:
    """A CVM that comes back announces the storage address inside, and is heard again outside."""
    storage = inside.settings.storage_address
    for arp, stretch in inside.announcements:
        if arp.sender != storage or stretch.first - inside.first < EDGE:
            continue
        for mac in topology.owners:
            for begin in _begins(mac, outside) if topology.host_of_mac(mac) is None else ():
                votes.add(("announced", stretch.first - RETURN, stretch.first + RETURN), ("spoke", begin, begin))


def _cvms(host: Member, topology: Topology) -> list[str]:
    """The MACs of those that may be the host's own CVM."""
    return [
        mac
        for mac, addresses in topology.owners.items()
        if addresses and topology.host_of_mac(mac) is None and host.cvm in (None, *addresses)
    ]


def _begins(mac: str, wire: Wire) -> Iterator[int]:
    """When a MAC spoke again after a long silence, or for the first time, ns."""
    runs = wire.macs.get(mac, [])
    for place, run in enumerate(runs):
        before = runs[place - 1].last if place else wire.first
        if run.first - before >= SILENT and wire.steady(mac, run, before=False):
            yield run.first


def _ends(mac: str, wire: Wire) -> Iterator[int]:
    """When a MAC that was heard all along fell silent for long, ns."""
    runs = wire.macs.get(mac, [])
    for place, run in enumerate(runs):
        following = runs[place + 1].first if place + 1 < len(runs) else wire.last
        if following - run.last >= SILENT and wire.steady(mac, run, before=True):
            yield run.last


def _vote_of_calls(votes: _Votes, inside: Wire, outside: Wire, macs: tuple[Collection[str], Collection[str]]) -> None:
    """A call that one path left without an answer and the other answered was sent there later."""
    within, without = macs
    first = {(op.xid, op.procedure): op for op in inside.operations if op.ends.src_mac in within}
    for op in outside.operations:
        same = first.get((op.xid, op.procedure)) if op.ends.src_mac in without else None
        if same is None or (same.reply is None) == (op.reply is None):
            continue
        if same.reply is None:
            at = same.last_call.least
            votes.add(("sent", at - SLACK, at + FAILOVER), ("again", op.first_call.least, op.first_call.most))
        else:
            at = same.first_call.most
            votes.add(("again", at - FAILBACK, at + SLACK), ("sent", op.last_call.least, op.last_call.most))


def _stays(wire: Wire, macs: Collection[str]) -> list[FrameRun]:
    """The times in which a host is served by its own CVM: its replies, joined over the pauses that it usually makes."""
    runs = [stretch for traffic, stretch in wire.storage if traffic.what == "reply" and traffic.ends.dst_mac in macs]
    gaps = sorted(later.first - earlier.last for earlier, later in pairwise(_joined(runs, 0)))
    usual = gaps[len(gaps) * 9 // 10] if len(gaps) >= SOME else 0
    return _joined(runs, max(PAUSE, FAR_BEYOND * usual))


def _signs(wire: Wire, macs: Collection[str]) -> list[FrameRun]:
    """When a host turns to its own CVM, answered or not."""
    asked = [
        replace(asking.stretch, last=max(asking.stretch.first, routed_until([asking.stretch]) or 0))
        for asking in wire.askings
        if asking.mac in macs and asking.target == wire.settings.storage_address
    ]
    return _sent(wire, macs) + asked


def _sent(wire: Wire, macs: Collection[str]) -> list[FrameRun]:
    frames = wire.to_storage(macs, wire.first, wire.last)
    return [stretch for traffic, stretch in frames if traffic.what == "frame"]


def _joined(runs: Sequence[FrameRun], pause: int) -> list[FrameRun]:
    stays: list[FrameRun] = []
    for run in sorted(runs, key=lambda run: (run.first, run.first_origin)):
        last = stays[-1] if stays else None
        if last is None or run.first - last.last > pause:
            stays.append(run)
        elif run.last > last.last:
            stays[-1] = FrameRun(last.first, run.last, last.first_origin, run.last_origin, last.count + run.count)
    return stays
