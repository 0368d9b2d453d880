"""`cvm-recovery`: remote → the CVM returns → local. Its MACs speak again, later the storage address leaves the public
network.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.correlate.observation import Draft
from analyzer.correlate.wire.change import EDGE, Change, Scene, frames_by, latest, storage_filter
from analyzer.correlate.wire.repair import describe, mark_service, mark_terminated
from analyzer.correlate.wire.traffic import FrameRun
from analyzer.model.instant import SECOND
from analyzer.model.path import Path

QUIET = 8 * SECOND  # a MAC that was not seen for this long before has come back
NOT_SEEN = "the CVM's return is not in the capture: an injected route that began earlier would look alike"
FIRST_FRAME = 2 * SECOND  # a CVM's first frame follows its return by this at most (measured: 0.3 s)


@dataclass(frozen=True, slots=True)
class Returned:
    """A MAC of a CVM that speaks again; `address` is public, or None for a MAC of the internal switch."""

    address: str | None
    stretch: FrameRun


def recognise(change: Change, scene: Scene) -> Draft | None:
    """The observation, when a remote path gave way to the local one."""
    if change.before is None or change.before.path.kind != "remote":
        return None
    if change.after is not None and change.after.path.kind != "local":
        return None
    observation = Draft("cvm-recovery", "wire", change.host, scene.clock, change.start, change.end)
    mark_terminated(observation, change, scene)
    if change.after is None and "terminated" not in observation.points:
        return None
    observation.before = observation.during = change.before.path
    observation.after = change.after.path if change.after else Path("local", note="left the public network: inferred")
    observation.gateway = change.before.path.via
    _mark_return(observation, change, scene)
    observation.claim(
        f"The last NFS reply on {describe(observation.before)}",
        [change.before.last.last_origin],
        storage_filter(scene, "nfs"),
    )
    left = latest(frames_by(scene, change.host, change.before.path, change.before.start, change.end), change.end)
    mark_service(observation, change, scene, left or change.start)
    return observation


def _mark_return(observation: Draft, change: Change, scene: Scene) -> None:
    """The CVM is back when its MACs speak again."""
    back = _returned(change, scene)
    named = [found for found in back if found.address]
    own = [found for found in named if change.host.cvm in (None, found.address)]
    if not own and not back:
        observation.doubt(NOT_SEEN, "low")
        return
    chosen = own[-1:] or back[-1:]
    observation.cvm = chosen[0].address or change.host.cvm
    near = [found for found in back if abs(found.stretch.first - chosen[0].stretch.first) <= EDGE]
    first = min(near, key=lambda found: found.stretch.first).stretch
    at = scene.between(first.first - FIRST_FRAME, first.first)
    observation.mark("fault", at, [first.first_origin], "the first frame of the CVM that returned")
    observation.start = first.first - FIRST_FRAME
    observation.claim(
        f"The CVM {observation.cvm or 'on the internal switch'} speaks again", [first.first_origin], "arp"
    )


def _returned(change: Change, scene: Scene) -> list[Returned]:
    """MACs of CVMs that first spoke, or spoke again after a silence, before the change; in time order.

    On the internal switch a CVM that lives is silent while its host goes elsewhere: it must say itself that it is back.
    """
    found = []
    until = change.end if change.after is not None else change.start + EDGE
    storage = scene.wire.settings.storage_address
    announced = [(arp.sender_mac, at.first) for arp, at in scene.wire.announcements if arp.sender == storage]
    for mac, runs in scene.wire.macs.items():
        address = scene.topology.cvm_of_mac(mac)
        inside = mac in scene.topology.internal_peers or (address is None and mac in {who for who, _ in announced})
        if scene.topology.host_of_mac(mac) is not None or not (address or inside) or address == change.before_via():
            continue
        last = scene.wire.covers[runs[0].first_origin.source][0] - (QUIET - EDGE)
        for run in runs:
            says_so = inside and any(who == mac and abs(at - run.first) <= EDGE for who, at in announced)
            again = not inside and run.first - last >= QUIET and _is_back(mac, run, scene)
            if (says_so or again) and run.first <= until:
                found.append(Returned(address, run))
            last = run.last
    return sorted(found, key=lambda item: item.stretch.first)


def _is_back(mac: str, run: FrameRun, scene: Scene) -> bool:
    """Whether a MAC that speaks again goes on to do so, or announces itself: else it only was not heard for a while."""
    announces = any(arp.sender_mac == mac and abs(at.first - run.first) <= EDGE for arp, at in scene.wire.announcements)
    return announces or scene.wire.steady(mac, run, before=False)
