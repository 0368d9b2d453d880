"""Which vmk1 belongs to which host, where neither a 4-tuple nor an XID tells: by what happened to both together.

A host whose storage traffic falls silent inside while exactly one host starts to ask in vain on the public network, or
is told by the log to have a wrong path, is that host. It is an inference, and the run says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analyzer.correlate.observation import Draft
from analyzer.correlate.topology.topology import Member, Roles
from analyzer.correlate.wire.change import EDGE
from analyzer.correlate.wire.service import Service
from analyzer.correlate.wire.traffic import Wire
from analyzer.model.instant import SECOND

JUST_BEFORE = SECOND // 2


def link_by_silence(served: Sequence[Service], wire: Wire, roles: Roles) -> bool:
    """Join hosts of which only vmk1 is seen to those of which only vmk0 is; whether any were joined."""
    inside = [service for service in served if service.host.address is None]
    outside = [host for host in roles.hosts if host.address and len(host.macs) == 1]
    pairs = [
        (service.host, host) for service in inside for host in outside if _falls_silent_as_it_asks(service, host, wire)
    ]
    pairs += [
        (host, service.host)
        for service in served
        for host in roles.hosts
        if service.host in outside and host.address is None and _asks_inside_while_silent(host, service, wire)
    ]
    joined = False
    for one, other in pairs:
        alone = sum(a is one for a, _ in pairs) == 1 and sum(b is other for _, b in pairs) == 1
        joined = (alone and _join(one, other, roles)) or joined
    return joined


def link_by_log(pairs: Sequence[tuple[Draft, Draft]], roles: Roles) -> bool:
    """Join the unnamed host of a wire observation to the host that the log's observation of the same fault names."""
    joined = False
    for seen, told in pairs:
        one, other = seen.host, told.host
        if one is None or other is None or one.address is not None or not one.macs or len(other.macs) > 1:
            continue
        alternatives = [pair for pair in pairs if pair[0].host is one and pair[1].host is not other]
        joined = (not alternatives and _join(one, other, roles)) or joined
    return joined


def link_by_cvm(seen: Sequence[Draft], roles: Roles) -> bool:
    """Join an unnamed host to the one of which the logs say that the CVM which it lost is its own."""
    joined = False
    for one, cvm in [(observation.host, observation.cvm) for observation in seen]:
        if one is None or cvm is None or one.address is not None or not one.macs:
            continue
        owners = [host for host in roles.hosts if host.address and host.cvm == cvm]
        joined = (len(owners) == 1 and len(owners[0].macs) <= 1 and _join(one, owners[0], roles)) or joined
    return joined


def _falls_silent_as_it_asks(service: Service, host: Member, wire: Wire) -> bool:
    """Whether a stall of the service begins just before `host` asks for someone who never answers."""
    storage = wire.settings.storage_address
    asks = [a.stretch.first for a in wire.askings if a.mac in host.macs and not a.answered and a.target != storage]
    return any(start - JUST_BEFORE <= ask <= start + EDGE for start, _ in _stalls(service) for ask in asks)


def _asks_inside_while_silent(host: Member, service: Service, wire: Wire) -> bool:
    """Whether a vmk1 that was not served asks for its CVM in vain just while `service`, of a remote path, stalls."""
    storage = wire.settings.storage_address
    asks = [a.stretch.first for a in wire.askings if a.mac in host.macs and not a.answered and a.target == storage]
    asks += [stretch.first for _, stretch in wire.to_storage(host.macs, wire.first, wire.last)]
    return any(start - JUST_BEFORE <= min(asks) <= end for start, end in _stalls(service)) if asks else False


def _stalls(service: Service) -> list[tuple[int, int]]:
    """The silences of a service that are stalls: last reply before and first after, ns."""
    return [
        (before.end, after.start)
        for before, after in pairwise(service.segments)
        if after.start - before.end > service.pause
    ]


def _join(one: Member, other: Member, roles: Roles) -> bool:
    """Make two members one; False when `one` was joined before."""
    if all(host is not one for host in roles.hosts):
        return False
    other.macs |= one.macs
    other.origins += one.origins
    other.cvm = other.cvm or one.cvm
    roles.hosts[:] = [host for host in roles.hosts if host is not one]
    macs = ", ".join(sorted(one.macs))
    roles.assumptions.append(
        f"{macs} on the internal switch is taken as the host {other.address}'s: both had their trouble at the same time"
    )
    return True
