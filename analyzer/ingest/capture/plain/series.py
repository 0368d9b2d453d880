"""Storage traffic over time: counters in sparse 100 ms bins, latencies in log-scale buckets, by path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzer.ingest.capture.plain.packet import address_text, mac_text
from analyzer.ingest.capture.plain.receivers import RawEnds
from analyzer.ingest.capture.plain.rpc import Call
from analyzer.ingest.capture.procedures import NFS_NAMES, nfs_name_place
from analyzer.model.event import Ends
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.columns import columns_of
from analyzer.model.traffic import TrafficSeries

WIDTH = 100 * MILLISECOND
LATENCY_WIDTH = SECOND
FRACTION = 4
"""Bits of a bucket's fraction: 16 buckets an octave, each about 5 % wide."""

BIN_PART, LATENCY_PART = 13, 9
"""Bits of an index within a part of the packed columns: a quarter of an hour of bins, eight minutes of latencies."""

PathKey = tuple[bytes, bytes, bytes, bytes, int]
"""The host's MAC, the next hop's MAC, the host's address, the storage address, VLAN or -1."""


def path_of(ends: RawEnds, *, to_storage: bool) -> PathKey:
    """The path of a frame, seen from the host whichever way the frame goes."""
    src_mac, dst_mac, src, dst, _, _, vlan = ends
    return (src_mac, dst_mac, src, dst, vlan) if to_storage else (dst_mac, src_mac, dst, src, vlan)


def bucket(ns: int) -> tuple[int, int]:
    """The bucket [least, most] that holds a latency in ns; clocks that step back give 0."""
    ns = max(ns, 0)
    shift = max(0, ns.bit_length() - 1 - FRACTION)
    least = ns >> shift << shift
    return least, least + (1 << shift) - 1


class _Path:
    def __init__(self) -> None:
        self.bins: dict[int, list[int]] = {}
        self.latency: Counter[tuple[int, int, int, int]] = Counter()


class SeriesByPath:
    """Counts calls, replies and TCP payload bytes (both ways, retransmissions left out) of each path."""

    def __init__(self) -> None:
        self._paths: dict[PathKey, _Path] = {}

    def _bin(self, path: PathKey, ts: int) -> list[int]:
        counted = self._paths.get(path)
        if counted is None:
            counted = self._paths[path] = _Path()
        return counted.bins.setdefault(ts // WIDTH, [0, 0, 0])

    def bytes(self, path: PathKey, ts: int, size: int) -> None:
        """Payload of `size` bytes at `ts` (ns)."""
        self._bin(path, ts)[2] += size

    def called(self, path: PathKey, ts: int) -> None:
        """A call was complete at `ts` (ns)."""
        self._bin(path, ts)[0] += 1

    def replied(self, path: PathKey, ts: int) -> None:
        """A reply was complete at `ts` (ns)."""
        self._bin(path, ts)[1] += 1

    def latency(self, path: PathKey, ts: int, call: Call, elapsed: int) -> None:
        """A reply at `ts` came `elapsed` ns after its first call."""
        self._bin(path, ts)
        name = nfs_name_place(call.version, call.procedure)
        self._paths[path].latency[ts // LATENCY_WIDTH, name, *bucket(elapsed)] += 1

    def told(self, source: str, clock: str, port: int) -> Iterator[TrafficSeries]:
        """A series for each path, in order of the path's ends."""
        for path, counted in sorted(self._paths.items()):
            src_mac, dst_mac, src, dst, vlan = path
            tag = None if vlan < 0 else vlan
            ends = Ends(mac_text(src_mac), mac_text(dst_mac), address_text(src), address_text(dst), 0, port, tag)
            yield TrafficSeries(
                source=source,
                clock=clock,
                ends=ends,
                width=WIDTH,
                counted=columns_of(((index, *counts) for index, counts in sorted(counted.bins.items())), 4, BIN_PART),
                latency_width=LATENCY_WIDTH,
                latencies=columns_of(((*key, n) for key, n in sorted(counted.latency.items())), 5, LATENCY_PART),
                names=NFS_NAMES,
            )
