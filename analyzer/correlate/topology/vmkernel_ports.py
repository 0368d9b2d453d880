"""Which host a VMkernel port of an internal switch belongs to: by a shared 4-tuple or XID, else because one was served
when the other no longer was, else by elimination.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.correlation import Assumption, AssumptionName
from analyzer.model.event import Forwarding, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

SWITCHED_WITHIN = 2 * SECOND
RETURNED_WITHIN = 60 * SECOND  # service is on the other path within this: a client's backed-off retransmission
AWAY_WITHIN = 120 * SECOND  # a host is served on its other path within this
WATCHED = 5 * SECOND  # a capture that shows nothing for this long shows that there was nothing

Replies = tuple[int, int, str]  # a run of NFS replies: first and last, ns, and its capture


@dataclass(frozen=True, slots=True)
class Ports:
    """What the captures show of each MAC: runs of NFS replies to it (first and last, ns, capture), the 4-tuples (client
    address and port) and the calls (XID, procedure) that it sent; and what each capture covers (ns).
    """

    replies: Mapping[str, Sequence[Replies]]
    tuples: Mapping[str, AbstractSet[tuple[str, int]]]
    calls: Mapping[str, AbstractSet[tuple[int, str]]]
    covers: Mapping[str, tuple[int, int]]

    def served(self, macs: Collection[str]) -> list[Replies]:
        """The runs of NFS replies to any of `macs`, in order."""
        return sorted(run for mac in macs for run in self.replies.get(mac, ()))

    def served_at_once(self, mac: str, macs: Collection[str]) -> bool:
        """Whether `mac` and `macs` got NFS replies in the same seconds for longer than a switch of paths takes."""
        return _at_once(self.served({mac}), self.served(macs))


def with_inside_ports(topology: Topology, private_macs: Mapping[str, Origin], evidence: Evidence) -> Topology:
    """Hosts with their VMkernel ports on the internal switch: first by what both ports carried, then by turns, then the
    port that is left to the one host that is left; a port of which nothing is known is a host of its own.
    """
    ports = _ports(evidence)
    left: dict[str, Origin] = {}
    unowned = {mac: origin for mac, origin in sorted(private_macs.items()) if topology.host_of_mac(mac) is None}
    sharing = {mac: _sharing_host(topology, mac, unowned, ports) for mac in unowned}
    for mac, origin in unowned.items():
        shared = topology.host(sharing[mac] or "")
        if shared is not None and not ports.served_at_once(mac, shared.macs):
            topology = topology.with_member(shared.key, shared.with_macs([mac]).shown_by(origin))
        else:
            left[mac] = origin
    topology = _by_turns(topology, left, ports)
    left = {mac: origin for mac, origin in left.items() if topology.host_of_mac(mac) is None}
    topology = _by_leaving(topology, left, ports)
    left = {mac: origin for mac, origin in left.items() if topology.host_of_mac(mac) is None}
    return _by_elimination(topology, left, ports, all_named=_names_all(evidence))


def _ports(evidence: Evidence) -> Ports:
    replies: dict[str, list[Replies]] = {}
    tuples: dict[str, set[tuple[str, int]]] = {}
    calls: dict[str, set[tuple[int, str]]] = {}
    ends = {}  # a connection's runs share theirs
    for event in evidence.of(StorageTraffic):
        detail = event.detail
        if isinstance(detail, StorageTraffic):
            ends[id(detail.ends)] = detail.ends
            if detail.what == "reply":
                run = (event.at.least, detail.run.last.most, event.origin.source)
                replies.setdefault(detail.ends.dst_mac, []).append(run)
    for one in ends.values():
        tuples.setdefault(one.src_mac, set()).add((one.src, one.sport))
    for op in evidence.operations:
        calls.setdefault(op.ends.src_mac, set()).add((op.xid, op.procedure))
    covers = {s.name: (s.first.least, s.last.most) for s in evidence.sources if s.first and s.last}
    return Ports(replies, tuples, calls, covers)


def _without_inside_port(topology: Topology) -> list[Member]:
    """The hosts of which only vmk0 is known: one with two MACs has its vmk1."""
    return [host for host in topology.hosts if host.address and len(host.macs) <= 1]


def _taken_as(topology: Topology, mac: str, host: Member, why: AssumptionName, *origins: Origin) -> Topology:
    """With `mac` as a port of `host`, which is an assumption."""
    assumption = Assumption(why, mac, host.key)
    known = topology.with_member(host.key, host.with_macs([mac]).shown_by(*origins))
    return replace(known, assumptions=(*known.assumptions, assumption))


def _by_turns(topology: Topology, left: Mapping[str, Origin], ports: Ports) -> Topology:
    """A port is that of the one host which was served just when the port was not."""
    free = _without_inside_port(topology)
    turns = [(mac, host) for mac in left for host in free if _took_turns(mac, host.macs, ports)]
    for mac, host in turns:
        if [one for one, _ in turns].count(mac) == 1 and sum(other.key == host.key for _, other in turns) == 1:
            topology = _taken_as(topology, mac, host, "port-by-turns", left[mac])
    return topology


def _by_leaving(topology: Topology, left: Mapping[str, Origin], ports: Ports) -> Topology:
    """The one port that is left is that of the one host that was served elsewhere just after it."""
    away = [host for host in _without_inside_port(topology) if ports.served(host.macs)]
    if len(left) != 1 or len(away) != 1:
        return topology
    ((mac, origin),) = left.items()
    if not _left_for(mac, away[0].macs, ports):
        return topology
    return _taken_as(topology, mac, away[0], "port-that-left", origin)


def _by_elimination(topology: Topology, left: Mapping[str, Origin], ports: Ports, *, all_named: bool) -> Topology:
    free = _without_inside_port(topology)
    alone = len(free) == len(left) == 1 and (all_named or not _may_be_of_another(free[0], topology))
    for mac, origin in left.items():
        if alone and not ports.served_at_once(mac, free[0].macs):
            topology = _taken_as(topology, mac, free[0], "port-that-is-left")
        else:
            host = Member(None, frozenset({mac}), origins=(origin,))
            topology = replace(topology, hosts=(*topology.hosts, host))
    return topology


def _names_all(evidence: Evidence) -> bool:
    """Whether checks name hosts that are well, and not those alone of which something is wrong."""
    told = (event.detail for event in evidence.of(Forwarding))
    return any(isinstance(one, Forwarding) and one.state == "correct" for one in told)


def _may_be_of_another(host: Member, topology: Topology) -> bool:
    """Whether only logs have a host, and they have more CVMs than hosts: each of these is on a host of its own."""
    named = [one for one in topology.hosts if one.address]
    return not host.macs and len(topology.cvms) > len(named)


def _took_turns(mac: str, macs: Collection[str], ports: Ports) -> bool:
    """Whether NFS replies went to `mac` or to `macs` but never to both, and moved from one to the other while the
    capture of `mac` was running.
    """
    inside, outside = ports.served({mac}), ports.served(macs)
    if not inside or not outside or _at_once(inside, outside):
        return False
    turns = sorted([(run, True) for run in inside] + [(run, False) for run in outside])
    for (earlier, _), (later, returned) in ((one, two) for one, two in pairwise(turns) if one[1] != two[1]):
        first, last = ports.covers.get((later if returned else earlier)[2], (later[0], earlier[1]))
        watched = first + WATCHED <= earlier[1] if returned else later[0] + WATCHED <= last
        if watched and later[0] - earlier[1] <= RETURNED_WITHIN:
            return True
    return False


def _left_for(mac: str, macs: Collection[str], ports: Ports) -> bool:
    """Whether NFS replies went to `mac` until shortly before they went to `macs`, and never to both."""
    inside, outside = ports.served({mac}), ports.served(macs)
    begin = min(first for first, _, _ in outside)
    before = [last for _, last, _ in inside if last <= begin]
    return bool(before) and begin - max(before) <= AWAY_WITHIN and not _at_once(inside, outside)


def _at_once(one: Sequence[Replies], other: Sequence[Replies]) -> bool:
    """Whether replies came to both for longer than a switch of paths takes, or to one amid those to the other."""
    return _overlap(one, other) > SWITCHED_WITHIN or _amid(one, other) or _amid(other, one)


def _amid(some: Sequence[Replies], others: Sequence[Replies]) -> bool:
    """Whether a run of replies lies in one of the others that begins well before it and ends well after it: a run has
    no pause, so that no path was left for it.
    """
    reached, amid = 0, False  # until when those go on that began well before
    begun = iter(others)
    following = next(begun, None)
    for first, last, _ in some:
        while following is not None and following[0] <= first - SWITCHED_WITHIN:
            reached, following = max(reached, following[1]), next(begun, None)
        amid = amid or reached >= last + SWITCHED_WITHIN
    return amid


def _overlap(one: Sequence[Replies], other: Sequence[Replies]) -> int:
    """How long a run of each went on at once, ns; several at once count several times."""
    edges = sorted((edge, step, which) for which, runs in enumerate((one, other)) for edge, step in _edges(runs))
    total, last, open_runs = 0, 0, (0, 0)
    for at, step, which in edges:
        total += (at - last) * open_runs[0] * open_runs[1]
        last = at
        open_runs = (open_runs[0] + step, open_runs[1]) if which == 0 else (open_runs[0], open_runs[1] + step)
    return total


def _edges(runs: Sequence[Replies]) -> list[tuple[int, int]]:
    return [edge for first, last, _ in runs for edge in ((first, 1), (last, -1))]


def _sharing_host(topology: Topology, mac: str, unowned: Collection[str], ports: Ports) -> str | None:
    """The key of the host whose public MACs carried most of the 4-tuples and XIDs that `mac` carried as well, if these
    carried more of its than of any other one's that is `unowned`: two hosts use the same port from the same private
    address now and then, but not all of theirs.
    """
    shares = sorted(((_shared(host, mac, ports), host.key) for host in topology.hosts), reverse=True)
    if not shares or not shares[0][0] or (len(shares) > 1 and shares[1][0] == shares[0][0]):
        return None
    most, key = shares[0]
    host = topology.host(key)
    others = (_shared(host, other, ports) for other in unowned if other != mac) if host is not None else ()
    return key if max(others, default=0) < most else None


def _shared(host: Member, mac: str, ports: Ports) -> int:
    """How many 4-tuples and XIDs both a host's public MACs and `mac` carried."""
    tuples = sum(len(ports.tuples.get(other, set()) & ports.tuples.get(mac, set())) for other in host.macs)
    return tuples + sum(len(ports.calls.get(other, set()) & ports.calls.get(mac, set())) for other in host.macs)
