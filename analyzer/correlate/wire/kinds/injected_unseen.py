"""`route-injection` whose beginning no capture has: a remote path appeared out of nothing, and its end shows why.

The local path is not in such a capture. When service leaves the remote CVM, the local one shows itself by a RST from
its eth0 for the storage address; if it was never silent meanwhile, it had not failed. That it only did not serve is
told apart by the old connection, whose frames an injected route takes to the remote CVM.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CVM_SILENT, FAILOVER, HEARTBEAT, PAUSE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.commands import ran_at
from analyzer.correlate.wire.frames import Control
from analyzer.correlate.wire.scene import Scene, controls_of, from_server, left
from analyzer.correlate.wire.signs import ON_ITS_WAY, old_went_along
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How, InstantName
from analyzer.model.path import Path
from analyzer.model.told import Doubt

QUIET = 30 * SECOND  # a CVM that lives is heard on the public network at least this often
USUAL = 5 * SECOND  # and most are far more often than that
LOOK_BACK = 3600 * SECOND  # how a CVM is usually heard shows in so long
STILL = ((HEARTBEAT, USUAL), (FAILOVER, CVM_SILENT))  # within so long before, a silence longer than so much
AFTERWARDS: tuple[InstantName, ...] = (
    "restored",
    "connected",
    "reset",
    "recovered",
)  # what the path that appeared was taken for


def reconsider(appeared: Observation, change: Change, scene: Scene) -> Observation | None:
    """A remote path that appeared out of nothing as the injected route that it was, now that `change` ends it; or
    None.
    """
    if (change.after is not None and change.after.path.kind == "remote") or not _took_the_old_along(change, scene):
        return None
    refusal = _refusal(change, scene)
    if refusal is None:
        return None
    since = change.before.start if change.before else change.start
    if not _always_heard(refusal.segment.ends.src_mac, since, refusal.at, scene):
        return None
    injected = replace(
        appeared.without(*AFTERWARDS),
        kind="route-injection",
        gateway_valid=True,
        before=Path("local", note="unseen"),
        during=appeared.after,
        gateway=appeared.after.via,
        confidence="medium",
        doubts=(Doubt("local-path-unseen"),),
        note=None,
    )
    whole = _repaired(_fault(injected, change, scene), change, refusal, scene)
    return None if _may_be_genesis(whole, change, scene) else whole


def _may_be_genesis(injected: Observation, change: Change, scene: Scene) -> bool:
    """Whether a CVM ran a command on the host, beside a check's reading, as the route may have come."""
    added = injected.points.get("fault")
    return added is not None and ran_at(scene.commands, change.host.address, added.at) is not None


def _refusal(change: Change, scene: Scene) -> Control | None:
    """The first RST by which another CVM than the one that served shows that it lives."""
    remote = change.before.peer_mac if change.before else None
    for control in controls_of(scene, change.host, change.start, change.end):
        segment = control.segment
        by_another = scene.topology.cvm_of_mac(segment.ends.src_mac) is not None and segment.ends.src_mac != remote
        if by_another and segment.flags == "RST" and from_server(segment, scene):
            return control
    return None


def _took_the_old_along(change: Change, scene: Scene) -> bool:
    """Whether frames of the old connection went to the remote CVM when its path appeared."""
    return change.before is not None and old_went_along(scene, change.host, change.before)


def _fault(injected: Observation, change: Change, scene: Scene) -> Observation:
    """The local CVM lives, so the host had a call for it no longer ago than a heartbeat before its first frame outside;
    unless the capture itself began later than that. Where service there came later than the frame, the route may have
    been another one then; and before it, where the host asked for another gateway in vain.
    """
    traffic, next_hop = scene.traffic, injected.during.next_hop_mac
    first = next(traffic.on_next_hop(change.host.macs, next_hop, traffic.first, change.end), None)
    if first is None:
        return injected
    served = change.before.start if change.before is not None else first.first
    left = min(first.first, _asked_another(change, first.first, scene))
    if left - HEARTBEAT < scene.traffic.covers[first.first_origin.source][0]:
        return injected
    most = first.first if served - first.first <= PAUSE else served
    at, how = scene.between(left - HEARTBEAT, most), How("heartbeat-before-remote")
    return injected.marked("fault", at, [first.first_origin], how)


def _asked_another(change: Change, until: int, scene: Scene) -> int:
    """When the host first asked for a gateway that nobody is, within the time of a failover before then (ns)."""
    storage = scene.traffic.settings.storage_address
    requests = scene.traffic.requests_by(change.host.macs, until - FAILOVER, until)
    asked = (one for one in requests if one.target != storage and not scene.topology.is_private(one.target))
    return min((one.frames.first for one in asked), default=until)


def _repaired(injected: Observation, change: Change, refusal: Control, scene: Scene) -> Observation:
    """The route is gone when the host turns to its own CVM again, which refuses the connection."""
    gone = left(scene, change.host, injected.during, change.start, refusal.at) or change.start
    local = scene.topology.cvm_of_mac(refusal.segment.ends.src_mac)
    at, how = scene.between(gone - ON_ITS_WAY, refusal.at), How("remote-to-rst")
    returned = Path("local", note="left-public-network")
    whole = replace(injected, after=returned, end=max(injected.end, refusal.at))
    return whole.marked("repaired", at, [refusal.origin], how).claimed(Statement("refuses", of=local), [refusal.origin])


def _always_heard(mac: str, start: int, end: int, scene: Scene) -> bool:
    """Whether `mac` spoke before `start`, as soon as the capture began or an hour before, and had no long silence until
    `end`.

    One that is first heard later than it is ever silent may have been down before, and have come up meanwhile.
    """
    runs = tuple(scene.traffic.heard.get(mac, NOBODY).overlapping(start - LOOK_BACK, end))
    if not runs or runs[0].first >= start:
        return False
    gaps = [(later.first, later.first - run.last) for run, later in pairwise(runs) if run.last < end]
    since = [gap for at, gap in gaps if at > start]
    if max(since, default=0) > QUIET or _stands_out(since, CVM_SILENT, gaps):
        return False
    if _was_still([g for g in gaps if g[0] <= start], start):
        return False
    began = max(scene.traffic.covers[runs[0].first_origin.source][0], start - LOOK_BACK)
    return runs[0].first - began <= max(USUAL, 2 * max((gap for _, gap in gaps), default=0))


def _was_still(gaps: Sequence[tuple[int, int]], start: int) -> bool:
    """Whether the CVM fell silent, as never else, before the remote path served: it may have failed and returned, just
    then, or for long within the time of a failover. `gaps` are when each silence ended, and how long it was, ns.
    """
    return any(_stands_out([gap for at, gap in gaps if at > start - within], least, gaps) for within, least in STILL)


def _stands_out(recent: Sequence[int], least: int, gaps: Sequence[tuple[int, int]]) -> bool:
    longest = max(recent, default=0)
    return longest > max(least, 2 * max((gap for _, gap in gaps if gap != longest), default=0))
