"""Who served a host that does I/O, when and by which path: from what the CVMs sent and what its client noted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import msgspec

from analyzer.lab.netns.cluster.members import Cluster
from analyzer.lab.netns.nfs_client.client_log import Connection, Entry
from analyzer.lab.netns.recording.control_captures import Sent
from analyzer.model.path import Path, PathNote
from analyzer.model.truth import TrueHost, TrueService

ASYMMETRIC: PathNote = "asymmetric"  # calls on vmk1, replies by the CVM's eth0
_NEVER = 2**63


class ClientTraffic(msgspec.Struct, frozen=True):
    """A host's client: what it noted itself, and what reached it of what the CVMs sent, each once, in order of time."""

    host: TrueHost
    entries: tuple[Entry, ...]
    sent: tuple[Sent, ...]


def traffic_of(segments: Iterable[Sent], host: TrueHost, entries: tuple[Entry, ...]) -> ClientTraffic:
    """The first transmission of each segment to the host's client, unless it had closed its connection before."""
    connections = [entry for entry in entries if isinstance(entry, Connection)]
    own = {entry.address for entry in connections}
    closed = {entry.address: entry.at for entry in connections if entry.what == "closed"}
    seen: set[tuple[str, str, str, int, int]] = set()
    kept = []
    for segment in sorted(segments):
        client = f"{segment.client}:{segment.port}"
        if not _reaches(segment, host, client in own):
            continue
        # A RST answers each segment of a burst, with another number: it ends the connection once.
        number = 0 if segment.what == "RST" else segment.seq
        key = (segment.what, segment.cvm, segment.client, segment.port, number)
        if key not in seen and segment.at <= closed.get(client, _NEVER):
            kept.append(segment)
        seen.add(key)
    return ClientTraffic(host, entries, tuple(kept))


def _reaches(segment: Sent, host: TrueHost, own: bool) -> bool:
    """By eth1 a CVM reaches its own host alone; by eth0 each, where the private address is every host's."""
    if segment.interface == "eth1":
        return segment.cvm == host.cvm
    return segment.interface == "eth0" and (segment.client == host.address or own)


def path_of(reply: Sent, host: TrueHost, cluster: Cluster) -> Path:
    """The path of the host that a reply shows."""
    cvm = next(cvm for cvm in cluster.cvms if cvm.address == reply.cvm)
    if cvm.address != host.cvm:
        return Path("remote", cvm.address, reply.client, cvm.eth0_mac)
    note: PathNote = "" if reply.interface == "eth1" else ASYMMETRIC
    return Path("local", None, reply.client, cvm.eth1_mac, None, note)


def service_of(one: ClientTraffic, cluster: Cluster) -> tuple[TrueService, ...]:
    """Runs of replies on one connection and path."""
    replies = (segment for segment in one.sent if segment.what == "reply")
    runs = groupby(replies, key=lambda reply: (path_of(reply, one.host, cluster), reply.cvm, reply.client, reply.port))
    found = []
    for (path, cvm, client, port), run in runs:
        times = [reply.at for reply in run]
        found.append(
            TrueService(
                host=one.host.address,
                cvm=cvm,
                path=path,
                client=client,
                port=port,
                first_reply=times[0],
                last_reply=times[-1],
                replies=len(times),
            )
        )
    return tuple(found)
