"""`unexplained`: service stalled or moved, and no kind of fault explains it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import NOT_OVER, Observation, Quiet
from analyzer.correlate.timing import CVMS_TALK, FAILOVER, HEARTBEAT, PAUSE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Client, Control, Frames
from analyzer.correlate.wire.quiet import is_quiet, nothing_waited, public_side_seen
from analyzer.correlate.wire.repair import mark_service, outline
from analyzer.correlate.wire.scene import Scene, controls_of, storage_filter, unanswered_calls
from analyzer.correlate.wire.service import Segment
from analyzer.correlate.wire.signs import (
    RESPONSE,
    SENT_AGAIN,
    old_went_along,
    refusal_inside,
    served_unseen,
    unanswered_inside,
)
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt
from analyzer.model.traffic import Operation

OUTSTANDING = SECOND  # a call that waited less than this shows no stall


def recognise(change: Change, scene: Scene) -> Observation | None:
    """The observation, when service moved or stalled; None for a service that only began or ended in the capture."""
    if _exchanged(change, scene):
        return None
    calls = unanswered_calls(scene, change.host, change.start, change.end - OUTSTANDING)
    moved, refusal = _moved(change) or _was_elsewhere(change, scene), refusal_inside(change, scene)
    if not moved and (not change.stalled or (refusal is None and _may_be_nothing(change, calls, scene))):
        return None
    observation = _fault(_begun(change, calls, scene), change, calls, refusal, scene)
    observation = _outstanding(observation, change, calls, refusal, scene, moved=moved)
    observation = observation.claimed(_statement(change, observation), change.origins(), storage_filter(scene, "nfs"))
    observation = mark_service(observation, change, scene, change.start).without("repaired")
    observation = _doubted(observation, change, calls, scene)
    return observation if observation.note != "idle-or-stalled" else replace(observation, quiet=_quiet(change, scene))


def _was_elsewhere(change: Change, scene: Scene) -> bool:
    """Whether a host that is served by its own CVM again made a new connection for that, though nobody ended the one
    before and it did not ask there in vain: it was on another path for a moment, which no capture has.
    """
    before, after = change.before, change.after
    if before is None or after is None or not before.path.kind == after.path.kind == "local":
        return False
    if before.end - before.start < PAUSE:  # the last reply of one that stalled
        return False
    anew = {*after.connections} - {*before.connections}
    segments = [one.segment for one in controls_of(scene, change.host, change.start - SECOND, change.end)]
    made = any(one.flags == "SYN" and (one.ends.src, one.ends.sport) in anew for one in segments)
    ended = any(one.flags in ("RST", "FIN") for one in segments)
    return made and not ended and not unanswered_inside(scene, change.host, change.start, change.end)


def stalls_inside(change: Change, scene: Scene) -> bool:
    """Whether the own CVM did not serve for a while, however short, and then did again: a check may have seen it."""
    if change.before is None or change.after is None or change.after.path.kind != "local":
        return False
    if refusal_inside(change, scene) is not None:
        return True
    return change.before.path.kind == "local" and bool(unanswered_calls(scene, change.host, change.start, change.end))


def _may_be_nothing(change: Change, calls: Sequence[Operation], scene: Scene) -> bool:
    """Whether a silence on one path shows nothing: it has no beginning, or no call was waiting."""
    if change.before is None:
        return True
    if calls or _asks_in_vain(change, scene):
        return False
    return change.after is None or _idle(change, scene)


def _asks_in_vain(change: Change, scene: Scene) -> bool:
    """Whether the host turns to its own CVM for some time, without an answer, by whatever it sends again: of a call
    that takes several segments no capture has more than the first.
    """
    return bool(_in_vain(change, scene))


def _in_vain(change: Change, scene: Scene) -> list[Frames]:
    """What the host sent its own CVM for some time without an answer, while it stayed on that path."""
    signs = [] if _moved(change) else unanswered_inside(scene, change.host, change.start, change.end)
    return signs if signs and signs[-1].last - signs[0].first > SENT_AGAIN else []


def _begun(change: Change, calls: Sequence[Operation], scene: Scene) -> Observation:
    waits = not _moved(change) and (calls or _in_vain(change, scene))
    return Observation(
        kind="unexplained",
        basis="wire",
        host=change.host,
        clock=scene.clock,
        start=change.start,
        end=change.end,
        before=change.before.path if change.before else Path("unknown"),
        during=Path("dead", note="no-reply") if waits else Path("unknown"),
        after=change.after.path if change.after else NOT_OVER,
    )


def _fault(
    observation: Observation, change: Change, calls: Sequence[Operation], refusal: Control | None, scene: Scene
) -> Observation:
    """When service was lost; what was before the capture's first frame is not known."""
    if change.before is None:
        return observation.lacking("fault", "lost-before")
    shown = [calls[0].first_call.least + RESPONSE] if calls else []
    shown += [sign.first for sign in _in_vain(change, scene)[:1]]
    shown += [refusal.at] if refusal is not None and not _moved(change) else []
    most = max(change.start, min(shown, default=change.end))
    at, how = scene.between(change.start, most), How("last-reply-to-unanswered")
    return observation.marked("fault", at, change.origins()[:1], how)


def _outstanding(
    observation: Observation,
    change: Change,
    calls: Sequence[Operation],
    refusal: Control | None,
    scene: Scene,
    *,
    moved: bool,
) -> Observation:
    """Whether calls were waiting in the silence, or connections were refused."""
    if refusal is not None and not moved:
        proof = storage_filter(scene, "tcp.flags.reset == 1")
        observation = observation.claimed(Statement("connections-refused"), [refusal.origin], proof)
        if not calls:
            return replace(observation, note="stalled")
    if calls:
        unanswered = storage_filter(scene, "rpc.msgtyp == 0")
        waiting = observation.claimed(Statement("calls-unanswered"), [calls[0].first_origin], unanswered)
        return replace(waiting, note="stalled")
    if moved:
        return observation
    if _in_vain(change, scene):
        return replace(observation, note="stalled")
    return replace(observation, note="idle-or-stalled").doubted(Doubt("no-call-outstanding"), "low")


def _quiet(change: Change, scene: Scene) -> Quiet | None:
    """Of a silence on one path: whether nothing waited in it, by which captures. A datastore has a heartbeat: where
    nothing waited for minutes, captures lack the time, whichever way the host went then.
    """
    local = change.before is not None and change.before.path.kind == "local"
    if local and change.silent_for > FAILOVER and nothing_waited(change, (), scene):
        return "everywhere"
    ports = (change.host.macs - scene.topology.inside_senders) | _unowned_ports(change, scene)
    if not is_quiet(change, ports, scene):
        return None
    return "everywhere" if public_side_seen(change, ports, scene) else "inside"


def _doubted(observation: Observation, change: Change, calls: Sequence[Operation], scene: Scene) -> Observation:
    """With what the captures leave open."""
    moved = _moved(change)
    if served_unseen(scene, change.host, change.start, change.end):
        observation = observation.doubted(Doubt("one-direction"), "low")
    if not moved and calls and unanswered_inside(scene, change.host, change.start, change.end):
        observation = observation.doubted(Doubt("unanswered-inside"), "low")
    if moved and change.before is None and change.after is not None and _came_alone(change.after, change, scene):
        observation = observation.doubted(Doubt("old-connection-unseen"), "low")
    return observation.doubted(Doubt("failure-or-route"), "low") if moved else observation


def _came_alone(remote: Segment, change: Change, scene: Scene) -> bool:
    """Whether a host's frames on a remote path that appeared begin with a new connection: an injected route takes the
    old one along, unless the own CVM had ended that.
    """
    covered, _ = scene.traffic.covers[remote.first.first_origin.source]
    heard = next(scene.traffic.to_storage(change.host.macs, remote.start - HEARTBEAT, remote.start), None)
    if heard is None or remote.start - HEARTBEAT < covered:
        return False
    return not old_went_along(scene, change.host, remote)


def _idle(change: Change, scene: Scene) -> bool:
    """Whether a silence is only a pause between a datastore's heartbeats: nothing waited on the path that goes on, or
    both ports of the host are seen, and no ARP request is unanswered.
    """
    if change.before is None or change.after is None or change.silent_for > HEARTBEAT:
        return False
    if nothing_waited(change, (), scene):
        return True
    goes_on = _is_old(change.after.connections[0], change, scene) or _connected_again(change, scene)
    macs = change.host.macs | (_may_be_its_public_port(change, scene) if goes_on else frozenset())
    asked = next(scene.traffic.requests_by(macs, change.start, change.end), None) is not None
    seen = len([mac for mac in macs if mac in scene.traffic.heard]) > 1
    return not asked and seen


def _is_old(connection: Client, change: Change, scene: Scene) -> bool:
    """Whether a connection, one of several that a client may hold, was not made in the silence."""
    return not any(
        (segment.ends.dst, segment.ends.dport) == connection
        for segment in (control.segment for control in controls_of(scene, change.host, change.start, change.end))
        if segment.flags == "SYN-ACK"
    )


def _connected_again(change: Change, scene: Scene) -> bool:
    """Whether the CVM that serves the host ended a connection in the silence, and took a new one at once: it serves."""
    peer = change.before.peer_mac if change.before is not None else None
    mine = [
        one for one in controls_of(scene, change.host, change.start, change.end) if one.segment.ends.src_mac == peer
    ]
    ended = [one.at for one in mine if one.segment.flags in ("RST", "FIN")]
    taken = [one.at for one in mine if one.segment.flags == "SYN-ACK"]
    return bool(ended and taken) and 0 <= taken[0] - ended[0] <= RESPONSE


def _may_be_its_public_port(change: Change, scene: Scene) -> frozenset[str]:
    """The public ports that may be those of a host of which only the one inside is known, if none is used in the
    silence.
    """
    free = _unowned_ports(change, scene)
    away = next(scene.traffic.to_storage(free, change.start + 1, change.end), None) is not None
    return frozenset() if away else free


def _unowned_ports(change: Change, scene: Scene) -> frozenset[str]:
    """The public ports that may be those of a host of which only the one inside is known: none by which storage is used
    while that host is served inside.
    """
    if change.host.address is not None or len(change.host.macs) > 1:
        return frozenset()
    ports = (mac for host in scene.topology.hosts if host.address and len(host.macs) == 1 for mac in host.macs)
    return frozenset(mac for mac in ports if not _used_meanwhile(mac, change, scene))


def _used_meanwhile(port: str, change: Change, scene: Scene) -> bool:
    """Whether a public port sends to storage while the host is served inside: it is another host's."""
    inside = (one for one in change.service.segments if one.path.kind == "local")
    times = ((one.start + PAUSE, one.end - PAUSE) for one in inside if one.end - one.start > 2 * PAUSE)
    return any(next(scene.traffic.to_storage([port], *time), None) is not None for time in times)


def _exchanged(change: Change, scene: Scene) -> bool:
    """Whether a host only went from one CVM that serves to another: its route was exchanged, which is no fault. The one
    that it left had answered all, ended no connection, and lives.
    """
    before, after = change.before, change.after
    if before is None or after is None or not before.path.kind == after.path.kind == "remote" or not _moved(change):
        return False
    if change.silent_for > HEARTBEAT or before.peer_mac is None or not before.path.via:
        return False
    waiting = unanswered_calls(scene, change.host, change.start - HEARTBEAT, change.end)
    long = change.end - OUTSTANDING
    if any(call.ends.dst_mac == before.path.next_hop_mac or call.first_call.least < long for call in waiting):
        return False
    ended = any(
        control.segment.ends.src_mac == before.peer_mac and control.segment.flags in ("RST", "FIN")
        for control in controls_of(scene, change.host, change.start, change.end)
    )
    heard = scene.traffic.heard.get(before.peer_mac, NOBODY)
    return not ended and heard.any_overlapping(change.end, change.end + CVMS_TALK)


def _moved(change: Change) -> bool:
    """Whether the path before and after differ, a remote path that simply appears included."""
    if change.after is None:
        return False
    if change.before is None:
        return change.after.path.kind == "remote"
    one, other = change.before.path, change.after.path
    return (one.kind, one.via) != (other.kind, other.via)


def _statement(change: Change, observation: Observation) -> Statement:
    if _moved(change):
        return Statement("moved", path=outline(observation.before), onto=outline(observation.after))
    return Statement("no-reply", path=outline(observation.before))
