"""Storage traffic over time, from the rows of a compiled scan: packed as they come, as a long capture has many bins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyzer.ingest.capture.compiled.layout import NO_MAC, Integers
from analyzer.ingest.capture.packing import Packing
from analyzer.ingest.capture.plain.series import BIN_PART, FRACTION, LATENCY_PART, LATENCY_WIDTH, WIDTH
from analyzer.ingest.capture.procedures import nfs_name_place
from analyzer.model.over_time.columns import Columns

Path = tuple[bytes, bytes, int, int, int]
"""The host's MAC, the next hop's, the host's address, the storage address, VLAN or -1."""


class OverTime:
    """Takes bins and latencies batch by batch; rows that a later batch goes on with are summed."""

    def __init__(self) -> None:
        self._paths: dict[Path, tuple[Packing, Packing]] = {}

    @property
    def paths(self) -> int:
        """How many there are."""
        return len(self._paths)

    def take(self, paths: np.ndarray, bins: np.ndarray, latencies: np.ndarray, end: int | None = None) -> None:
        """The rows of one batch, those only that begin before `end` (ns)."""
        if end is not None:
            bins, latencies = bins[bins["index"] < end // WIDTH], latencies[latencies["second"] < end // LATENCY_WIDTH]
        counted = np.column_stack([bins[name] for name in ("index", "calls", "replies", "bytes")])
        delays = _delays(latencies)
        of_bins, of_delays = _by_path(bins["path"], counted), _by_path(latencies["path"], delays)
        for number, row in enumerate(paths, 1):  # rows of a table are counted from 1
            if number not in of_bins:
                continue
            path = self._paths.setdefault(_path(row), (Packing(4, 1, BIN_PART), Packing(5, 4, LATENCY_PART)))
            path[0].take(of_bins[number])
            if number in of_delays:
                path[1].take(of_delays[number])

    def results(self) -> Iterator[tuple[Path, Columns, Columns]]:
        """Bins and latencies of each path, in order of the paths."""
        for path, (bins, latencies) in sorted(self._paths.items(), key=lambda one: one[0]):
            yield path, bins.columns(), latencies.columns()


def _by_path(paths: Integers, rows: Integers) -> dict[int, Integers]:
    """The rows of each path, in their order."""
    order = np.argsort(paths, kind="stable")
    numbers, starts = np.unique(paths[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(rows[order], starts[1:]), strict=True)) if len(numbers) else {}


def _path(row: np.void) -> Path:
    host_mac, hop_mac, host, storage, vlan = (
        int(row[name]) for name in ("host_mac", "hop_mac", "host", "storage", "vlan")
    )
    return _mac(host_mac), _mac(hop_mac), host, storage, vlan


def _mac(mac: int) -> bytes:
    return b"" if mac == NO_MAC else mac.to_bytes(6, "big")


def _delays(rows: np.ndarray) -> Integers:
    """Second, place of the procedure's name (versions share names), least, most, count."""
    procedures, which = np.unique(rows["procedure"], return_inverse=True)
    places = np.array([nfs_name_place(number >> 32, number & 0xFFFFFFFF) for number in procedures.tolist()], np.int64)
    leasts = rows["least"]
    shifts = np.maximum(np.frexp(leasts.astype(np.float64))[1] - 1 - FRACTION, 0)  # a bucket's least has few bits
    most = leasts + (1 << shifts.astype(np.int64)) - 1
    return np.column_stack((rows["second"], places[which], leasts, most, rows["count"]))
