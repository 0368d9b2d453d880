"""`route-injection`: local → a route is added by hand → local.

The storage address shows up on the public network, or the host asks there for a gateway that never answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.correlate.observation import NOT_OVER, Draft
from analyzer.correlate.wire.change import (
    COMMAND_LATENCY,
    HEARTBEAT,
    ON_ITS_WAY,
    Change,
    Scene,
    controls_of,
    frames_by,
    from_server,
    latest,
    routed_until,
    storage_filter,
)
from analyzer.correlate.wire.repair import describe, mark_service, mark_terminated
from analyzer.correlate.wire.service import PAUSE, Segment
from analyzer.correlate.wire.traffic import FrameRun
from analyzer.model.instant import SECOND
from analyzer.model.path import Path

SHORTEST = SECOND
QUIET = 30 * SECOND  # a CVM that lives is heard on the public network at least this often
USUAL = 5 * SECOND  # and most are far more often than that


@dataclass(frozen=True, slots=True)
class Astray:
    """Where the host's frames went instead: to `path`, shown by `signs`."""

    path: Path
    signs: tuple[FrameRun, ...]
    by_arp: bool


def recognise(change: Change, scene: Scene) -> Draft | None:
    """A change from local to remote without a failure opens one; a silence in which the host asked outside is one."""
    if change.before is None or change.before.path.kind != "local":
        return None
    if change.after is not None and change.after.path.kind == "remote":
        return _opened(change, change.before, change.after, scene)
    astray = _went_astray(change, scene)
    if astray is None or change.silent_for < SHORTEST:
        return None
    return _unanswered(change, change.before, scene, astray)


def _opened(change: Change, before: Segment, after: Segment, scene: Scene) -> Draft:
    """Served by a remote CVM while the local one is not known to be dead; `close` ends it."""
    observation = _begin(change, before, scene, after.path)
    observation.gateway_valid = True
    if not before.path.next_hop_mac:
        observation.doubt("without a link layer in the capture, a failure of the local CVM would look alike", "low")
    astray = _went_astray(change, scene)
    frames = frames_by(scene, change.host, after.path, change.start, change.end)
    signs = sorted([*frames, *(astray.signs if astray else ())], key=lambda stretch: stretch.first)
    _mark_fault(observation, change, before, scene, [*signs, after.first])
    observation.claim(
        f"The storage address is served by the CVM {after.path.via} over the public network",
        [after.first.first_origin],
        storage_filter(scene, "nfs"),
    )
    observation.end = change.end
    return observation


def close(observation: Draft, change: Change, scene: Scene) -> bool:
    """End an open injection at the change that leaves its remote path; False when the change is of another kind."""
    if change.before is None or change.before.path.kind != "remote":
        return False
    if change.after is not None and change.after.path.kind != "local":
        return False
    mark_terminated(observation, change, scene)
    if change.after is None and "terminated" not in observation.points:
        return False
    observation.after = change.after.path if change.after else Path("local", note="left the public network: inferred")
    left = latest(frames_by(scene, change.host, change.before.path, change.before.start, change.end), change.end)
    mark_service(observation, change, scene, (left or change.start) - ON_ITS_WAY)
    return True


def reconsider(appeared: Draft, change: Change, scene: Scene) -> bool:
    """Whether a remote path that appeared out of nothing was an injected route, now that `change` ends it.

    The local path is not in such a capture. When service leaves the remote CVM, the local one shows itself by a RST
    from its eth0 for the storage address; if it was never silent meanwhile, it had not failed. That it only did not
    serve is told apart by the old connection, whose frames an injected route takes to the remote CVM.
    """
    if (change.after is not None and change.after.path.kind == "remote") or not _took_the_old_along(change, scene):
        return False
    for control, at, origin in controls_of(scene, change.host, change.start, change.end):
        mac = control.ends.src_mac
        local = scene.topology.cvm_of_mac(mac)
        remote = change.before.peer_mac if change.before else None
        if not from_server(control, scene) or control.flags != "RST" or local is None or mac == remote:
            continue
        if not _always_there(mac, change.before.start if change.before else change.start, at, scene):
            return False
        appeared.kind, appeared.gateway_valid = "route-injection", True
        appeared.before = Path("local", note="not in the capture: inferred")
        appeared.during, appeared.gateway = appeared.after, appeared.after.via
        for name in ("restored", "connected", "reset", "recovered"):
            appeared.points.pop(name, None)
        appeared.confidence, appeared.doubts, appeared.note = "medium", [], ""
        appeared.doubts.append("the host's local path is not in the capture")
        _mark_appearance(appeared, change, scene)
        left = latest(frames_by(scene, change.host, appeared.during, change.start, at), at) or change.start
        how = "between the last frame to the remote CVM and the RST"
        appeared.mark("repaired", scene.between(left - ON_ITS_WAY, at), [origin], how)
        appeared.claim(f"The local CVM {local} was alive all the time, and refuses the connection", [origin])
        return True
    return False


def _took_the_old_along(change: Change, scene: Scene) -> bool:
    """Whether frames from the host's private address went to the remote CVM when its path appeared."""
    if change.before is None:
        return False
    since = change.before.start - HEARTBEAT
    old = frames_by(scene, change.host, change.before.path, since, change.before.start)
    return any(
        stretch in old and scene.topology.is_private(traffic.ends.src)
        for traffic, stretch in scene.wire.to_storage(change.host.macs, since, change.before.start)
    )


def _mark_appearance(appeared: Draft, change: Change, scene: Scene) -> None:
    """The local CVM lives, so the host had a call for it no longer ago than a heartbeat before its first frame outside;
    unless the capture itself began later than that. Where service there came later than the frame, the route may have
    been another one then.
    """
    first = next(iter(frames_by(scene, change.host, appeared.during, scene.wire.first, change.end)), None)
    if first is None or first.first - HEARTBEAT < scene.wire.covers[first.first_origin.source][0]:
        return
    served = change.before.start if change.before is not None else first.first
    most = first.first if served - first.first <= PAUSE else served
    at = scene.between(first.first - HEARTBEAT, most)
    appeared.mark("fault", at, [first.first_origin], "within a heartbeat before the first frame to the remote CVM")


def _always_there(mac: str, start: int, end: int, scene: Scene) -> bool:
    """Whether `mac` spoke before `start`, as soon as the capture began, and had no long silence until `end`.

    One that is first heard later than it is ever silent may have been down before, and have come up meanwhile.
    """
    runs = scene.wire.macs.get(mac, [])
    if not runs or runs[0].first >= start:
        return False
    gaps = [(later.first, later.first - run.last) for run, later in pairwise(runs) if run.last < end]
    if any(at > start and gap > QUIET for at, gap in gaps):
        return False
    began = scene.wire.covers[runs[0].first_origin.source][0]
    return runs[0].first - began <= max(USUAL, 2 * max((gap for _, gap in gaps), default=0))


def _unanswered(change: Change, before: Segment, scene: Scene, astray: Astray) -> Draft:
    """The gateway is nobody, or it never answers for the storage address."""
    observation = _begin(change, before, scene, astray.path)
    observation.gateway_valid = not astray.by_arp
    observation.after = change.after.path if change.after else NOT_OVER
    _mark_fault(observation, change, before, scene, astray.signs)
    what = "asks for" if astray.by_arp else "sends to"
    observation.claim(
        f"The host {what} {astray.path.via or 'somebody'} on the public network: no answer",
        [astray.signs[0].first_origin],
        f"arp.dst.proto_ipv4 == {astray.path.via}" if astray.by_arp else storage_filter(scene),
    )
    routed = routed_until(astray.signs) if astray.by_arp else astray.signs[-1].last
    last = max(observation.start, routed or observation.start)
    mark_service(observation, change, scene, last)
    if change.after is None:
        _mark_return(observation, change, before, scene, last)
    return observation


def _mark_return(observation: Draft, change: Change, before: Segment, scene: Scene, last: int) -> None:
    """The route is gone when the host's frames go to its own CVM again, whoever sees the replies."""
    again = [
        stretch for stretch in frames_by(scene, change.host, before.path, last, change.end) if stretch.first > last
    ]
    if not again:
        observation.doubt("the capture ends before service returned")
        return
    first = min(again, key=lambda stretch: stretch.first)
    observation.after = Path("local", note="the host's frames go there; no capture has the replies")
    how = "between the last sign of the old path and the first frame on the new one"
    observation.mark("repaired", scene.between(last, first.first), [first.first_origin], how)
    observation.end = max(observation.end, first.first)


def _begin(change: Change, before: Segment, scene: Scene, during: Path) -> Draft:
    observation = Draft("route-injection", "wire", change.host, scene.clock, change.start, change.end)
    observation.before, observation.during = before.path, during
    observation.gateway = during.via
    observation.claim(
        f"The last NFS reply on {describe(observation.before)}",
        [before.last.last_origin],
        storage_filter(scene, "nfs"),
    )
    return observation


def _mark_fault(observation: Draft, change: Change, before: Segment, scene: Scene, signs: Sequence[FrameRun]) -> None:
    """The route was added between the last frame on the local path and the first elsewhere."""
    first = signs[0]
    inside = latest(frames_by(scene, change.host, before.path, scene.wire.first, first.first), first.first)
    least = max(change.start, inside or 0) - COMMAND_LATENCY
    proof = [before.last.last_origin, first.first_origin]
    observation.start = least
    at = scene.between(least, max(first.first, least))
    observation.mark("fault", at, proof, "between the last frame on the local path and the first elsewhere")


def _went_astray(change: Change, scene: Scene) -> Astray | None:
    """The host's frames or questions on the public network in the silence, when nothing answered them."""
    storage = scene.wire.settings.storage_address
    for traffic, stretch in scene.wire.to_storage(change.host.macs, change.start, change.end):
        ends = traffic.ends
        unknown = not ends.dst_mac and bool(ends.src_mac) and ends.src_mac not in scene.topology.inside_senders
        outside = unknown or (bool(ends.dst_mac) and ends.dst_mac not in scene.topology.internal_peers)
        if outside and traffic.what == "frame" and stretch.first >= change.start:
            via = scene.topology.cvm_of_mac(ends.dst_mac) or ends.dst_mac or None
            path = Path("dead", via=via, source=ends.src, next_hop_mac=ends.dst_mac, vlan=ends.vlan)
            signs = [
                s for s in frames_by(scene, change.host, path, change.start, change.end) if s.first >= change.start
            ]
            return Astray(path, tuple(signs), by_arp=False)
    asked: dict[str, list[FrameRun]] = {}
    for asking in scene.wire.unanswered(change.start, change.end):
        outside = asking.target != storage and not scene.topology.is_private(asking.target)
        if outside and asking.mac in change.host.macs and asking.stretch.first >= change.start:
            asked.setdefault(asking.target, []).append(asking.stretch)
    if not asked:
        return None
    gateway = max(sorted(asked), key=lambda target: sum(stretch.count for stretch in asked[target]))
    return Astray(Path("dead", via=gateway), tuple(asked[gateway]), by_arp=True)
