"""Whether a CVM that fell silent can be why a host appeared elsewhere, of which the local path is in no capture.

Genesis forwards a host after a check has missed its CVM. What came sooner, or otherwise, is another's doing.
"""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.timing import CHECK_PERIOD, CVM_SILENT, FAILOVER, HEARTBEAT, LONG_REPAIR, PROBE
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.kinds.silent_cvm import SilentCvm
from analyzer.correlate.wire.scene import Scene, frames_by
from analyzer.correlate.wire.signs import served_unseen, unanswered_inside
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.path import Path

WITH_IT = 2  # a host that is silent so many times longer than ever else is down


def may_have_led(failed: SilentCvm, change: Change, after: Path, scene: Scene) -> bool:
    """Whether the host may have lost this CVM, and have been forwarded to the path `after` for that: not long after it
    was heard again, when Genesis would have been done.
    """
    if change.before is None and (_was_led_before(failed, change, after, scene) or _waited_for(after, change, scene)):
        return False
    moved = replace(change, end=_moved_at(failed, change, after, scene))
    if back_long_before(failed, moved.end, scene):
        return False
    if failed.last.last + PROBE > moved.end or _turned_in_vain_before(failed, moved, scene):
        return False
    known = failed.address is not None and failed.address == moved.host.cvm
    another = not known and (_misses_another(moved, scene) or _another_left_too(failed, moved, scene))
    return not (another or _is_redirected(moved, scene) or _rebooted_with(failed, moved, scene))


def _was_led_before(failed: SilentCvm, change: Change, after: Path, scene: Scene) -> bool:
    """Whether the host, which no path was seen to serve for long, sent by that one already, be it in vain, when that
    CVM was still heard: the route is older than the silence.
    """
    heard = min([failed.last.last, *(other.last.last for other in failed.alternatives)])
    sent = frames_by(scene, change.host, after, change.start + HEARTBEAT, heard - PROBE)
    return any(run.first < heard - PROBE for run in sent)


def _waited_for(after: Path, change: Change, scene: Scene) -> bool:
    """Whether the CVM that serves the host now was itself heard again only just before: the host may have been led
    there long before, and Genesis forwards nobody to a CVM that is gone.
    """
    macs = [mac for mac, addresses in scene.topology.owners.items() if after.via in (mac, *addresses)]
    return any(
        later.first - run.last >= CVM_SILENT and later.first <= change.end <= later.first + HEARTBEAT
        for mac in macs
        for run, later in pairwise(scene.traffic.heard.get(mac, NOBODY).items)
    )


def _moved_at(failed: SilentCvm, change: Change, after: Path, scene: Scene) -> int:
    """When the host's first frame went by the path after since that CVM was heard last, ns; or when it was served."""
    since = failed.last.last
    sent = (run.first for run in frames_by(scene, change.host, after, since, change.end) if run.last >= since)
    return min((max(first, since) for first in sent), default=change.end)


def _turned_in_vain_before(failed: SilentCvm, moved: Change, scene: Scene) -> bool:
    """Whether the host had no answer inside while that CVM was still heard: its own was dead already."""
    least = min([failed.last.last, *(other.last.last for other in failed.alternatives)])
    signs = unanswered_inside(scene, moved.host, moved.start, moved.end)
    early = bool(signs) and signs[0].first + PROBE < least
    return early and served_unseen(scene, moved.host, moved.start, moved.end) is None


def _is_redirected(moved: Change, scene: Scene) -> bool:
    """Whether a router told the host just before to go there."""
    times = scene.traffic.redirected.get(moved.host.address or "", ())
    return any(moved.end - HEARTBEAT <= at <= moved.end for at in times)


def _misses_another(moved: Change, scene: Scene) -> bool:
    """Whether CVMs miss one that no capture ever heard: it may have failed just before the captures, and be the own."""
    traffic, topology = scene.traffic, scene.topology
    if moved.end - traffic.first > FAILOVER:
        return False
    heard = {address for addresses in topology.owners.values() for address in addresses}
    missed = (
        requests.items
        for target, requests in traffic.unanswered_for.items()
        if target not in heard and not topology.is_private(target)
    )
    until = traffic.first + FAILOVER  # who had its address in mind asks only when that has become doubtful
    return any(topology.host_of_mac(one.mac) is None and one.frames.first < until for some in missed for one in some)


def _another_left_too(failed: SilentCvm, moved: Change, scene: Scene) -> bool:
    """Whether a further host of which the local path is in no capture turned up elsewhere after that one CVM fell
    silent, and no other one did meanwhile: it can be but one host's, and nothing tells whose.
    """
    since, within = failed.last.last, scene.topology.inside_senders
    others = (
        host
        for host in scene.topology.hosts
        if host.key != moved.host.key and host.address and host.cvm in (None, failed.address) and not host.macs & within
    )
    turned_up = [at for host in others if (at := _turned_up(host, since, scene)) is not None]
    return not failed.alternatives and any(not _lost_another(failed, at, scene) for at in turned_up)


def _turned_up(host: Member, since: int, scene: Scene) -> int | None:
    """When a host's first frame to the storage address on the public network came within a failover of then, ns."""
    first = next(scene.traffic.to_storage(host.macs, scene.traffic.first, since + FAILOVER), None)
    return first.frames.first if first is not None and first.frames.first > since else None


def _lost_another(failed: SilentCvm, until: int, scene: Scene) -> bool:
    """Whether another CVM fell silent after that one, and before then (ns): it may be why a host turned up."""
    others = (mac for mac, addresses in scene.topology.owners.items() if failed.address not in addresses)
    silences = ((mac, scene.traffic.silence(mac, until)) for mac in others if scene.topology.like_a_cvm(mac))
    return any(
        silence is not None
        and failed.last.last < silence[0].last <= until - PROBE
        and scene.traffic.steady(mac, silence[0], before=True)
        for mac, silence in silences
    )


def _rebooted_with(failed: SilentCvm, moved: Change, scene: Scene) -> bool:
    """Whether the host was down itself when the CVM fell silent, and that spoke again since: it came back with it."""
    back = _spoke_again(failed, moved.end, scene)
    runs = [run for mac in moved.host.macs for run in scene.traffic.heard.get(mac, NOBODY).items]
    return back and _silent_at(sorted(runs, key=lambda run: run.first), failed.last.last)


def back_long_before(failed: SilentCvm, moved: int, scene: Scene) -> bool:
    """Whether a CVM that fell silent was heard again before each check must have missed it, and so long before its host
    went elsewhere (`moved`, ns) that Genesis, had it found it down, would have been done: the route may be newer.
    """
    return _spoke_again(failed, min(moved - LONG_REPAIR, failed.last.last + CHECK_PERIOD), scene)


def _spoke_again(failed: SilentCvm, until: int, scene: Scene) -> bool:
    since = failed.last.last + CVM_SILENT
    macs = [mac for mac, addresses in scene.topology.owners.items() if failed.address in addresses]
    return since <= until and any(scene.traffic.heard.get(mac, NOBODY).any_overlapping(since, until) for mac in macs)


def _silent_at(runs: list[Frames], at: int) -> bool:
    """Whether a host was silent around then (ns) for far longer than it usually is."""
    gaps = [(run.last, later.first) for run, later in pairwise(runs)]
    around = max((end - begin for begin, end in gaps if begin <= at <= end), default=0)
    usual = sorted(end - begin for begin, end in gaps if not begin <= at <= end)
    return bool(usual) and around > max(CVM_SILENT, WITH_IT * usual[len(usual) * 9 // 10])
