"""How far the clock of one capture device is ahead of another's, when the two can't be one clock.

Captures are taken for those of one clock until what they show of a host contradicts it. A host is served on one of its
two paths at a time: it leaves the internal switch before it appears on the public network, and the other way round; a
CVM that dies stops on both; a call that is sent again on the other path is sent there later. Each such pair allows the
offset a range, and the offset that most pairs agree on is taken, unless none at all does as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from analyzer.config import Settings
from analyzer.correlate.captures.device import Device, device_of
from analyzer.correlate.captures.pairs import FARTHEST, Pair, pairs_of
from analyzer.correlate.clocks.intersection import Estimate, Pairing, agree_pairs, pairing, pairs_at
from analyzer.correlate.timing import EDGE, SAME_TIME
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.reading import Shown, traffic_of
from analyzer.model.instant import MILLISECOND, SECOND, Span

NTP = 50 * MILLISECOND  # the clocks of capture hosts that NTP sets are apart by no more
ONE_CLOCK = (-NTP, 0, NTP)  # offsets that are none
NEARLY_NONE = 2 * SECOND
MANY = 2_000  # with more pairs than this, hosts change their path so often that any offset explains some
ENOUGH = 2  # one pair alone may be chance
SURE = 2  # so many pairs more tell of another clock where they leave its offset wide: one may be of something else
NARROW = 12 * SECOND  # with more doubt, what both devices show can't be put on one clock


@dataclass(frozen=True, slots=True)
class DeviceOffset:
    """How far the captures `names` of one device are ahead of the first one's, ns.

    `measured`: they can't have its clock; else they are taken to have it, and `offset` is what they allow. `as_one`:
    that they have it explains several pairs, and no other offset explains more. `suspected`: another offset does, by
    too little to measure it, or by what is but a guess.
    """

    names: tuple[str, ...]
    offset: Span
    pairs: int
    measured: bool
    as_one: bool = False
    suspected: Span | None = None

    @property
    def vague(self) -> bool:
        """Whether it is known to be another clock, and too little of it to put what both show on one."""
        return self.measured and self.offset.width > NARROW

    def as_taken(self, near: Span) -> Span:
        """How far a clock may be off, ns, that is but taken as the first one's: `near` none, or as is suspected."""
        most = self.offset.meet(near) or near
        if self.suspected is None:
            return most
        return Span(min(most.least, self.suspected.least), max(most.most, self.suspected.most))


def device_offsets(
    shown: Shown, topology: Topology, given: Sequence[str], paused: Mapping[str, int] = MappingProxyType({})
) -> tuple[DeviceOffset, ...]:
    """That of each further device, but for those with captures in `given`, whose clock the user gave.

    `paused` is by how much frames of a capture may have come later than they are read, ns, as its clock was set: what
    is off by as much fits nothing, or anything.
    """
    devices = _devices(shown, topology.settings)
    late = {device.names: max(paused.get(name, 0) for name in device.names) for device in devices}
    if not devices or late[devices[0].names] > SAME_TIME:
        return ()
    others = [device for device in devices[1:] if not set(given) & set(device.names)]
    found = [_offset(devices[0], device, topology) for device in others if late[device.names] <= SAME_TIME]
    return tuple(_later(one, late[devices[0].names] + late[one.names]) for one in found)


def _later(one: DeviceOffset, late: int) -> DeviceOffset:
    """With the doubt of frames that may have come so much later."""
    return replace(one, offset=Span(one.offset.least - late, one.offset.most + late)) if late else one


def _devices(shown: Shown, settings: Settings) -> list[Device]:
    evidence = shown.evidence
    rings = {name: ring for ring in evidence.rings for name in ring}
    names = [source.name for source in evidence.sources if source.kind == "capture" and source.first is not None]
    groups = list(dict.fromkeys(rings.get(name, (name,)) for name in names))
    if len(groups) < 2:
        return []
    found = []
    for group in groups:
        traffic = traffic_of(shown.of(group), settings)
        if traffic is not None:
            found.append(device_of(group, traffic, [op for op in evidence.operations if op.source in group]))
    return found


def _offset(base: Device, other: Device, topology: Topology) -> DeviceOffset:
    """The best offset, unless none at all explains as much, or nothing decides."""
    found = list(islice(_pairings(base, other, topology), MANY + 1))
    pairs = [one.pair for one in found]
    if not pairs and _of_other_times(base, other, topology):
        return DeviceOffset(other.names, FARTHEST, 0, measured=True)
    over = max(device.traffic.last - device.traffic.first for device in (base, other))
    estimate = agree_pairs(pairs, over) if len(pairs) <= MANY else None
    if estimate is None:
        return DeviceOffset(other.names, FARTHEST, 0, measured=False)
    decided = _decided(other.names, estimate, pairs)
    known = [one.pair for one in found if one.known]
    many = estimate.score - _together(pairs) > SURE
    if decided.measured and not _told_by(known, estimate.offset, over, many=many):
        return replace(decided, offset=FARTHEST, measured=False, suspected=estimate.offset)
    return _set_meanwhile(decided, found) if decided.measured else decided


def _set_meanwhile(measured: DeviceOffset, found: Sequence[_Allowed]) -> DeviceOffset:
    """With what is as true before it: where all that denies an offset is earlier than all that asks for it, or later,
    the clock was set between them.
    """
    allowing = [one for one in found if any(one.pair.offset.holds(ns) for ns in ONE_CLOCK)]
    asking = [one.at for one in found if one not in allowing and one.pair.offset.meet(measured.offset) is not None]
    denying = [one for one in allowing if one.pair.offset.meet(measured.offset) is None]
    if not asking or not denying:
        return measured
    times = [one.at for one in denying]
    if min(times) <= max(asking) and min(asking) <= max(times):
        return measured
    ends = [measured.offset.least, measured.offset.most, 0]
    return replace(measured, offset=Span(min(ends), max(ends)))


def _told_by(known: Sequence[Pairing], offset: Span, over: int, *, many: bool) -> bool:
    """Whether what is known to belong together alone asks for such an offset, too: nothing is measured by a guess.

    One pair that leaves it wide asks for it only together with `many` others that do, too.
    """
    estimate = agree_pairs(known, over)
    margin = SURE if estimate is not None and estimate.offset.width > NARROW and not many else 1
    if estimate is None or estimate.score < _together(known) + margin:
        return False
    return any(alternative.meet(offset) is not None for alternative in estimate.alternatives)


def _together(pairs: Sequence[Pairing]) -> int:
    """How many pairs can be made if both devices have one clock."""
    return max(pairs_at(pairs, Span(ns, ns)) for ns in ONE_CLOCK)


def _decided(names: tuple[str, ...], estimate: Estimate, pairs: Sequence[Pairing]) -> DeviceOffset:
    together = _together(pairs)
    as_one = together >= estimate.score >= ENOUGH
    if len(estimate.alternatives) > 1:
        return DeviceOffset(names, FARTHEST, 0, measured=False, as_one=as_one)
    margin = SURE if estimate.offset.width > NARROW else 1
    if together + margin <= estimate.score >= ENOUGH:
        alone = estimate.score - together == 1
        offset = _from_none(estimate.offset) if alone else estimate.offset
        return DeviceOffset(names, offset, estimate.lines, measured=True)
    region = next((alternative for alternative in estimate.alternatives if alternative.holds(0)), FARTHEST)
    suspected = estimate.offset if together < estimate.score >= ENOUGH else None
    return DeviceOffset(names, region, estimate.lines, measured=False, as_one=as_one, suspected=suspected)


def _from_none(offset: Span) -> Span:
    """A small offset that one pair alone asks for, with all offsets down to none: the pair may be of two things."""
    with_none = Span(min(offset.least, 0), max(offset.most, 0))
    return with_none if with_none.width - offset.width <= NEARLY_NONE else offset


def _of_other_times(base: Device, other: Device, topology: Topology) -> bool:
    """Whether one shows hosts inside and the other does not, and they share no time: nobody captures so on purpose."""
    one, two = base.traffic, other.traffic
    inside = [not topology.inside_senders.isdisjoint(traffic.heard) for traffic in (one, two)]
    return inside[0] != inside[1] and (one.last + EDGE < two.first or two.last + EDGE < one.first)


class _Allowed(NamedTuple):
    """What a pair of marks allows an offset; whether the two are `known` to belong together, and when (ns) it was."""

    pair: Pairing
    known: bool
    at: int


def _pairings(base: Device, other: Device, topology: Topology) -> Iterator[_Allowed]:
    """What each pair of marks, one of either device, allows the offset: the other's time less the base's."""
    places: dict[tuple[str, int], int] = {}
    ways = (
        pairs_of(other, base, topology),
        (Pair(mark, line, known) for line, mark, known in pairs_of(base, other, topology)),
    )
    for pairs in ways:
        for line, mark, known in pairs:
            number, other_number = (places.setdefault((name, least), len(places)) for name, least, _ in (line, mark))
            allowed = pairing((number, *line[1:]), (other_number, *mark[1:]), FARTHEST)
            yield from (_Allowed(pair, known, mark[1]) for pair in allowed)
