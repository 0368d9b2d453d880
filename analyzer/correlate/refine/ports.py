"""Which vmk1 belongs to which host, where neither a 4-tuple nor an XID tells: by what happened to both together.

A host whose storage traffic falls silent inside while exactly one host starts to ask in vain on the public network, or
is told by the log to have a wrong path, is that host; and so is one that is silent before a host comes to another CVM,
and until it leaves that, where every other port is served meanwhile: a host has one path at a time. It is an inference,
and the run says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from analyzer.correlate import matching
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CHECK_PERIOD, EDGE, ONE_CHECK, SAME_TIME
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.view import Observations, View
from analyzer.correlate.wire.service import Service
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.correlation import Assumption
from analyzer.model.instant import SECOND

JUST_BEFORE = SECOND // 2
FOUND_WITHIN = CHECK_PERIOD + ONE_CHECK  # from a CVM's end to its host's route to another one


def by_silence(view: View, observed: Observations, timeline: Timeline) -> View:
    """With hosts of which only vmk1 is seen joined to those of which only vmk0 is."""
    traffic, topology, served = timeline.traffic, view.topology, observed.served
    if traffic is None:
        return view
    inside = [service for service in served if service.host.address is None]
    outside = [host for host in topology.hosts if host.address and len(host.macs) == 1]
    pairs = [
        (service.host, host)
        for service in inside
        for host in outside
        if _falls_silent_as_it_asks(service, host, traffic)
    ]
    pairs += [
        (host, service.host)
        for service in served
        for host in topology.hosts
        if service.host in outside and host.address is None and _asks_inside_while_silent(host, service, traffic)
    ]
    pairs += [pair for host in outside for pair in _only_silent_one(host, inside, served) if pair not in pairs]
    for one, other in pairs:
        if sum(a == one for a, _ in pairs) == 1 and sum(b == other for _, b in pairs) == 1:
            topology = _joined(one, other, topology)
    return _with(topology, view)


def by_log(view: View, observed: Observations, timeline: Timeline) -> View:
    """With the unnamed host of a capture's observation joined to the host that the log's of the same fault names."""
    topology, pairs = view.topology, observed.both()
    for seen, told in pairs:
        one, other = seen.host, topology.host(told.host.key) if told.host is not None else None
        if one is None or other is None or one.address is not None or not one.macs or len(other.macs) > 1:
            continue
        if not any(pair[0].host == one and pair[1].host != other for pair in pairs) and _is_of_one(seen, observed):
            topology = _joined(one, other, topology)
    return _with(topology, view)


def _is_of_one(seen: Observation, observed: Observations) -> bool:
    """Whether the logs tell only of one host what captures show of one that they do not name."""
    alike = {told.host for told in observed.from_logs if matching.may_be_one(seen, told)}
    return len(alike | matching.hosts_at_any_time(seen, observed.from_logs)) <= 1


def by_cvm(view: View, observed: Observations, timeline: Timeline) -> View:
    """With an unnamed host joined to the one of which the logs say that the CVM which it lost is its own."""
    topology = view.topology
    for one, cvm in [(observation.host, observation.cvm) for observation in observed.from_captures]:
        if one is None or cvm is None or one.address is not None or not one.macs:
            continue
        owners = [host for host in topology.hosts if host.address and host.cvm == cvm]
        if len(owners) == 1 and len(owners[0].macs) <= 1:
            topology = _joined(one, owners[0], topology)
    return _with(topology, view)


def _with(topology: Topology, view: View) -> View:
    return view if topology is view.topology else replace(view, topology=topology)


def _falls_silent_as_it_asks(service: Service, host: Member, traffic: Traffic) -> bool:
    """Whether a stall of the service begins just before `host` asks for someone who never answers: by no more than the
    service may pause, as what had stopped before that was another host's.
    """
    storage = traffic.settings.storage_address
    requests = traffic.requests_by(host.macs, traffic.first, traffic.last)
    asks = [request.frames.first for request in requests if request.target != storage]
    soon = min(service.pause, EDGE)
    return any(start - JUST_BEFORE <= ask <= start + soon for start, _ in _stalls(service) for ask in asks)


def _only_silent_one(
    host: Member, inside: Sequence[Service], served: Sequence[Service]
) -> Iterator[tuple[Member, Member]]:
    """The port without a name that fell silent no longer before a host came to another CVM than Genesis takes for that,
    where all others are served while it is there.
    """
    every = (one for service in served if service.host == host for one in service.segments)
    stay = next((one for one in every if one.path.kind == "remote"), None)
    if stay is None or len(inside) < 2 or stay.end - stay.start <= 2 * SAME_TIME:  # two clocks may be off so far
        return
    silent = [one for one in inside if not _is_served(one, stay.start + SAME_TIME, stay.end - SAME_TIME)]
    left = [segment.end for service in silent for segment in service.segments if segment.end <= stay.start]
    if len(silent) == 1 and left and stay.start - left[-1] <= FOUND_WITHIN:
        yield silent[0].host, host


def _is_served(service: Service, first: int, last: int) -> bool:
    """Whether a port has replies between two times, ns."""
    return any(run.first <= last and first <= run.last for run in service.runs)


def _asks_inside_while_silent(host: Member, service: Service, traffic: Traffic) -> bool:
    """Whether a vmk1 that was not served asks for its CVM in vain just while `service`, of a remote path, stalls."""
    storage = traffic.settings.storage_address
    requests = traffic.requests_by(host.macs, traffic.first, traffic.last)
    asks = [request.frames.first for request in requests if request.target == storage]
    asks += [run.frames.first for run in traffic.to_storage(host.macs, traffic.first, traffic.last)]
    return any(start - JUST_BEFORE <= min(asks) <= end for start, end in _stalls(service)) if asks else False


def _stalls(service: Service) -> list[tuple[int, int]]:
    """The silences of a service that are stalls: last reply before and first after, ns."""
    return [
        (before.end, after.start)
        for before, after in pairwise(service.segments)
        if after.start - before.end > service.pause
    ]


def _joined(one: Member, other: Member, topology: Topology) -> Topology:
    """With two hosts made one; the same when `one` was joined before."""
    inner, outer = topology.host(one.key), topology.host(other.key)
    if inner is None or outer is None:
        return topology
    macs = ", ".join(sorted(inner.macs))
    assumption = Assumption("port-that-stalled", macs, outer.key)
    whole = replace(outer.with_macs(inner.macs).shown_by(*inner.origins), cvm=outer.cvm or inner.cvm)
    alone = replace(topology, hosts=tuple(host for host in topology.hosts if host != inner))
    return replace(alone.with_member(outer.key, whole), assumptions=(*topology.assumptions, assumption))
