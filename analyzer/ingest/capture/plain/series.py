"""Storage traffic over time: counters in sparse 100 ms bins, latencies in log-scale buckets, by path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzer.ingest.capture.packing import Packing
from analyzer.ingest.capture.plain.packet import address_text, mac_text
from analyzer.ingest.capture.plain.receivers import RawEnds
from analyzer.ingest.capture.plain.rpc import Call
from analyzer.ingest.capture.procedures import NFS_NAMES, nfs_name_place
from analyzer.model.event import Ends
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.columns import Columns, columns_of
from analyzer.model.traffic import TrafficSeries

WIDTH = 100 * MILLISECOND
LATENCY_WIDTH = SECOND
FRACTION = 4
"""Bits of a bucket's fraction: 16 buckets an octave, each about 5 % wide."""

BINS_AT_MOST = 50_000
"""Bins that are held unpacked."""
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
    """Counters of a path; those that were packed lie before those that still grow, or are summed with them."""

    def __init__(self) -> None:
        self.bins: dict[int, list[int]] = {}
        self.latency: Counter[tuple[int, int, int, int]] = Counter()
        self._packed: tuple[Packing, Packing] | None = None

    def pack(self) -> None:
        """Hold the counters packed."""
        import numpy as np

        self._packed = self._packed or (Packing(4, 1, BIN_PART), Packing(5, 4, LATENCY_PART))
        for packing, rows in zip(self._packed, self._rows(), strict=True):
            packing.take(np.array(rows, np.int64))
        self.bins.clear()
        self.latency.clear()

    def columns(self) -> tuple[Columns, Columns]:
        """Bins and latencies."""
        if self._packed is None:  # without numpy, which takes longer to load than a small capture to scan
            bins, latency = self._rows()
            return columns_of(bins, 4, BIN_PART), columns_of(latency, 5, LATENCY_PART)
        self.pack()
        return self._packed[0].columns(), self._packed[1].columns()

    def _rows(self) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        bins = [(index, *counts) for index, counts in sorted(self.bins.items())]
        return bins, [(*key, count) for key, count in sorted(self.latency.items())]


class SeriesByPath:
    """Counts calls, replies and TCP payload bytes (both ways, retransmissions left out) of each path."""

    def __init__(self) -> None:
        self._paths: dict[PathKey, _Path] = {}
        self._fresh = 0

    def _bin(self, path: PathKey, ts: int) -> list[int]:
        counted = self._paths.get(path)
        if counted is None:
            counted = self._paths[path] = _Path()
        index = ts // WIDTH
        if index not in counted.bins:
            self._pack_now_and_then()
        return counted.bins.setdefault(index, [0, 0, 0])

    def _pack_now_and_then(self) -> None:
        self._fresh += 1
        if self._fresh > BINS_AT_MOST:
            self._fresh = 0
            for counted in self._paths.values():
                counted.pack()

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
            bins, latencies = counted.columns()
            tag = None if vlan < 0 else vlan
            ends = Ends(mac_text(src_mac), mac_text(dst_mac), address_text(src), address_text(dst), 0, port, tag)
            yield TrafficSeries(
                source=source,
                clock=clock,
                ends=ends,
                width=WIDTH,
                counted=bins,
                latency_width=LATENCY_WIDTH,
                latencies=latencies,
                names=NFS_NAMES,
            )
