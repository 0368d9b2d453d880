"""`unexplained`: service stalled or moved, and no kind of fault explains it."""

from __future__ import annotations

from analyzer.correlate.observation import NOT_OVER, Draft
from analyzer.correlate.wire.change import (
    HEARTBEAT,
    RESPONSE,
    Change,
    Scene,
    asking_inside,
    controls_of,
    served_unseen,
    storage_filter,
    unanswered_calls,
)
from analyzer.correlate.wire.repair import describe, mark_service
from analyzer.model.instant import SECOND
from analyzer.model.path import Path

OUTSTANDING = SECOND  # a call that waited less than this tells nothing of a stall


def recognise(change: Change, scene: Scene) -> Draft | None:
    """The observation, when service moved or stalled; None for a service that only began or ended in the capture."""
    calls = unanswered_calls(scene, change.host, change.start, change.end - OUTSTANDING)
    moved = _moved(change)
    if not moved and not change.stalled:
        return None
    if not moved and (change.before is None or (not calls and _idle(change, scene))):
        return None
    if not moved and change.after is None and not calls:
        return None
    observation = Draft("unexplained", "wire", change.host, scene.clock, change.start, change.end)
    observation.before = change.before.path if change.before else Path("unknown")
    observation.after = change.after.path if change.after else NOT_OVER
    observation.during = Path("dead", note="no reply") if calls and not moved else Path("unknown")
    if change.before is None:  # what was before the capture's first frame is not known
        observation.absent["fault"] = (
            "service was already lost when the capture began, or its path is not in the capture"
        )
    else:
        most = max(change.start, calls[0].first_call.least + RESPONSE if calls else change.end)
        how = "between the last reply and the first unanswered call"
        observation.mark("fault", scene.between(change.start, most), change.origins()[:1], how)
    if calls:
        observation.claim(
            "Calls without a reply in the silence",
            [calls[0].first_origin],
            storage_filter(scene, "rpc.msgtyp == 0"),
        )
        observation.note = "stalled: calls were outstanding"
    elif not moved:
        observation.note = "idle or stalled: no call was seen outstanding"
        observation.doubt("no call was seen outstanding: the host may have been idle, or gone another way", "low")
    observation.claim(_sentence(change, observation), change.origins(), storage_filter(scene, "nfs"))
    mark_service(observation, change, scene, change.start)
    observation.points.pop("repaired", None)
    if served_unseen(scene, change.host, change.start, change.end):
        observation.doubt(
            "the capture of the internal switch has one direction only: the host may be served there", "low"
        )
    if not moved and calls and asking_inside(scene, change.host, change.start, change.end):
        observation.doubt("the host's own CVM did not answer; where its traffic went is not in the capture", "low")
    if moved:
        observation.doubt("a failure of the local CVM and a route added by hand look alike in this evidence", "low")
    return observation


def _idle(change: Change, scene: Scene) -> bool:
    """Whether a silence is only a pause between a datastore's heartbeats: both ports of the host are seen, and neither
    asks for anybody in vain.
    """
    if change.before is None or change.after is None or change.silent_for > HEARTBEAT:
        return False
    goes_on = _is_old(change.after.connections[0], change, scene)
    macs = change.host.macs | (_may_be_its_public_port(change, scene) if goes_on else set())
    asked = any(asking.mac in macs for asking in scene.wire.unanswered(change.start, change.end))
    return not asked and len([mac for mac in macs if mac in scene.wire.macs]) > 1


def _is_old(connection: tuple[str, int], change: Change, scene: Scene) -> bool:
    """Whether a connection, one of several that a client may hold, was not made in the silence."""
    return not any(
        (control.ends.dst, control.ends.dport) == connection
        for control, _, _ in controls_of(scene, change.host, change.start, change.end)
        if control.flags == "SYN-ACK"
    )


def _may_be_its_public_port(change: Change, scene: Scene) -> set[str]:
    """The public ports that may be those of a host of which only the one inside is known, if none is used in the
    silence.
    """
    if change.host.address is not None or len(change.host.macs) > 1:
        return set()
    free = {mac for host in scene.topology.hosts if host.address and len(host.macs) == 1 for mac in host.macs}
    away = any(stretch.last > change.start for _, stretch in scene.wire.to_storage(free, change.start, change.end))
    return set() if away else free


def _moved(change: Change) -> bool:
    """Whether the path before and after differ, a remote path that simply appears included."""
    if change.after is None:
        return False
    if change.before is None:
        return change.after.path.kind == "remote"
    one, other = change.before.path, change.after.path
    return (one.kind, one.via) != (other.kind, other.via)


def _sentence(change: Change, observation: Draft) -> str:
    if _moved(change):
        return f"Service moved from {describe(observation.before)} to {describe(observation.after)}"
    return f"No NFS reply on {describe(observation.before)}"
