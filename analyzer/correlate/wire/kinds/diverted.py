"""Where a host's frames went instead of its own CVM, when nothing there answered them."""

from __future__ import annotations

import msgspec

from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.scene import Scene, frames_by
from analyzer.model.event import Ends
from analyzer.model.path import Path


class Diverted(msgspec.Struct, frozen=True):
    """The host's frames went to `path`, as `signs` show; `by_arp`: these are ARP requests for its gateway."""

    path: Path
    signs: tuple[Frames, ...]
    by_arp: bool


def diverted(change: Change, scene: Scene) -> Diverted | None:
    """The host's frames or ARP requests on the public network in the silence, when nothing answered them."""
    return _by_frames(change, scene) or _by_requests(change, scene)


def _by_frames(change: Change, scene: Scene) -> Diverted | None:
    for one in scene.traffic.to_storage(change.host.macs, change.start, change.end):
        ends = one.traffic.ends
        if one.traffic.what == "frame" and one.frames.first >= change.start and _is_outside(ends, scene):
            via = scene.topology.cvm_of_mac(ends.dst_mac) or ends.dst_mac or None
            path = Path("dead", via=via, source=ends.src, next_hop_mac=ends.dst_mac, vlan=ends.vlan)
            signs = frames_by(scene, change.host, path, change.start, change.end)
            return Diverted(path, tuple(run for run in signs if run.first >= change.start), by_arp=False)
    return None


def _is_outside(ends: Ends, scene: Scene) -> bool:
    """Whether a frame's next hop is on the public network, or nobody answers whom the sender has outside."""
    if not ends.dst_mac:
        return bool(ends.src_mac) and ends.src_mac not in scene.topology.inside_senders
    return ends.dst_mac not in scene.topology.internal_peers


def _by_requests(change: Change, scene: Scene) -> Diverted | None:
    """The gateway that most of the ARP requests are for; of several with as many, the lowest."""
    storage = scene.traffic.settings.storage_address
    requests: dict[str, list[Frames]] = {}
    for request in scene.traffic.requests_by(change.host.macs, change.start, change.end):
        outside = request.target != storage and not scene.topology.is_private(request.target)
        if outside and request.frames.first >= change.start:
            requests.setdefault(request.target, []).append(request.frames)
    if not requests:
        return None
    gateway = max(sorted(requests), key=lambda target: sum(frames.count for frames in requests[target]))
    return Diverted(Path("dead", via=gateway), tuple(requests[gateway]), by_arp=True)
