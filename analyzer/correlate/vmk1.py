"""Which host a VMkernel port of an internal switch belongs to: by a shared 4-tuple or XID, else by elimination."""

from __future__ import annotations

from analyzer.correlate.roles import Member, Roles
from analyzer.model.event import (
    StorageTraffic,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

SWITCHED_WITHIN = 2 * SECOND


def join_vmk1(roles: Roles, private_macs: dict[str, Origin], evidence: Evidence) -> None:
    """First by what both carried, then the one that is left to the one host that is left."""
    left: dict[str, Origin] = {}
    for mac, origin in sorted(private_macs.items()):
        if roles.host_of_mac(mac) is not None:
            continue
        shared = _sharing_hosts(roles, mac, evidence)
        if len(shared) == 1 and not _served_at_once(mac, shared[0].macs, evidence):
            shared[0].macs.add(mac)
            shared[0].origins.append(origin)
        else:
            left[mac] = origin
    free = [host for host in roles.hosts if host.address and len(host.macs) <= 1]  # one with two MACs has its vmk1
    for mac, origin in left.items():
        if len(free) == 1 and len(left) == 1 and not _served_at_once(mac, free[0].macs, evidence):
            free[0].macs.add(mac)
            roles.assumptions.append(
                f"{mac} on the internal switch is taken as the host {free[0].address}'s (the only one)"
            )
        else:
            roles.hosts.append(Member(None, {mac}, origins=[origin]))


def _served_at_once(mac: str, macs: set[str], evidence: Evidence) -> bool:
    """Whether `mac` and `macs` got NFS replies in the same seconds for longer than a switch of paths takes."""
    runs: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and event.detail.what == "reply":
            span = (event.at.least, event.detail.run.last.most)
            if event.detail.ends.dst_mac == mac:
                runs[0].append(span)
            elif event.detail.ends.dst_mac in macs:
                runs[1].append(span)
    both = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in runs[0] for b in runs[1])
    return both > SWITCHED_WITHIN


def _sharing_hosts(roles: Roles, mac: str, evidence: Evidence) -> list[Member]:
    """The hosts whose public MACs carried a 4-tuple or an XID that `mac` carried as well."""
    tuples: set[tuple[str, int]] = set()
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and event.detail.ends.src_mac == mac:
            tuples.add((event.detail.ends.src, event.detail.ends.sport))
    xids = {(op.xid, op.procedure) for op in evidence.operations if op.ends.src_mac == mac}
    found: dict[int, Member] = {}
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and (event.detail.ends.src, event.detail.ends.sport) in tuples:
            host = roles.host_of_mac(event.detail.ends.src_mac)
            if host is not None:
                found[id(host)] = host
    for op in evidence.operations:
        if (op.xid, op.procedure) in xids:
            host = roles.host_of_mac(op.ends.src_mac)
            if host is not None:
                found[id(host)] = host
    return list(found.values())
