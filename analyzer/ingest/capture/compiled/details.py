"""The rows of what a compiled scan tells one by one: runs, controls, redirects, operations; as many as are told.

They come in batches: parts of a run that was taken out in between are joined. What the limits leave out is dropped as
soon as there is much more than they allow.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.ingest.capture import limits
from analyzer.ingest.capture.compiled import layout, runs
from analyzer.ingest.capture.compiled.layout import NO_MAC, NONE
from analyzer.ingest.capture.compiled.sampling import slowest
from analyzer.ingest.capture.limits import Left

Table = npt.NDArray[np.void]
Mask = npt.NDArray[np.bool_]

MANY = 2
"""So many times what is told are too many rows to go on with."""
_STAMPS = {"runs": "first", "controls": "ts", "redirects": "ts", "sampled": "first"}
_NUMBERS = {"runs": "number", "controls": "number", "redirects": "number", "sampled": "first_number"}
_PAUSES = np.array([-1 if pause is None else pause for pause in runs.PAUSES], np.int64)
_STORAGE = (runs.FRAME, runs.CALL, runs.REPLY, runs.RETRANSMISSION)
_BESIDE = (runs.MAC, runs.ARP_REQUEST, runs.ARP_REPLY, runs.ARP_ANNOUNCEMENT, runs.OWNED, runs.SSH)
_RUN = layout.RUN.names or ()


class Details:
    """Takes rows batch by batch; `left` is what is not told of them. `storage` is the storage address."""

    def __init__(self, storage: int) -> None:
        self._storage = storage
        self._batches: dict[str, list[Table]] = {name: [] for name in _STAMPS}
        self._parts = 0
        self.left = Left()

    def take(
        self, closed: Table, opened: Table, controls: Table, redirects: Table, sampled: Table, *, ways: int = 0
    ) -> None:
        """The rows of one batch, closed runs before those that were open; `ways` is how many paths were seen so far."""
        self._parts += 1
        rows = {"controls": controls, "redirects": redirects, "sampled": sampled}
        for name, table in (("runs", closed), ("runs", opened), *rows.items()):
            self._batches[name].append(table)
        held = (sum(map(len, tables)) for tables in self._batches.values())
        if ways > limits.WAYS_AT_MOST or any(rows > MANY * most for rows, most in zip(held, _most(), strict=True)):
            self._pack()
            self._bound()

    def told(self) -> dict[str, Table]:
        """The rows that are told, by the name of their table."""
        self._pack()
        self._bound()
        return {name: tables[0] for name, tables in self._batches.items()}

    def _pack(self) -> None:
        """One table of each name."""
        packed = {name: np.concatenate(tables) for name, tables in self._batches.items()}
        speakers = packed["runs"]["w0"] >> 56 == runs.SPEAKER
        packed["runs"] = packed["runs"][~speakers]
        if self._parts > 1:
            packed["runs"] = joined(packed["runs"])
        packed["sampled"] = slowest(packed["sampled"])
        self._batches = {name: [table] for name, table in packed.items()}

    def _bound(self) -> None:
        """Leave out what is beyond the limits."""
        tables = {name: rows for name, (rows,) in self._batches.items()}
        kinds = tables["runs"]["w0"] >> 56
        storage, beside = np.isin(kinds, _STORAGE), np.isin(kinds, _BESIDE)
        macs = tables["runs"]["w0"] & (2 * NO_MAC - 1)
        known = self._known(tables["runs"], kinds, storage)
        firsts = (
            (tables["runs"]["first"][storage], limits.RUNS_AT_MOST),
            (np.concatenate((tables["controls"]["ts"], tables["redirects"]["ts"])), limits.CONTROLS_AT_MOST),
            (tables["sampled"]["first"], limits.OPERATIONS_AT_MOST),
            (tables["runs"]["first"][beside & np.isin(macs, known)], limits.BESIDE_AT_MOST),
            (_ways(tables["runs"][storage]), limits.WAYS_AT_MOST),
        )
        ends = (limits.end_of(stamps[stamps != NONE], most) for stamps, most in firsts)
        end = limits.earliest(self.left.end, *ends)
        kept = {name: _before(rows[_STAMPS[name]], end) for name, rows in tables.items()}
        late = [tables[name][_NUMBERS[name]][~mask] for name, mask in kept.items()]
        self._cut(end, np.concatenate([numbers[numbers > 0] for numbers in late]))
        beside &= kept["runs"]
        spoken = tables["runs"]["count"][beside]
        steady = limits.steady(macs[beside], spoken, known, limits.BESIDE_AT_MOST)
        quiet = beside & ~np.isin(macs, steady)
        self.left = self.left._replace(macs=self.left.macs + len(np.unique(macs[quiet])))
        kept["runs"] &= ~quiet
        self._batches = {name: [rows[kept[name]]] for name, rows in tables.items()}

    def _cut(self, end: int | None, numbers: npt.NDArray[np.int64]) -> None:
        if end is None:
            return
        before = self.left
        frame = min(filter(None, (before.frame, int(numbers.min()) if len(numbers) else 0)), default=0)
        self.left = Left(end, frame, before.details + len(numbers), before.macs)

    def _known(self, rows: Table, kinds: npt.NDArray[np.int64], storage: Mask) -> npt.NDArray[np.int64]:
        """The MACs of the storage traffic, and those that own one of its addresses."""
        ends = rows[storage]
        words = (ends["w0"], ends["w1"])
        addresses = np.unique(np.concatenate((ends["w2"] >> 32 & 0xFFFFFFFF, ends["w2"] & 0xFFFFFFFF, [self._storage])))
        owners = rows[(kinds == runs.OWNED) & np.isin(rows["w2"], addresses)]
        found: npt.NDArray[np.int64] = np.unique(
            np.concatenate([word & (2 * NO_MAC - 1) for word in (*words, owners["w0"])])
        )
        return found


def _most() -> tuple[int, ...]:
    """How many rows of each table are told."""
    of_runs = limits.RUNS_AT_MOST + limits.BESIDE_AT_MOST
    return of_runs, limits.CONTROLS_AT_MOST, limits.CONTROLS_AT_MOST, limits.OPERATIONS_AT_MOST


def _ways(rows: Table) -> npt.NDArray[np.int64]:
    """When each sender of storage traffic first sent to each receiver, ns."""
    rows = rows[np.argsort(rows["first"], kind="stable")]
    ways = np.column_stack((rows["w0"] & (2 * NO_MAC - 1), rows["w1"] & (2 * NO_MAC - 1), rows["w2"]))
    _, places = np.unique(ways, axis=0, return_index=True)
    found: npt.NDArray[np.int64] = rows["first"][places]
    return found


def _before(stamps: npt.NDArray[np.int64], end: int | None) -> Mask:
    return np.ones(len(stamps), bool) if end is None else stamps < end


def joined(rows: Table) -> Table:
    """The runs, in order of their keys, of which some are in several parts; the parts of each come in order."""
    if not len(rows):
        return rows
    rows = rows[np.lexsort((rows["w3"], rows["w2"], rows["w1"], rows["w0"]))]
    same = np.ones(len(rows) - 1, bool)
    for word in ("w0", "w1", "w2", "w3"):
        same &= rows[word][1:] == rows[word][:-1]
    on = same & _goes_on(rows["first"][1:] - rows["last"][:-1], rows["w0"][1:] >> 56)
    keys = np.concatenate(([0], np.cumsum(~same)))
    odd = np.isin(keys, keys[1:][on & (rows["last"][1:] <= rows["last"][:-1])])  # their stamps go back a little
    on &= ~odd[1:]
    return np.concatenate((_summed(rows, on)[~odd[_starts(on)]], _one_by_one(rows[odd])))


def _goes_on(step: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64]) -> Mask:
    pauses = _PAUSES[kinds]
    return (pauses < 0) | ((step >= -runs.SET_BACK) & (step < pauses))


def _starts(on: Mask) -> npt.NDArray[np.int64]:
    return np.flatnonzero(np.concatenate(([True], ~on)))


def _summed(rows: Table, on: Mask) -> Table:
    """The rows with those that go on with them."""
    starts = _starts(on)
    whole, last = rows[starts], rows[np.concatenate((starts[1:], [len(rows)])) - 1]
    whole["count"], whole["bytes"] = np.add.reduceat(rows["count"], starts), np.add.reduceat(rows["bytes"], starts)
    whole["mark"] = np.bitwise_or.reduceat(rows["mark"], starts)
    for name in ("last", "last_frame", "last_resolution"):
        whole[name] = last[name]
    return whole


def _one_by_one(rows: Table) -> Table:
    """As :func:`_summed`, where the latest frame of a run is not its last one."""
    found: list[dict[str, int]] = []
    for values in rows.tolist():
        row = dict(zip(_RUN, values, strict=True))
        run = found[-1] if found else row
        same = all(row[word] == run[word] for word in ("w0", "w1", "w2", "w3"))
        pause = runs.PAUSES[row["w0"] >> 56]
        if not found or not same or (pause is not None and not -runs.SET_BACK <= row["first"] - run["last"] < pause):
            found.append(row)
            continue
        run["count"] += row["count"]
        run["bytes"] += row["bytes"]
        run["mark"] |= row["mark"]
        run["last_frame"] = row["last_frame"]
        if row["last"] > run["last"]:
            run["last"], run["last_resolution"] = row["last"], row["last_resolution"]
    return np.array([tuple(row.values()) for row in found], layout.RUN)
