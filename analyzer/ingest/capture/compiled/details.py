"""The rows of what a compiled scan tells one by one: runs, controls, redirects, operations; as many as are told.

They come in batches: parts of a run that was taken out in between are joined. Where there are more than the limits
allow, runs are joined where nothing happened (:mod:`~analyzer.ingest.capture.calm`), and calls there that were answered
at once are dropped. What the limits still leave out is dropped as soon as there is much more than they allow.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.ingest.capture import calm, limits
from analyzer.ingest.capture.calm import Calm
from analyzer.ingest.capture.compiled import layout, runs
from analyzer.ingest.capture.compiled.layout import NO_MAC, NONE
from analyzer.ingest.capture.compiled.operations import SLOW
from analyzer.ingest.capture.compiled.sampling import slowest
from analyzer.ingest.capture.limits import Left

Table = npt.NDArray[np.void]
Mask = npt.NDArray[np.bool_]

_MAC = 2 * NO_MAC - 1

MANY = 2
"""So many times what is told are too many rows to go on with."""
_STAMPS = {"runs": "first", "controls": "ts", "redirects": "ts", "sampled": "first"}
_NUMBERS = {"runs": "number", "controls": "number", "redirects": "number", "sampled": "first_number"}
_PAUSES = np.array([-1 if pause is None else pause for pause in runs.PAUSES], np.int64)
_STORAGE = (runs.FRAME, runs.CALL, runs.REPLY, runs.RETRANSMISSION)
_BESIDE = (runs.MAC, runs.ARP_REQUEST, runs.ARP_REPLY, runs.ARP_ANNOUNCEMENT, runs.OWNED, runs.SSH)
_JOINED = (runs.FRAME, runs.CALL, runs.REPLY, runs.MAC)
_RUN = layout.RUN.names or ()
_SUMMED = ("count", "bytes", "pauses", "paused", "squared")


class Details:
    """Takes rows batch by batch; `left` is what is not told of them. `storage` is the storage address."""

    def __init__(self, storage: int) -> None:
        self._storage = storage
        self._batches: dict[str, list[Table]] = {name: [] for name in _STAMPS}
        self._parts = 0
        self._calm: Calm | None = None
        self.left = Left()

    def take(
        self,
        closed: Table,
        opened: Table,
        controls: Table,
        redirects: Table,
        sampled: Table,
        *,
        ways: int,
        known: Table,
    ) -> None:
        """The rows of one batch, closed runs before those that were open; `ways` is how many paths were seen so far,
        and `known` are the operations that the scan remembers.
        """
        self._parts += 1
        rows = {"controls": controls, "redirects": redirects, "sampled": sampled}
        for name, table in (("runs", closed), ("runs", opened), *rows.items()):
            self._batches[name].append(table)
        held = (sum(map(len, tables)) for tables in self._batches.values())
        if ways > limits.WAYS_AT_MOST or any(rows > MANY * most for rows, most in zip(held, _most(), strict=True)):
            self._pack()
            self._thin(known, whole=False)
            self._bound(MANY if self._calm else 1)

    def told(self) -> dict[str, Table]:
        """The rows that are told, by the name of their table."""
        self._pack()
        self._thin(self._batches["sampled"][0][:0], whole=True)
        self._bound(1)
        return {name: tables[0] for name, tables in self._batches.items()}

    def _pack(self) -> None:
        """One table of each name."""
        for tables in self._batches.values():  # no table is held twice for longer than it takes: they are large
            tables[:] = [np.concatenate(tables)]
        held = self._batches["runs"]
        held[:] = [held[0][held[0]["w0"] >> 56 != runs.SPEAKER]]
        if self._parts > 1:
            held.append(joined(held.pop()))
        self._batches["sampled"] = [slowest(self._batches["sampled"][0])]

    def _thin(self, known: Table, *, whole: bool) -> None:
        """Tell by fewer rows where nothing happened, once there are too many; `whole`: no more will come."""
        tables = {name: rows for name, (rows,) in self._batches.items()}
        kinds = tables["runs"]["w0"] >> 56
        most = ((_STORAGE, limits.RUNS_AT_MOST), (_BESIDE, limits.BESIDE_AT_MOST))
        many = len(tables["sampled"]) > limits.OPERATIONS_AT_MOST
        if self._calm is None and not many and all(np.isin(kinds, some).sum() <= limit for some, limit in most):
            return
        self._calm = self._calm or Calm()
        mine = np.isin(kinds, _JOINED)
        macs, stamps = _happened(tables, kinds, known)
        joined, others, sampled = tables["runs"][mine], tables["runs"][~mine], tables["sampled"]
        tables.clear()
        self._batches["runs"] = []  # not held beside its parts
        told = self._calm.joined(self._columns(joined), macs, stamps, whole=whole)
        joined = _over_pauses(joined, told)
        hosts = self._host(sampled["src_mac"], sampled["dst_mac"], sampled["dst"])
        elapsed = sampled["reply"] - sampled["first"]
        plain = (sampled["calls"] == 1) & (sampled["first"] != NONE) & (sampled["reply"] != NONE) & (elapsed <= SLOW)
        plain[plain] = self._calm.unneeded(self._columns(joined), hosts[plain], sampled["first"][plain], elapsed[plain])
        rows = np.concatenate((joined, others))
        self._batches |= {"runs": [rows], "sampled": [sampled[~plain]]}

    def _columns(self, rows: Table) -> calm.Runs:
        """The runs as :class:`Calm` takes them."""
        src, dst, kinds = rows["w0"] & _MAC, rows["w1"] & _MAC, rows["w0"] >> 56
        host = self._host(src, dst, rows["w2"] & 0xFFFFFFFF)
        mac, which = (
            np.where(kinds == runs.MAC, src, host),
            [kinds == kind for kind in (runs.CALL, runs.REPLY, runs.MAC)],
        )
        return calm.Runs(
            kind=np.select(which, [calm.CALL, calm.REPLY, calm.MAC], calm.FRAME),
            mac=mac,
            peer=np.where(kinds == runs.MAC, src, src + dst - host),
            way=calm.code_of(rows["w0"], dst),
            key=calm.code_of(rows["w0"], rows["w1"], rows["w2"], rows["w3"]),
            first=rows["first"],
            last=rows["last"],
        )

    def _host(
        self, src_mac: npt.NDArray[np.int64], dst_mac: npt.NDArray[np.int64], dst: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """The MAC of the end that is not the storage address."""
        return np.where(dst == self._storage, src_mac, dst_mac)

    def _bound(self, times: int) -> None:
        """Leave out what is beyond the limits, each taken so many times."""
        tables = {name: rows for name, (rows,) in self._batches.items()}
        kinds = tables["runs"]["w0"] >> 56
        storage, beside = np.isin(kinds, _STORAGE), np.isin(kinds, _BESIDE)
        macs = tables["runs"]["w0"] & (2 * NO_MAC - 1)
        known = self._known(tables["runs"], kinds, storage)
        firsts = (
            (tables["runs"]["first"][storage], times * limits.RUNS_AT_MOST),
            (np.concatenate((tables["controls"]["ts"], tables["redirects"]["ts"])), limits.CONTROLS_AT_MOST),
            (tables["sampled"]["first"], times * limits.OPERATIONS_AT_MOST),
            (tables["runs"]["first"][beside & np.isin(macs, known)], times * limits.BESIDE_AT_MOST),
            (_ways(tables["runs"][storage]), limits.WAYS_AT_MOST),
        )
        ends = (limits.end_of(stamps[stamps != NONE], most) for stamps, most in firsts)
        end = limits.earliest(self.left.end, *ends)
        kept = {name: _before(rows[_STAMPS[name]], end) for name, rows in tables.items()}
        late = [tables[name][_NUMBERS[name]][~mask] for name, mask in kept.items()]
        self._cut(end, np.concatenate([numbers[numbers > 0] for numbers in late]))
        beside &= kept["runs"]
        spoken = tables["runs"]["count"][beside]
        steady = limits.steady(macs[beside], spoken, known, times * limits.BESIDE_AT_MOST)
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


def _happened(
    tables: dict[str, Table], kinds: npt.NDArray[np.int64], known: Table
) -> tuple[calm.Integers, calm.Integers]:
    """To which MACs something happened, and when: a connection was opened or ended, data sent again, a call waited."""
    again, controls, redirects = tables["runs"][kinds == runs.RETRANSMISSION], tables["controls"], tables["redirects"]
    sent = [again["w0"] & _MAC, again["w1"] & _MAC]
    found = [(mac, again[stamp]) for mac in sent for stamp in ("first", "last")]
    found += [(controls[mac], controls["ts"]) for mac in ("src_mac", "dst_mac")]
    for table in (tables["sampled"], known):
        waited = (table["reply"] == NONE) | (table["calls"] > 1) | (table["reply"] - table["first"] >= calm.WAITED)
        ends = [(mac, stamp) for mac in ("src_mac", "dst_mac") for stamp in ("first", "last", "reply")]
        found += [(table[mac][waited], table[stamp][waited]) for mac, stamp in ends]
    found.append((np.full(len(redirects), calm.EVERYBODY), redirects["ts"]))
    macs, stamps = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return macs[stamps != NONE], stamps[stamps != NONE]


def _over_pauses(rows: Table, told: calm.Joined) -> Table:
    """The runs, of which some go on over a pause."""
    if not len(rows):
        return rows
    rows = rows[told.order]
    pause = np.where(told.on, rows["first"][1:] - rows["last"][:-1], 0)
    rows["pauses"][1:] += told.on
    rows["paused"][1:] += pause
    rows["squared"][1:] += calm.squared(pause)
    return _summed(rows, told.on)


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
    for name in _SUMMED:
        whole[name] = np.add.reduceat(rows[name], starts)
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
        for name in _SUMMED:
            run[name] += row[name]
        run["mark"] |= row["mark"]
        run["last_frame"] = row["last_frame"]
        if row["last"] > run["last"]:
            run["last"], run["last_resolution"] = row["last"], row["last_resolution"]
    return np.array([tuple(row.values()) for row in found], layout.RUN)
