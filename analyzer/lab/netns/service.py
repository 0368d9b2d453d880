"""Who served the watched host, when and by which path: from what the CVMs sent and what became of the connections."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from analyzer.lab.netns.client_log import Connection, Entry
from analyzer.lab.netns.cluster import Cluster
from analyzer.lab.netns.control import Sent
from analyzer.model.path import Path
from analyzer.model.truth import TrueService

ASYMMETRIC = "calls on vmk1, replies by the CVM's eth0"
_NEVER = 2**63


def delivered(segments: Iterable[Sent], entries: tuple[Entry, ...], cluster: Cluster) -> tuple[Sent, ...]:
    """The first transmission of each segment, unless the client had closed its connection before; in order of time.

    What another CVM sends by its eth1 ends on its own host's internal switch and reaches nobody.
    """
    closed = {e.address: e.at for e in entries if isinstance(e, Connection) and e.what == "closed"}
    seen: set[tuple[str, str, str, int, int]] = set()
    kept = []
    for segment in sorted(segments):
        if segment.cvm != cluster.cvm.address and segment.interface != "eth0":
            continue
        # A RST answers each segment of a burst, with another number: it ends the connection once.
        number = 0 if segment.what == "RST" else segment.seq
        key = (segment.what, segment.cvm, segment.client, segment.port, number)
        if key not in seen and segment.at <= closed.get(f"{segment.client}:{segment.port}", _NEVER):
            kept.append(segment)
        seen.add(key)
    return tuple(kept)


def path_of(reply: Sent, cluster: Cluster) -> Path:
    """The path of the watched host that a reply shows."""
    cvm = next(cvm for cvm in cluster.cvms if cvm.address == reply.cvm)
    if cvm != cluster.cvm:
        return Path("remote", cvm.address, reply.client, cvm.eth0_mac)
    note = "" if reply.interface == "eth1" else ASYMMETRIC
    return Path("local", None, reply.client, cvm.eth1_mac, None, note)


def service_of(segments: tuple[Sent, ...], cluster: Cluster) -> tuple[TrueService, ...]:
    """Runs of replies on one connection and path."""
    replies = (segment for segment in segments if segment.what == "reply")
    runs = groupby(replies, key=lambda reply: (path_of(reply, cluster), reply.cvm, reply.client, reply.port))
    found = []
    for (path, cvm, client, port), run in runs:
        times = [reply.at for reply in run]
        found.append(
            TrueService(
                host=cluster.host.address,
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
