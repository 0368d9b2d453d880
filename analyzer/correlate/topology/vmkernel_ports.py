"""Which host a VMkernel port of an internal switch belongs to: by a shared 4-tuple or XID, else because one was served
when the other no longer was, else by elimination.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analyzer.correlate.topology.topology import Member, Roles
from analyzer.model.event import (
    StorageTraffic,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

SWITCHED_WITHIN = 2 * SECOND
RETURNED_WITHIN = 60 * SECOND  # service is on the other path within this: a client's backed-off retransmission
AWAY_WITHIN = 120 * SECOND  # a host is served on its other path within this
WATCHED = 5 * SECOND  # a capture that shows nothing for this long shows that there was nothing


def join_vmk1(roles: Roles, private_macs: dict[str, Origin], evidence: Evidence) -> None:
    """First by what both carried, then by turns, then the one that is left to the one host that is left."""
    left: dict[str, Origin] = {}
    for mac, origin in sorted(private_macs.items()):
        if roles.host_of_mac(mac) is not None:
            continue
        shared = _sharing_host(roles, mac, evidence)
        if shared is not None and not _served_at_once(mac, shared.macs, evidence):
            shared.macs.add(mac)
            shared.origins.append(origin)
        else:
            left[mac] = origin
    free = [host for host in roles.hosts if host.address and len(host.macs) <= 1]  # one with two MACs has its vmk1
    turns = [(mac, host) for mac in left for host in free if _took_turns(mac, host.macs, evidence)]
    for mac, host in turns:
        if [one for one, _ in turns].count(mac) == 1 and sum(other is host for _, other in turns) == 1:
            host.macs.add(mac)
            host.origins.append(left.pop(mac))
            roles.assumptions.append(
                f"{mac} on the internal switch is taken as the host {host.address}'s: served when the other was not"
            )
    free = [host for host in free if len(host.macs) <= 1]
    away = [host for host in free if _replies(host.macs, evidence)]
    if len(left) == 1 and len(away) == 1 and _left_for(next(iter(left)), away[0].macs, evidence):
        mac, origin = left.popitem()
        away[0].macs.add(mac)
        away[0].origins.append(origin)
        roles.assumptions.append(
            f"{mac} on the internal switch is taken as the host {away[0].address}'s: the only one that went elsewhere"
        )
        free.remove(away[0])
    for mac, origin in left.items():
        if len(free) == 1 and len(left) == 1 and not _served_at_once(mac, free[0].macs, evidence):
            free[0].macs.add(mac)
            roles.assumptions.append(
                f"{mac} on the internal switch is taken as the host {free[0].address}'s (the only one)"
            )
        else:
            roles.hosts.append(Member(None, {mac}, origins=[origin]))


def _took_turns(mac: str, macs: set[str], evidence: Evidence) -> bool:
    """Whether NFS replies went to `mac` or to `macs` but never to both, and moved from one to the other while the
    capture of `mac` was running.
    """
    covers = {s.name: (s.first.least, s.last.most) for s in evidence.sources if s.first and s.last}
    inside, outside = _replies({mac}, evidence), _replies(macs, evidence)
    if not inside or not outside or _overlap(inside, outside) > SWITCHED_WITHIN:
        return False
    turns = sorted([(run, True) for run in inside] + [(run, False) for run in outside])
    for (earlier, _), (later, returned) in ((one, two) for one, two in pairwise(turns) if one[1] != two[1]):
        first, last = covers.get((later if returned else earlier)[2], (later[0], earlier[1]))
        watched = first + WATCHED <= earlier[1] if returned else later[0] + WATCHED <= last
        if watched and later[0] - earlier[1] <= RETURNED_WITHIN:
            return True
    return False


def _left_for(mac: str, macs: set[str], evidence: Evidence) -> bool:
    """Whether NFS replies went to `mac` until shortly before they went to `macs`, and never to both."""
    inside, outside = _replies({mac}, evidence), _replies(macs, evidence)
    begin = min(first for first, _, _ in outside)
    before = [last for _, last, _ in inside if last <= begin]
    return bool(before) and begin - max(before) <= AWAY_WITHIN and _overlap(inside, outside) <= SWITCHED_WITHIN


def _replies(macs: set[str], evidence: Evidence) -> list[tuple[int, int, str]]:
    """The runs of NFS replies to `macs`: first and last, ns, and their capture."""
    return [
        (event.at.least, event.detail.run.last.most, event.origin.source)
        for event in evidence.events
        if isinstance(event.detail, StorageTraffic)
        and event.detail.what == "reply"
        and event.detail.ends.dst_mac in macs
    ]


def _overlap(one: Sequence[tuple[int, int, str]], other: Sequence[tuple[int, int, str]]) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)


def _served_at_once(mac: str, macs: set[str], evidence: Evidence) -> bool:
    """Whether `mac` and `macs` got NFS replies in the same seconds for longer than a switch of paths takes."""
    return _overlap(_replies({mac}, evidence), _replies(macs, evidence)) > SWITCHED_WITHIN


def _sharing_host(roles: Roles, mac: str, evidence: Evidence) -> Member | None:
    """The host whose public MACs carried most of the 4-tuples and XIDs that `mac` carried as well: two hosts use the
    same port from the same private address now and then, but not all of theirs.
    """
    tuples: dict[str, set[tuple[str, int]]] = {}
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic):
            ends = event.detail.ends
            tuples.setdefault(ends.src_mac, set()).add((ends.src, ends.sport))
    xids: dict[str, set[tuple[int, str]]] = {}
    for op in evidence.operations:
        xids.setdefault(op.ends.src_mac, set()).add((op.xid, op.procedure))
    shares = []
    for place, host in enumerate(roles.hosts):
        common = [
            len(kind[other] & kind[mac])
            for kind in (tuples, xids)
            if mac in kind
            for other in kind
            if other in host.macs
        ]
        shares.append((sum(common), place))
    shares.sort(reverse=True)
    best = shares[0] if shares else (0, 0)
    alone = len(shares) < 2 or shares[1][0] < best[0]
    return roles.hosts[best[1]] if best[0] and alone else None
