"""Storage traffic over time, from the rows of a compiled scan: whole columns, as a long capture has many bins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.ingest.capture.compiled.layout import NO_MAC, Integers
from analyzer.ingest.capture.compiled.memory import Table
from analyzer.ingest.capture.plain.series import FRACTION
from analyzer.ingest.capture.procedures import NFS, procedure_name
from analyzer.model.traffic import Bin, LatencyBucket

Path = tuple[bytes, bytes, int, int, int]
"""The host's MAC, the next hop's, the host's address, the storage address, VLAN or -1."""
OverTime = tuple[Path, tuple[Bin, ...], tuple[LatencyBucket, ...]]


def over_time(batches: Sequence[dict[str, Table]]) -> list[OverTime]:
    """Bins and latencies of each path in order, whichever batches they are in."""
    numbers: dict[Path, int] = {}
    bins, latencies = [], []
    for batch in batches:
        # rows of a table are counted from 1
        path = np.array([0, *(numbers.setdefault(_path(row), len(numbers)) for row in batch["paths"])], np.int64)
        b, s = batch["bins"], batch["latencies"]
        bins.append(np.column_stack((path[b["path"]], b["index"], b["calls"], b["replies"], b["bytes"])))
        latencies.append(np.column_stack((path[s["path"]], s["second"], s["procedure"], s["least"], s["count"])))
    all_bins = _summed(np.concatenate(bins), 2)
    ranked, names = _by_name(np.concatenate(latencies))
    all_latencies = _summed(ranked, 4)
    return [
        (path, _bins(_of(all_bins, number)), _latencies(_of(all_latencies, number), names))
        for path, number in sorted(numbers.items())
    ]


def _path(row: np.void) -> Path:
    host_mac, hop_mac, host, storage, vlan = (
        int(row[name]) for name in ("host_mac", "hop_mac", "host", "storage", "vlan")
    )
    return _mac(host_mac), _mac(hop_mac), host, storage, vlan


def _mac(mac: int) -> bytes:
    return b"" if mac == NO_MAC else mac.to_bytes(6, "big")


def _by_name(rows: Integers) -> tuple[Integers, list[str]]:
    """The rows with the place of their procedure's name among all names instead of its number: versions share names."""
    procedures, which = np.unique(rows[:, 2], return_inverse=True)
    named = [procedure_name(NFS, number >> 32, number & 0xFFFFFFFF) for number in procedures.tolist()]
    names = sorted(set(named))
    places = np.array([names.index(name) for name in named], np.int64)
    rows[:, 2] = places[which]
    return rows, names


def _summed(rows: Integers, keys: int) -> Integers:
    """The rows in order of their first columns, `keys` many; of equal ones the other columns are summed."""
    if not len(rows):
        return rows
    rows = rows[np.lexsort(rows[:, keys - 1 :: -1].T)]
    fresh = np.any(rows[1:, :keys] != rows[:-1, :keys], axis=1)
    starts = np.concatenate(([0], np.flatnonzero(fresh) + 1))
    return np.hstack((rows[starts, :keys], np.add.reduceat(rows[:, keys:], starts)))


def _of(rows: Integers, path: int) -> Integers:
    first, end = np.searchsorted(rows[:, 0], (path, path + 1))
    return rows[first:end, 1:]


def _bins(rows: Integers) -> tuple[Bin, ...]:
    return tuple(map(Bin, *rows.T.tolist()))


def _latencies(rows: Integers, names: list[str]) -> tuple[LatencyBucket, ...]:
    seconds, procedures, leasts, counts = rows.T
    shifts = np.maximum(np.frexp(leasts.astype(np.float64))[1] - 1 - FRACTION, 0)  # a bucket's least has few bits
    most = leasts + (1 << shifts.astype(np.int64)) - 1
    told = (names[number] for number in procedures.tolist())
    return tuple(map(LatencyBucket, seconds.tolist(), told, leasts.tolist(), most.tolist(), counts.tolist()))
