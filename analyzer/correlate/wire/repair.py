"""What follows a repair in the captures: the route's change, the old connection's end, the new one, service."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Client, Control, Frames
from analyzer.correlate.wire.scene import CUT, Scene, controls_of, frames_by, from_server, storage_filter
from analyzer.correlate.wire.service import Segment
from analyzer.model.episode import Statement
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path

FIN_DOUBT = 25 * MILLISECOND  # NfsTerminateConnection is this near to the FIN or RST that it causes (measured: 19 ms)

TERMINATED_BEFORE = 10 * SECOND  # the route is deleted within this of NfsTerminateConnection


class _Connections(msgspec.Struct, frozen=True):
    """What the captures show in a change: how the connection that serves afterwards was made, and how each other one
    ended that is not known to be open still.
    """

    made: Control | None
    ended: Mapping[Client, Control]
    any_open: bool


def mark_service(observation: Observation, change: Change, scene: Scene, repaired_least: int) -> Observation:
    """With `repaired`, `reset`, `connected` and `restored` from the first frames on the path after `change`."""
    after = change.after
    if after is None:
        return observation
    first = _first_on_new_path(change, after, scene, repaired_least)
    at = scene.between(min(repaired_least, first.first), first.first)
    served = after.first.first_origin
    repaired = observation.marked("repaired", at, [first.first_origin], How("old-path-to-new")).claimed(
        Statement("service-returned", path=outline(observation.after)),
        [served],
        storage_filter(scene, f"nfs && tcp.port == {after.connections[0][1]}"),
    )
    seen = _connections(change, after.connections[0], scene)
    if unseen := _is_out_of_sight(change, after, scene):
        seen = replace(seen, made=None)
    made = seen.made.at if seen.made is not None else None
    if unseen or (made is None and not _goes_on(change, after)):
        back = scene.between(at.least, after.start)  # the captures lack that, and maybe replies with it
    elif made is not None and served.source in scene.traffic.lossy:
        back = scene.between(made, after.start + CUT)  # it may lack earlier replies of the new connection
    else:
        back = scene.exactly(after.start)
    restored = repaired.marked("restored", back, [served], How("first-reply"))
    marked = _mark_connection(restored, seen, scene)
    return replace(marked, end=max(marked.end, after.start))


def _first_on_new_path(change: Change, after: Segment, scene: Scene, since: int) -> Frames:
    """The host's first frame with the next hop of the path after, not before `since`."""
    frames = frames_by(scene, change.host, after.path, since, change.end)
    return next((one for one in frames if one.first >= since), after.first)


def _is_out_of_sight(change: Change, after: Segment, scene: Scene) -> bool:
    """Whether a host is served by its own CVM, and no capture has its internal switch: what captures have of that are
    the replies that go another way, which need not be the first.
    """
    return after.path.kind == "local" and not change.host.macs & scene.topology.inside_senders


def _goes_on(change: Change, after: Segment) -> bool:
    """Whether the connection that serves afterwards was there before the change, as far as captures have that time."""
    earlier = [segment for segment in change.service.segments if segment.end <= change.start]
    return not earlier or any(after.connections[0] in segment.connections for segment in earlier)


def _mark_connection(observation: Observation, seen: _Connections, scene: Scene) -> Observation:
    """The connection that serves afterwards: when it was made, and how the one before it ended."""
    if seen.made is not None:
        made = scene.exactly(seen.made.at)
        observation = observation.marked("connected", made, [seen.made.origin], How("syn-ack"))
    if not seen.ended or seen.any_open:
        return observation
    ended = max(seen.ended.values(), key=lambda control: control.at)
    flags, proof = ended.segment.flags, [ended.origin]
    return observation.marked("reset", scene.exactly(ended.at), proof, How("ended-by-server", flags=flags)).claimed(
        Statement("ended-by-server", flags=flags),
        proof,
        storage_filter(scene, "tcp.flags.reset == 1" if flags == "RST" else "tcp.flags.fin == 1"),
    )


def _connections(change: Change, serving: Client, scene: Scene) -> _Connections:
    made: Control | None = None
    ended: dict[Client, Control] = {}  # how each connection first was ended
    opening: set[Client] = set()  # a RST to a SYN refuses a connection and ends none
    still_open: set[Client] = set()  # made in the change itself, and not seen to end
    for control in controls_of(scene, change.host, change.start - FIN_DOUBT, change.end):
        segment = control.segment
        server = from_server(segment, scene)
        ends = segment.ends
        client = (ends.dst, ends.dport) if server else (ends.src, ends.sport)
        if segment.flags in ("SYN", "SYN-ACK"):
            (opening.discard if server else opening.add)(client)
        if client == serving:
            if segment.flags == "SYN-ACK" and not segment.retransmission:
                made = control
        elif server and segment.flags == "SYN-ACK" and made is None:
            still_open.add(client)
        elif server and segment.flags in ("RST", "FIN") and made is None and client not in opening:
            if _was_back(change, control, scene):
                continue
            ended.setdefault(client, control)
            still_open.discard(client)
    return _Connections(made, ended, bool(still_open))


def _was_back(change: Change, control: Control, scene: Scene) -> bool:
    """Whether the own CVM ends a connection outside, of a host that is on a remote path before and after: the host was
    back at it meanwhile, and this is of its return.
    """
    paths = {segment.path.kind for segment in (change.before, change.after) if segment is not None}
    own = scene.topology.cvm_of_mac(control.segment.ends.src_mac)
    return paths == {"remote"} and own is not None and own == change.host.cvm


def mark_terminated(observation: Observation, change: Change, scene: Scene, since: int | None = None) -> Observation:
    """NfsTerminateConnection shows as a FIN or RST of the remote CVM just before the path returns.

    It ends a connection that this CVM served; what a host sends of one that it never had is reset as well. `since`:
    from when on (ns) Genesis may have found the route wrong; of several ends since then, any may be its own.
    """
    control = _termination(change, scene)
    if control is None:
        return observation
    first = control if since is None else _first_end(change, since, control, scene)
    flags, proof = control.segment.flags, list(dict.fromkeys([first.origin, control.origin]))
    at = scene.between(first.at - FIN_DOUBT, control.at + FIN_DOUBT)
    return observation.marked("terminated", at, proof, How("ended-by-remote", flags=flags)).claimed(
        Statement("ended-by-remote", flags=flags),
        proof,
        storage_filter(scene, "(tcp.flags.fin == 1 || tcp.flags.reset == 1)"),
    )


def _first_end(change: Change, since: int, last: Control, scene: Scene) -> Control:
    """The first time since then (ns) that a remote CVM ended a connection which its client had not: the host may have
    been given back to its own one, and have been taken away again at once.
    """
    closed: set[Client] = set()
    for control in controls_of(scene, change.host, since, last.at):
        segment, ends = control.segment, control.segment.ends
        if segment.flags not in ("FIN", "RST") or segment.retransmission:
            continue
        if not from_server(segment, scene):
            closed.add((ends.src, ends.sport))
        elif (client := (ends.dst, ends.dport)) not in closed and _had_served(client, ends.src_mac, change):
            return control
    return last


def _had_served(client: Client, by: str, change: Change) -> bool:
    """Whether a connection to the CVM with this MAC served the host by a remote path."""
    away = (one for one in change.service.segments if one.path.kind == "remote" and one.peer_mac == by)
    return any(client in segment.connections for segment in away)


def is_terminated(change: Change, scene: Scene) -> bool:
    """Whether NfsTerminateConnection shows in a change of a host's service."""
    return _termination(change, scene) is not None


def _termination(change: Change, scene: Scene) -> Control | None:
    """The first FIN or RST of the remote CVM on a connection that it served."""
    if change.before is None:
        return None
    since = max(change.before.start, change.start - TERMINATED_BEFORE)
    for control in controls_of(scene, change.host, since, change.end):
        segment = control.segment
        by_remote = from_server(segment, scene) and segment.ends.src_mac == change.before.peer_mac
        served = (segment.ends.dst, segment.ends.dport) in change.before.connections
        if by_remote and served and segment.flags in ("FIN", "RST") and not segment.retransmission:
            return control
    return None


def outline(path: Path) -> Path:
    """What a statement tells of a path: of which kind it is, and by which CVM."""
    return Path(path.kind, path.via)
