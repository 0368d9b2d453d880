"""Captures of two devices whose clocks differ: one host can't be served on both of its paths at once, and a call that
is sent again on the other path is sent there later.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from analyzer.correlate.captures.offsets import NTP, DeviceOffset
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.topology.topology import Topology
from analyzer.model.correlation import Contradiction, ContradictionName
from analyzer.model.event import StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.traffic import Operation

AT_ONCE = 2 * SECOND  # a switch of paths may look like service on both for so long
SOME = 2  # one call alone may be of a connection that was given up, and that is sent again under another one

Reply = tuple[int, int]


def disagreements(
    evidence: Evidence, topology: Topology, devices: Sequence[DeviceOffset] = ()
) -> dict[tuple[str, str], Contradiction]:
    """What contradicts that two captures have one clock, by their names; `devices` are known to be apart."""
    replies = _replies(evidence)
    first = next((source.name for source in evidence.sources if source.kind == "capture"), "")
    vague = ((first, one.names[0]) for one in devices if one.vague)
    found = {names: _of(names, "captures-apart") for names in vague}
    half = {name: one.offset.width // 2 for one in devices if one.measured and not one.vague for name in one.names}
    for host in topology.hosts:
        for one, other in combinations(sorted(port for port in replies if port[1] in host.macs), 2):
            if one[0] == other[0] or one[1] == other[1] or _both_inside(topology, one[1], other[1]):
                continue
            both = _at_once(replies[one], replies[other], half.get(one[0], 0) + half.get(other[0], 0))
            if both > AT_ONCE:
                names = one[0], other[0]
                found[names] = _of(names, "captures-at-once", both)
    for way, calls in _sent_again(evidence.operations, topology).items():
        names = min(way), max(way)
        ports = {(_port(one), _port(other)) for one, other in calls}
        open_by = half.get(names[0], 0) + half.get(names[1], 0)
        both = max(_at_once(replies.get(one, ()), replies.get(other, ()), open_by) for one, other in ports)
        # a connection that was given up goes on to send what was answered long ago, by whatever route there is then
        early = sum(later.first_call.most + NTP < earlier.last_call.least for earlier, later in calls)
        told = early >= SOME or (early and both > AT_ONCE)
        if names not in found and told and 2 * early > len(calls) and not _fit(names, devices):
            found[names] = _of(names, "captures-sent-again")
        elif names not in found and both > AT_ONCE:
            found[names] = _of(names, "captures-at-once", both)
    return found


def _of(captures: tuple[str, str], name: ContradictionName, by: int = 0) -> Contradiction:
    return Contradiction(name=name, source=captures[0], other=captures[1], by=by)


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
    """Whether all else that two captures show is explained best by one clock; of the first one's, nothing is known."""
    known = [one for one in devices if set(one.names) & set(names)]
    return bool(known) and all(one.as_one for one in known)


def _of_two(topology: Topology, one: str, other: str) -> bool:
    """Whether two MACs are known to be of different hosts: each has a name, or one of them both its ports already, or
    both are on an internal switch, where a host has one.
    """
    a, b = topology.host_of_mac(one), topology.host_of_mac(other)
    if _both_inside(topology, one, other):
        return True
    if a is None or b is None or a == b:
        return False
    return bool(a.address and b.address) or len(a.macs) > 1 or len(b.macs) > 1


def _both_inside(topology: Topology, one: str, other: str) -> bool:
    """Whether both are ports of internal switches, where a host has one: service on both says nothing of a clock."""
    return {one, other} <= topology.inside_senders


def _same_connection(one: Operation, other: Operation) -> bool:
    """Whether two calls were first sent on one connection."""
    return (one.ends.src, one.ends.sport) == (other.ends.src, other.ends.sport)


def _port(operation: Operation) -> tuple[str, str]:
    return operation.source, operation.ends.src_mac


def _replies(evidence: Evidence) -> dict[tuple[str, str], list[Reply]]:
    """The runs of NFS replies, ns, by the capture and the MAC that they went to."""
    found: dict[tuple[str, str], list[Reply]] = {}
    for event in evidence.of(StorageTraffic):
        if isinstance(event.detail, StorageTraffic) and event.detail.what == "reply":
            run = event.at.least, event.detail.run.last.most
            found.setdefault((event.origin.source, event.detail.ends.dst_mac), []).append(run)
    return found


def _at_once(one: Sequence[Reply], other: Sequence[Reply], open_by: int) -> int:
    """How long both go on at least, ns, where they may be `open_by` ns nearer or farther than they were put."""
    return min(_together(one, [(first + by, last + by) for first, last in other]) for by in {-open_by, 0, open_by})


def _together(one: Sequence[Reply], other: Sequence[Reply]) -> int:
    """How long both go on, ns: of several at once each counts."""
    changes = [(at, step, 0) for first, last in one for at, step in ((first, 1), (last, -1)) if first < last]
    changes += [(at, 0, step) for first, last in other for at, step in ((first, 1), (last, -1)) if first < last]
    total = ones = others = since = 0
    for at, one_more, other_more in sorted(changes):
        total += ones * others * (at - since)
        since, ones, others = at, ones + one_more, others + other_more
    return total
