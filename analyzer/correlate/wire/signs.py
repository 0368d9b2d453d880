"""What a host's frames, ARP requests and retransmissions show in a silence: whom it turns to, and by which route.

A kernel's ARP requests outlive the route of the packet that they are for (arp(7), RFC 4861, 7.3): for who is not known
there are three, a second apart; for who was known before they come only then: up to 5 s until the entry is doubted, 5 s
more until the first, and then three too.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.timing import HEARTBEAT
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Client, Control, Frames
from analyzer.correlate.wire.scene import Scene, controls_of, from_server
from analyzer.correlate.wire.service import Segment
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.source import Origin

STOPS_WITHIN = 5 * SECOND  # a client sends no new call this long after one that nobody acknowledged
SENT_AGAIN = 2 * SECOND  # what nobody acknowledges is sent again sooner than this
FEW = 5  # retransmissions that a healthy path has as well
RESPONSE = 10 * MILLISECOND  # a CVM that lives acknowledges or answers within this
ON_ITS_WAY = 5 * MILLISECOND  # a frame that was sent before the route changed leaves within this
COMMAND_LATENCY = 25 * MILLISECOND  # a command takes effect this long after it was given, at most (measured: 14 ms)
RESOLVED = 3_100 * MILLISECOND  # the ARP requests for who is not known are over within this of the packet
PROBED = 12_100 * MILLISECOND  # those for who was known before
PROBES = 2_500 * MILLISECOND  # these themselves are over within this

Connection = tuple[str, str, int]  # the next hop's MAC, and the client's address and port


def unanswered_inside(scene: Scene, host: Member, start: int, end: int) -> list[Frames]:
    """Signs that the host still turns to its local CVM, without an answer, in [start, end].

    They are ARP requests for the storage address, retransmissions to a MAC on the internal switch, and frames to a MAC
    that is neither a CVM's public one nor has ever answered.
    """
    signs = [*_requests_inside(scene, host, start, end), *_frames_inside(scene, host, start, end)]
    return sorted(signs, key=lambda sign: sign.first)


def inside_until(scene: Scene, host: Member, start: int, end: int) -> int | None:
    """The latest time in [start, end] at which the host's route to its local CVM was certainly in place, or None."""
    routed = [frames.last - ON_ITS_WAY for frames in _frames_inside(scene, host, start, end)]
    requested = routed_until(_requests_inside(scene, host, start, end))
    return max((min(at, end) for at in (*routed, requested) if at is not None), default=None)


def routed_until(requests: Sequence[Frames]) -> int | None:
    """When a packet was certainly routed to the target of these unanswered ARP requests in one silence, in order.

    Requests that go on for longer than those for one who was known can be are of packets that came after. None without
    requests.
    """
    if not requests:
        return None
    last = max(frames.last for frames in requests)
    return last - (RESOLVED if last - requests[0].first > PROBES else PROBED)


def _requests_inside(scene: Scene, host: Member, start: int, end: int) -> list[Frames]:
    storage = scene.traffic.settings.storage_address
    requests = scene.traffic.requests_by(host.macs, start, end)
    return [request.frames for request in requests if request.target == storage]


def _frames_inside(scene: Scene, host: Member, start: int, end: int) -> list[Frames]:
    signs: list[Frames] = []
    for run in scene.traffic.to_storage(host.macs, start, end):
        traffic, mac = run.traffic, run.traffic.ends.dst_mac
        silent = mac not in scene.traffic.heard and scene.topology.cvm_of_mac(mac) is None and traffic.what == "frame"
        inside = mac in scene.topology.internal_peers
        if not mac and traffic.ends.src_mac:  # a cooked capture, where nobody answered: the sender shows it
            silent, inside = False, traffic.ends.src_mac in scene.topology.inside_senders
        again = inside and traffic.what == "retransmission"
        if silent or again:
            signs.append(run.frames)
    return signs


def still_inside(scene: Scene, host: Member, start: int, end: int) -> list[Frames]:
    """The host's frames to its CVM after the last reply, and before any goes elsewhere.

    A route that was added by hand would have taken them away at once.
    """
    sent = [
        (run.traffic.ends.dst_mac in scene.topology.internal_peers, run.frames)
        for run in scene.traffic.to_storage(host.macs, start, end)
        if run.traffic.what == "frame" and run.traffic.ends.dst_mac and run.frames.first > start + RESPONSE
    ]
    left = min((frames.first for inside, frames in sent if not inside), default=end)
    return [frames for inside, frames in sent if inside and frames.first < left]


def old_went_along(scene: Scene, host: Member, remote: Segment) -> bool:
    """Whether frames of a connection from the host's private address went to the remote CVM when its path appeared; an
    attempt to make one keeps its source address wherever the route takes it.
    """
    until, next_hop = remote.start, remote.path.next_hop_mac
    sent = scene.traffic.to_storage(host.macs, until - HEARTBEAT, until)
    controls = controls_of(scene, host, until - HEARTBEAT, until)
    opening = {(one.segment.ends.src, one.segment.ends.sport) for one in controls if one.segment.flags == "SYN"}
    return any(
        what == "frame"
        and ends.dst_mac == next_hop
        and scene.topology.is_private(ends.src)
        and (ends.src, ends.sport) not in opening
        for what, ends in ((run.traffic.what, run.traffic.ends) for run in sent)
    )


def refusal_inside(change: Change, scene: Scene) -> Control | None:
    """The RST by which the own CVM ended the host's connection as a silence began, or refused another: its Stargate
    stopped. A remote CVM resets what it is sent of a connection that it never had.
    """
    before = change.before
    if before is None or before.path.kind != "local":
        return None
    controls = controls_of(scene, change.host, change.start, change.start + SECOND)
    inside = (one for one in controls if one.segment.flags == "RST" and from_server(one.segment, scene))
    return next((one for one in inside if one.segment.ends.src_mac == before.peer_mac), None)


def refused_inside(change: Change, scene: Scene) -> bool:
    """Whether the own CVM refused a connection that the host tried to make in a silence: its Stargate serves not."""
    opening: set[Client] = set()
    for control in controls_of(scene, change.host, change.start, change.end):
        segment, ends = control.segment, control.segment.ends
        if segment.flags == "SYN":
            opening.add((ends.src, ends.sport))
        elif segment.flags == "SYN-ACK":
            opening.discard((ends.dst, ends.dport))
        inside = ends.src_mac in scene.topology.internal_peers
        if segment.flags == "RST" and inside and (ends.dst, ends.dport) in opening:
            return True
    return False


def served_unseen(scene: Scene, host: Member, start: int, end: int) -> tuple[int, Origin] | None:
    """Until when (ns, by which frame) the host certainly was served inside, though no capture has the answers: they go
    another way, or it has but one direction. None when it was not.

    What is not acknowledged is sent again, soon, and nothing new after it on that connection; so who sends new calls by
    one is answered.
    """
    sent: dict[Connection, list[Frames]] = {}
    again: dict[Connection, list[Frames]] = {}
    for run in scene.traffic.to_storage(host.macs, start, end):
        traffic, frames, mac = run.traffic, run.frames, run.traffic.ends.dst_mac
        unheard = mac not in scene.traffic.heard and scene.topology.cvm_of_mac(mac) is None
        if mac and (unheard or mac in scene.topology.internal_peers) and traffic.what in ("call", "retransmission"):
            kept = sent if traffic.what == "call" else again
            within = replace(frames, first=max(frames.first, start), last=min(frames.last, end))
            kept.setdefault((mac, traffic.ends.src, traffic.ends.sport), []).append(within)
    untils = [_answered_until(calls, again.get(connection, ())) for connection, calls in sent.items()]
    return max((until for until in untils if until is not None), default=None)


def _answered_until(calls: Sequence[Frames], again: Sequence[Frames]) -> tuple[int, Origin] | None:
    """The last of the new calls before more than a few were sent again, where they went on for longer than without an
    answer.
    """
    stop = _given_up(again)
    last = calls[0]
    for run in calls:
        if run.first - last.last > HEARTBEAT or (stop is not None and run.first > stop):
            break
        last = max(last, run, key=lambda one: one.last)
    until = last.last if stop is None else min(last.last, stop)
    longest = STOPS_WITHIN if again else SENT_AGAIN
    return (until - SENT_AGAIN, last.last_origin) if until - calls[0].first > longest else None


def _given_up(again: Sequence[Frames]) -> int | None:
    """When more than a few segments had been sent again, ns; None where no more than a few were."""
    few = 0
    for frames in again:
        few += frames.count
        if few > FEW:
            return frames.first
    return None
