"""The leg of each reply to a host: where the host's calls of that connection went, as the next hop's MAC shows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.frames import Client, Frames, StorageRun, client_of, of_run
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.event import Ends, StorageTraffic
from analyzer.model.instant import MILLISECOND
from analyzer.model.path import Path

ANSWERED_WITHIN = 500 * MILLISECOND  # a delayed ACK is not later than this

Sent = tuple[tuple[int, ...], tuple[Ends, ...]]  # when a client's frames began, ns, in order, and whereto they went


class ServedFrames(msgspec.Struct, frozen=True):
    """A run of replies to a host on `path`. `asymmetric`: who answers is not whom the calls went to, `peer_mac`."""

    path: Path
    frames: Frames
    client: Client
    peer_mac: str | None
    asymmetric: bool


def leg_of(ends: Ends, next_hop: str, topology: Topology) -> Path:
    """The path of a host's frames to the storage address, by the MAC of their next hop."""
    if ends.src_mac in topology.inside_senders:  # a port of the internal switch, whoever answers it
        return Path("local", source=ends.src, next_hop_mac=next_hop or None, vlan=ends.vlan)
    if not next_hop:  # no link layer in the capture: only the source address shows it
        return Path("local" if topology.is_private(ends.src) else "remote", source=ends.src)
    via = topology.cvm_of_mac(next_hop)
    if via is not None:
        return Path("remote", via=via, source=ends.src, next_hop_mac=next_hop, vlan=ends.vlan)
    inside = topology.is_private(ends.src) and ends.src_mac not in topology.public_senders
    kind: Literal["local", "remote"] = "local" if inside or next_hop in topology.internal_peers else "remote"
    unnamed = next_hop if kind == "remote" else None
    return Path(kind, via=unnamed, source=ends.src, next_hop_mac=next_hop, vlan=ends.vlan)


def replies_to(host: Member, traffic: Traffic, topology: Topology) -> list[ServedFrames]:
    """Every run of replies to the host in order of time, with the path that its calls took."""
    sent = _sent(host, traffic)
    found = []
    for run in sorted(_received(host, sent, traffic), key=of_run):
        _, client = client_of(run.traffic.ends, traffic.settings)
        call = _call_before(sent.get(client, ((), ())), run.frames)
        answers = run.traffic.ends.src_mac
        if call is None:
            path, peer = _leg_of_reply(run.traffic, traffic, topology), answers
        else:
            peer = call.dst_mac or answers  # not in a cooked capture: taken to be who answers
            path = leg_of(call, peer, topology)
        found.append(ServedFrames(path, run.frames, client, peer, peer != answers))
    return found


def _sent(host: Member, traffic: Traffic) -> dict[Client, Sent]:
    """What each of the host's clients sent to the storage address."""
    found: dict[Client, list[tuple[int, Ends]]] = {}
    for run in traffic.to_storage(host.macs, traffic.first, traffic.last):
        ends = run.traffic.ends
        found.setdefault((ends.src, ends.sport), []).append((run.frames.first, ends))
    return {client: (tuple(at for at, _ in some), tuple(ends for _, ends in some)) for client, some in found.items()}


def _received(host: Member, sent: Mapping[Client, Sent], traffic: Traffic) -> Iterator[StorageRun]:
    """The replies for the host: by the receiver's MAC, or where a cooked capture has none, by who alone called."""
    for mac in host.macs:
        yield from traffic.replies.get(mac, ())
    for client in sent if "" not in host.macs else ():
        if traffic.callers[client] <= host.macs:  # the private address is every host's
            yield from traffic.replies.get(client, ())


def _call_before(sent: Sent, replies: Frames) -> Ends | None:
    """Where the last frame before the replies went. A capture can begin between a call and its reply: what the host
    sends next, among the replies or just after them, went the same way.
    """
    times, ends = sent
    place = bisect_right(times, replies.first)
    if place:
        return ends[bisect_left(times, times[place - 1])]  # of frames at the same time the first
    return ends[0] if times and times[0] <= replies.last + ANSWERED_WITHIN else None


def _leg_of_reply(reply: StorageTraffic, traffic: Traffic, topology: Topology) -> Path:
    """Only replies of this connection are in the evidence.

    Where the host's other frames are seen, its calls must go another way: over the internal switch, with the local CVM
    answering by its eth0, which is no failover. In a capture of one direction, who sends the replies shows the path.
    """
    ends = reply.ends
    if ends.dst_mac and ends.dst_mac in traffic.heard:
        return Path("local", source=ends.dst, note="only-replies")
    back = Ends(ends.dst_mac, ends.src_mac, ends.dst, ends.src, ends.dport, ends.sport, ends.vlan)
    return leg_of(back, ends.src_mac, topology)
