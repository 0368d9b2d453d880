"""`route-injection`: local → a route is added by hand → local.

The storage address shows up on the public network, or the host's ARP requests there for a gateway are unanswered.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import NOT_OVER, Observation
from analyzer.correlate.timing import PAUSE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Frames, in_time
from analyzer.correlate.wire.kinds.diverted import Diverted, diverted
from analyzer.correlate.wire.kinds.silent_cvm import gone_with_service, unacknowledged_until
from analyzer.correlate.wire.repair import TERMINATED_BEFORE, mark_service, mark_terminated, outline
from analyzer.correlate.wire.scene import Scene, frames_by, left, storage_filter, unanswered_calls
from analyzer.correlate.wire.service import Segment
from analyzer.correlate.wire.signs import COMMAND_LATENCY, ON_ITS_WAY, refusal_inside, routed_until, unanswered_inside
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

SHORTEST = SECOND
HEARTBEAT_TIMEOUT = 5 * SECOND  # ESXi's NFS.HeartbeatTimeout: a call that waits for longer is not slow


def recognise(change: Change, scene: Scene) -> Observation | None:
    """A change from local to remote without a failure opens one; a silence in which the host asked outside is one.
    Without a link layer no capture shows that the own CVM lived.
    """
    if change.before is None or change.before.path.kind != "local":
        return None
    if change.after is not None and change.after.path.kind == "remote":
        bare = not change.before.path.next_hop_mac
        unclear = bare or _hung(change, change.after, scene) or _turned_back(change, change.after, scene)
        return None if unclear else _opened(change, change.before, change.after, scene)
    elsewhere = diverted(change, scene)
    if elsewhere is None or change.silent_for < SHORTEST or _had_no_answer(change, scene, elsewhere):
        return None
    if _had_stopped(change, scene, elsewhere) or gone_with_service(change, elsewhere.signs[0].first, scene):
        return None
    return _unanswered(change, change.before, scene, elsewhere)


def _hung(change: Change, after: Segment, scene: Scene) -> bool:
    """Whether a call waited for the own CVM for long before the host went elsewhere: why it did is not known."""
    elsewhere = diverted(change, scene)
    signs = [
        *frames_by(scene, change.host, after.path, change.start, change.end),
        *(elsewhere.signs if elsewhere else ()),
    ]
    left = min((run.first for run in signs), default=after.start)
    calls = unanswered_calls(scene, change.host, change.start, left)
    return any(call.first_call.least < left - HEARTBEAT_TIMEOUT for call in calls)


def _turned_back(change: Change, after: Segment, scene: Scene) -> bool:
    """Whether the host had gone elsewhere before by another gateway, and turned to its own CVM again in between: these
    are two changes, and what brought the second one is not known.
    """
    elsewhere = diverted(change, scene)
    if elsewhere is None or elsewhere.by_arp or elsewhere.path.next_hop_mac == after.path.next_hop_mac:
        return False
    left = elsewhere.signs[0].first
    runs = scene.traffic.to_storage(change.host.macs, left + PAUSE, after.start)
    return any(run.traffic.ends.dst_mac in scene.topology.internal_peers for run in runs)


def _had_no_answer(change: Change, scene: Scene, elsewhere: Diverted) -> bool:
    """Whether the host turned to its own CVM in vain before it turned elsewhere, for long, or without a frame of it:
    that was not what stopped its service.
    """
    left = elsewhere.signs[0].first
    signs = unanswered_inside(scene, change.host, change.start, left)
    waited = any(change.start + PAUSE < sign.last < left for sign in signs)
    return waited or bool(unacknowledged_until(left, change, scene))


def _had_stopped(change: Change, scene: Scene, elsewhere: Diverted) -> bool:
    """Whether the own CVM ended the connection before the host turned elsewhere: its Stargate stopped first."""
    refusal = refusal_inside(change, scene)
    return refusal is not None and refusal.at < elsewhere.signs[0].first


def close(observation: Observation, change: Change, scene: Scene) -> Observation | None:
    """An open injection as it ends at the change that leaves its remote path; None when the change is of another
    kind.
    """
    before, after = change.before, change.after
    if before is None or before.path.kind != "remote" or (after is not None and after.path.kind != "local"):
        return None
    served = observation.end if "fault" in observation.points else None
    ended = mark_terminated(observation, change, scene, served)
    if after is None and "terminated" not in ended.points:
        return None
    ended = replace(ended, after=after.path if after else Path("local", note="left-public-network"))
    gone = left(scene, change.host, before.path, before.start, change.end)
    whole = mark_service(ended, change, scene, (gone or change.start) - ON_ITS_WAY)
    return _or_sooner(whole, change.start, scene)


def _or_sooner(ended: Observation, left: int, scene: Scene) -> Observation:
    """A route of which the connection was ended twice: Genesis may have deleted it the first time, and it may have been
    added again at once, or only the last time.
    """
    terminated, repaired = ended.points.get("terminated"), ended.points.get("repaired")
    if terminated is None or repaired is None or terminated.at.least >= left - TERMINATED_BEFORE:
        return ended
    at = scene.between(terminated.at.least, repaired.at.most)
    return ended.at("repaired", replace(repaired, at=at))


def _opened(change: Change, before: Segment, after: Segment, scene: Scene) -> Observation:
    """Served by a remote CVM while the local one is not known to be dead; `close` ends it."""
    observation = replace(_begun(change, before, scene, after.path), gateway_valid=True)
    elsewhere = diverted(change, scene)
    frames = frames_by(scene, change.host, after.path, change.start, change.end)
    signs = sorted([*frames, *(elsewhere.signs if elsewhere else ())], key=lambda run: run.first)
    observation = _fault(observation, change, before, scene, [*signs, after.first])
    observation = observation.claimed(
        Statement("served-elsewhere", of=after.path.via),
        [after.first.first_origin],
        storage_filter(scene, "nfs"),
    )
    return replace(observation, end=change.end)


def _unanswered(change: Change, before: Segment, scene: Scene, elsewhere: Diverted) -> Observation:
    """The gateway is nobody, or it never answers for the storage address."""
    via, signs = elsewhere.path.via, elsewhere.signs
    observation = replace(
        _begun(change, before, scene, elsewhere.path),
        gateway_valid=not elsewhere.by_arp,
        after=change.after.path if change.after else NOT_OVER,
    )
    observation = _fault(observation, change, before, scene, signs).claimed(
        Statement("asked-elsewhere" if elsewhere.by_arp else "sent-elsewhere", of=via),
        [signs[0].first_origin],
        f"arp.dst.proto_ipv4 == {via}" if elsewhere.by_arp else storage_filter(scene),
    )
    routed = routed_until(signs) if elsewhere.by_arp else signs[-1].last
    last = max(observation.start, routed or observation.start)
    if change.after is None:
        return _mark_return(observation, change, before, scene, last)
    return mark_service(observation, change, scene, last)


def _mark_return(observation: Observation, change: Change, before: Segment, scene: Scene, last: int) -> Observation:
    """The route is gone when the host's frames go to its own CVM again, whoever sees the replies."""
    frames = frames_by(scene, change.host, before.path, last, change.end)
    first = min((run for run in frames if run.first > last), key=in_time, default=None)
    if first is None:
        return observation.doubted(Doubt("service-not-back"))
    at = scene.between(last, first.first)
    after = Path("local", note="only-frames")
    returned = replace(observation, after=after, end=max(observation.end, first.first))
    return returned.marked("repaired", at, [first.first_origin], How("old-path-to-new"))


def _begun(change: Change, before: Segment, scene: Scene, during: Path) -> Observation:
    return Observation(
        kind="route-injection",
        basis="wire",
        host=change.host,
        clock=scene.clock,
        start=change.start,
        end=change.end,
        before=before.path,
        during=during,
        gateway=during.via,
    ).claimed(
        Statement("last-reply", path=outline(before.path)), [before.last.last_origin], storage_filter(scene, "nfs")
    )


def _fault(
    observation: Observation, change: Change, before: Segment, scene: Scene, signs: Sequence[Frames]
) -> Observation:
    """The route was added between the last frame on the local path and the first elsewhere."""
    first = signs[0]
    inside = left(scene, change.host, before.path, scene.traffic.first, first.first)
    least = max(change.start, inside or 0) - COMMAND_LATENCY
    proof = [before.last.last_origin, first.first_origin]
    at, how = scene.between(least, max(first.first, least)), How("local-to-elsewhere")
    return replace(observation, start=least).marked("fault", at, proof, how)
