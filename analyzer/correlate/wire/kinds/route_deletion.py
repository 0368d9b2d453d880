"""`route-deletion` in a failure: remote → deleted by hand → remote. The host turns to its dead CVM again."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.observation import NOT_OVER, Observation
from analyzer.correlate.timing import LONG_REPAIR
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.commands import ran_at
from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.repair import mark_service, mark_terminated, outline
from analyzer.correlate.wire.scene import Scene, left, storage_filter, unanswered_calls
from analyzer.correlate.wire.service import Segment
from analyzer.correlate.wire.signs import COMMAND_LATENCY, SENT_AGAIN, inside_until, served_unseen, unanswered_inside
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

SHORTEST = SECOND


def recognise(change: Change, scene: Scene) -> Observation | None:
    """The observation, when a host left a remote path, had no answer inside, and went back to one (or not yet)."""
    before, after = change.before, change.after
    if before is None or before.path.kind != "remote" or change.silent_for < SHORTEST:
        return None
    if after is not None and after.path.kind != "remote":
        return None
    inside = unanswered_inside(scene, change.host, change.start, change.end)
    if not inside or served_unseen(scene, change.host, change.start, change.end):
        return None
    if _had_stopped(change, before, inside[0], scene) or _has_just_stalled(change, before):
        return None  # the path that was right: its CVM failed, and Genesis may have deleted the route to it
    observation = _fault(change, before, inside[0], scene)
    if "terminated" in mark_terminated(observation, change, scene).points:
        return None  # Genesis deleted it: nobody who types ends the connection first
    least = observation.start
    still = inside_until(scene, change.host, change.start, change.end)
    if ran_at(scene.commands, change.host.address, observation.points["fault"].at) is not None:
        return None  # a CVM ran a command then: Genesis deletes a route too, before it adds another
    served = mark_service(observation, change, scene, max(least, still or least))
    return served if after is not None else served.doubted(Doubt("service-not-back"))


def _had_stopped(change: Change, before: Segment, inside: Frames, scene: Scene) -> bool:
    """Whether the remote path had stopped serving well before the host left it: a call on it had waited in vain."""
    gone = left(scene, change.host, before.path, change.start, inside.first)
    calls = unanswered_calls(scene, change.host, change.start, change.end)
    return gone is not None and any(gone - call.first_call.least > SENT_AGAIN for call in calls)


def _has_just_stalled(change: Change, before: Segment) -> bool:
    """Whether the remote path is back from a stall so shortly before the host left it that Genesis may still mend that:
    it takes another CVM then.
    """
    if change.after is None or change.after.path.via == before.path.via or change.start - before.start > LONG_REPAIR:
        return False
    earlier = [segment for segment in change.service.segments if segment.end <= before.start]
    return bool(earlier) and _same_hop(earlier[-1], before) and before.start - earlier[-1].end > SENT_AGAIN


def _same_hop(one: Segment, other: Segment) -> bool:
    """Whether two are by one CVM, from whichever of the host's addresses."""
    ways = [(segment.path.kind, segment.path.via, segment.path.next_hop_mac) for segment in (one, other)]
    return ways[0] == ways[1]


def _fault(change: Change, before: Segment, inside: Frames, scene: Scene) -> Observation:
    """The route was deleted between the last frame on the remote path and `inside`, the first to the dead CVM."""
    gone = left(scene, change.host, before.path, scene.traffic.first, inside.first)
    least = max(change.start, gone or 0) - COMMAND_LATENCY
    calls = unanswered_calls(scene, change.host, change.start + SECOND, change.end)
    signs = [inside.first, *(call.first_call.least for call in calls)]
    at = scene.between(least, min(sign for sign in signs if sign >= least))
    proof = [before.last.last_origin, inside.first_origin]
    how = How("remote-to-inside")
    observation = replace(_begun(change, before, scene), start=least).marked("fault", at, proof, how)
    return observation.claimed(
        Statement("last-reply", path=outline(before.path)), proof[:1], storage_filter(scene, "nfs")
    ).claimed(
        Statement("asks-inside"),
        proof[1:],
        "arp || tcp.analysis.retransmission",
    )


def _begun(change: Change, before: Segment, scene: Scene) -> Observation:
    return Observation(
        kind="route-deletion",
        basis="wire",
        host=change.host,
        clock=scene.clock,
        start=change.start,
        end=change.end,
        before=before.path,
        during=Path("dead", note="asks-in-vain"),
        after=change.after.path if change.after else NOT_OVER,
        cvm=change.host.cvm,
        gateway=before.path.via,
    )
