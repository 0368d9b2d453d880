"""The instants that follow a repair on the wire: the route's change, the old connection's end, the new one, service."""

from __future__ import annotations

from analyzer.correlate.observation import Draft
from analyzer.correlate.wire.change import Change, Scene, controls_of, frames_by, from_server, storage_filter
from analyzer.correlate.wire.service import Segment
from analyzer.correlate.wire.traffic import FrameRun
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path
from analyzer.model.source import Origin

FIN_DOUBT = 25 * MILLISECOND  # NfsTerminateConnection is this near to the FIN or RST that it causes (measured: 19 ms)

TERMINATED_BEFORE = 10 * SECOND  # the route is deleted within this of NfsTerminateConnection


def mark_service(observation: Draft, change: Change, scene: Scene, repaired_least: int) -> None:
    """Set `repaired`, `reset`, `connected` and `restored` from the first frames on the path after `change`."""
    after = change.after
    if after is None:
        return
    first = _first_on_new_path(change, after, scene, repaired_least)
    at = scene.between(min(repaired_least, first.first), first.first)
    how = "between the last sign of the old path and the first frame on the new one"
    observation.mark("repaired", at, [first.first_origin], how)
    observation.claim(
        f"Service returned: first NFS reply on {describe(observation.after)}",
        [after.first.first_origin],
        storage_filter(scene, f"nfs && tcp.port == {after.connections[0][1]}"),
    )
    observation.mark(
        "restored", scene.exactly(after.start), [after.first.first_origin], "first NFS reply on the new path"
    )
    _mark_connection(observation, change, after, scene)
    observation.end = max(observation.end, after.start)


def _first_on_new_path(change: Change, after: Segment, scene: Scene, since: int) -> FrameRun:
    """The host's first frame with the next hop of the path after, not before `since`."""
    frames = [s for s in frames_by(scene, change.host, after.path, since, change.end) if s.first >= since]
    return frames[0] if frames else after.first


def _mark_connection(observation: Draft, change: Change, after: Segment, scene: Scene) -> None:
    """The connection that serves afterwards: when it was made, and how the one before it ended."""
    address, port = after.connections[0]
    made: tuple[int, Origin] | None = None
    ends: dict[tuple[str, int], tuple[int, Origin, str]] = {}  # how each connection first was ended
    asking: set[tuple[str, int]] = set()  # a RST to a SYN refuses a connection and ends none
    open_still: set[tuple[str, int]] = set()  # made in the change itself, and not seen to end
    for control, at, origin in controls_of(scene, change.host, change.start - FIN_DOUBT, change.end):
        server = from_server(control, scene)
        client = (control.ends.dst, control.ends.dport) if server else (control.ends.src, control.ends.sport)
        if control.flags in ("SYN", "SYN-ACK"):
            (asking.discard if server else asking.add)(client)
        if client == (address, port):
            if control.flags == "SYN-ACK" and not control.retransmission:
                made = (at, origin)
        elif server and control.flags == "SYN-ACK" and made is None:
            open_still.add(client)
        elif server and control.flags in ("RST", "FIN") and made is None and client not in asking:
            ends.setdefault(client, (at, origin, control.flags))
            open_still.discard(client)
    if made is not None:
        observation.mark("connected", scene.exactly(made[0]), [made[1]], "SYN-ACK on the new path")
    if ends and not open_still:
        ended = max(ends.values(), key=lambda end: end[0])
        who = f"{ended[2]} by the server on the connection before"
        observation.mark("reset", scene.exactly(ended[0]), [ended[1]], who)
        observation.claim(
            f"The connection used before was ended ({ended[2]} from the storage address)",
            [ended[1]],
            storage_filter(scene, "tcp.flags.reset == 1" if ended[2] == "RST" else "tcp.flags.fin == 1"),
        )


def mark_terminated(observation: Draft, change: Change, scene: Scene) -> None:
    """NfsTerminateConnection shows as a FIN or RST of the remote CVM just before the path returns.

    It ends a connection that this CVM served; what a host sends of one that it never had is reset as well.
    """
    if change.before is None:
        return
    since = max(change.before.start, change.start - TERMINATED_BEFORE)
    for control, at, origin in controls_of(scene, change.host, since, change.end):
        by_remote = from_server(control, scene) and control.ends.src_mac == change.before.peer_mac
        served = (control.ends.dst, control.ends.dport) in change.before.connections
        if by_remote and served and control.flags in ("FIN", "RST") and not control.retransmission:
            at_doubt = scene.between(at - FIN_DOUBT, at + FIN_DOUBT)
            observation.mark("terminated", at_doubt, [origin], f"{control.flags} by the remote CVM")
            observation.claim(
                f"The remote CVM ended the host's connection ({control.flags})",
                [origin],
                storage_filter(scene, "(tcp.flags.fin == 1 || tcp.flags.reset == 1)"),
            )
            return


def describe(path: Path) -> str:
    """A path in words: `the local path`, `the path via 192.168.1.28`."""
    if path.kind == "local":
        return "the local path"
    return f"the path via {path.via}" if path.via else f"a path that is {path.kind}"
