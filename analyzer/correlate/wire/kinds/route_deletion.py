"""`route-deletion` in a failure: remote → deleted by hand → remote. The host asks for its dead CVM again."""

from __future__ import annotations

from analyzer.correlate.observation import NOT_OVER, Draft
from analyzer.correlate.wire.change import (
    COMMAND_LATENCY,
    Change,
    Scene,
    asking_inside,
    frames_by,
    latest,
    served_unseen,
    still_inside,
    storage_filter,
    unanswered_calls,
)
from analyzer.correlate.wire.repair import describe, mark_service
from analyzer.model.instant import SECOND
from analyzer.model.path import Path

SHORTEST = SECOND


def recognise(change: Change, scene: Scene) -> Draft | None:
    """The observation, when a host left a remote path, asked inside in vain, and went back to one (or not yet)."""
    if change.before is None or change.before.path.kind != "remote" or change.silent_for < SHORTEST:
        return None
    if change.after is not None and change.after.path.kind != "remote":
        return None
    inside = asking_inside(scene, change.host, change.start, change.end)
    if not inside or served_unseen(scene, change.host, change.start, change.end):
        return None
    observation = Draft("route-deletion", "wire", change.host, scene.clock, change.start, change.end)
    observation.before, observation.during = change.before.path, Path("dead", note="asks for its own CVM in vain")
    observation.after = change.after.path if change.after else NOT_OVER
    observation.cvm, observation.gateway = change.host.cvm, change.before.path.via
    left = latest(frames_by(scene, change.host, change.before.path, scene.wire.first, inside[0].first), inside[0].first)
    least = max(change.start, left or 0) - COMMAND_LATENCY
    signs = [inside[0].first]
    signs += [op.first_call.least for op in unanswered_calls(scene, change.host, change.start + SECOND, change.end)]
    at = scene.between(least, min(sign for sign in signs if sign >= least))
    proof = [change.before.last.last_origin, inside[0].first_origin]
    observation.mark("fault", at, proof, "between the last frame on the remote path and the first that asks inside")
    observation.start = least
    observation.claim(f"The last NFS reply on {describe(observation.before)}", proof[:1], storage_filter(scene, "nfs"))
    observation.claim(
        "The host asks for its own CVM on the internal switch: no answer",
        proof[1:],
        "arp || tcp.analysis.retransmission",
    )
    inside_at = still_inside(scene, change.host, change.start, change.end)
    mark_service(observation, change, scene, max(least, inside_at or least))
    if change.after is None:
        observation.doubt("the capture ends before service returned")
    return observation
