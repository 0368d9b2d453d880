"""The record of one compiled scan: made, emptied of what is told when a table is nearly full, packed."""

from __future__ import annotations

from collections.abc import Sequence
from mmap import mmap

import numpy as np
import numpy.typing as npt

from analyzer.ingest.capture.blocks import ContainerNotes
from analyzer.ingest.capture.compiled import dispatch, layout, runs
from analyzer.ingest.capture.compiled.capacity import SPARE_ROWS
from analyzer.ingest.capture.compiled.details import Details
from analyzer.ingest.capture.compiled.layout import NONE
from analyzer.ingest.capture.compiled.machine_code import library
from analyzer.ingest.capture.compiled.series import OverTime
from analyzer.ingest.capture.pcapng import Interface
from analyzer.ingest.capture.result import Stamped
from analyzer.model.source import Reason

Table = npt.NDArray[np.void]

_RESULTS = {
    "runs": layout.RUNS,
    "closed": layout.CLOSED,
    "sampled": layout.SAMPLED,
    "paths": layout.PATHS,
    "bins": layout.BINS,
    "latencies": layout.LATENCIES,
    "controls": layout.CONTROLS,
    "redirects": layout.REDIRECTS,
}
"""Tables that are taken out together: what their rows say of each other stays true."""
_UNITS = 1 << 32
"""Units of a second for which a kernel computes in 64 bits; stranger ones (told as 0) are for the plain reader."""


class Memory:
    """Owns a record of :data:`~analyzer.ingest.capture.compiled.layout.STATE`, which kernels get by its address.

    What was taken out is in `details` (what is told one by one) and in `over_time` (bins and latencies);
    `forgotten` counts connections of which the scan had to lose track.
    """

    def __init__(self, address: int, port: int, private_address: int) -> None:
        record = np.zeros(1, layout.STATE)
        self.state = record[0]
        self._address = record.ctypes.data
        self.state["settings"][:] = address, port, private_address
        self.state["totals"][[layout.FIRST, layout.LAST]] = NONE
        self.details = Details(address)
        self.over_time = OverTime()
        self.forgotten = 0

    def call(self, kernel: int, buffer: mmap | None = None, *numbers: int) -> int:
        """Call a kernel with this memory and a block."""
        return library.call(kernel, self._address, buffer, *numbers)

    @property
    def number(self) -> int:
        """The number of the last frame."""
        return int(self.state["frame"]["number"][0])

    @number.setter
    def number(self, number: int) -> None:
        self.state["frame"]["number"] = number

    @property
    def last_frame(self) -> tuple[int, int, int]:
        """Where the last frame begins in its buffer, how many bytes of it were captured, and its link type."""
        frame = self.state["frame"][0]
        return int(frame["start"]), int(frame["captured"]), int(frame["link_type"])

    def set_frame(self, number: int, ts: int, resolution: int, length: int) -> None:
        """Say which frame comes next."""
        frame = self.state["frame"]
        frame["number"], frame["ts"], frame["resolution"], frame["length"] = number, ts, resolution, length

    def times(self) -> tuple[Stamped | None, Stamped | None]:
        """The earliest and the latest stamp."""
        totals = self.state["totals"].tolist()
        first = (totals[layout.FIRST], totals[layout.FIRST_RESOLUTION])
        last = (totals[layout.LAST], totals[layout.LAST_RESOLUTION])
        return None if first[0] == NONE else first, None if last[0] == NONE else last

    def forget_times(self) -> tuple[Stamped | None, Stamped | None]:
        """Begin with no stamp; what they were."""
        before = self.times()
        self.state["totals"][[layout.FIRST, layout.LAST]] = NONE
        return before

    def recall_times(self, before: tuple[Stamped | None, Stamped | None]) -> None:
        """Join the stamps with those that were forgotten."""
        now, totals = self.times(), self.state["totals"]
        if first := min((at for at in (before[0], now[0]) if at), default=None):
            totals[layout.FIRST], totals[layout.FIRST_RESOLUTION] = first
        if last := max((at for at in (before[1], now[1]) if at), default=None):
            totals[layout.LAST], totals[layout.LAST_RESOLUTION] = last

    def forget_comments(self) -> int:
        """How many comments there were that nobody wanted; the count begins anew."""
        counted = int(self.state["totals"][layout.COMMENTS])
        self.state["totals"][layout.COMMENTS] = 0
        return counted

    def describe(self, interfaces: Sequence[Interface], first: int) -> None:
        """Say the interfaces of the section, those before `first` were told; kernels know so many of them at most."""
        known = min(len(interfaces), layout.INTERFACES_AT_MOST)
        for index in range(first, known):
            one = interfaces[index]
            units = one.units if one.units <= _UNITS else 0
            self.state["interfaces"][index] = one.link_type, units, one.offset, one.resolution, one.snaplen
        self.state["count"][layout.INTERFACES] = known

    def clients(self) -> Table:
        """Who sends in a cooked capture, and who answered first."""
        return self._used("clients", layout.CLIENTS)

    def programs(self) -> Table:
        """How often each procedure was called and answered; the first row is of those that are not told apart."""
        used: Table = self.state["programs"][: self.state["count"][layout.PROGRAMS] + 1]
        return used

    def make_room(self) -> None:
        """Take out what can be told, so that more frames can come."""
        self._pack_arena()
        self._take_out()
        if len(self.state["flows"]) - self.state["count"][layout.FLOWS] <= SPARE_ROWS:
            self._forget_flows()
        if not self.call(dispatch.HAS_CAPACITY):
            self._give_up_gaps()

    def finish(self) -> None:
        """Give up what waits at the capture's end, and take everything out."""
        self._give_up_gaps()
        while not self.call(dispatch.FINISH):
            self._take_out()
        self._take_out(stay=False)

    def complain(self, notes: ContainerNotes) -> None:
        """Say what the tables could not hold."""
        if self.forgotten:
            most = (len(self.state["flows"]) - SPARE_ROWS) // 2
            notes.skipped.append(("all connections", Reason("connections-forgotten", expected=most)))
        if lost := int(self.state["totals"][layout.OVERFLOWS]):
            notes.skipped.append(("the whole file", Reason("details-forgotten", found=lost)))

    def _used(self, name: str, which: int) -> Table:
        used: Table = self.state[name][1 : self.state["count"][which] + 1].copy()
        return used

    def _take_out(self, *, stay: bool = True) -> None:
        batch = {name: self._used(name, which) for name, which in _RESULTS.items()}
        for name, which in _RESULTS.items():
            self.state["count"][which] = 0
            if f"heads_{name}" in (layout.STATE.names or ()):
                self.state[f"heads_{name}"][:] = 0
        flows = self.state["flows"][: self.state["count"][layout.FLOWS] + 1]
        flows["run"] = flows["path"] = 0
        self.state["speakers"]["mac_run"] = self.state["speakers"]["owned_run"] = 0
        opened = self._without_owners(batch["runs"]) if stay else batch["runs"]
        rows = (batch["closed"], opened, *(batch[name] for name in ("controls", "redirects", "sampled")))
        known = self.state["operations"][1 : self.state["count"][layout.OPERATIONS] + 1]
        self.details.take(*rows, ways=self.over_time.paths + len(batch["paths"]), known=known)
        self.over_time.take(batch["paths"], batch["bins"], batch["latencies"], self.details.left.end)

    def _without_owners(self, opened: Table) -> Table:
        """Who owns which addresses stays known, as there is a limit for each MAC; unless that would fill the table."""
        owners = np.isin(opened["w0"] >> 56, (runs.OWNED, runs.SPEAKER))
        staying = opened[owners]
        if len(staying) >= len(self.state["runs"]) // 2:
            return opened
        self.state["runs"][1 : len(staying) + 1] = staying
        self.state["count"][layout.RUNS] = len(staying)
        self.call(dispatch.FIND_AGAIN)
        return opened[~owners]

    def _give_up_gaps(self) -> None:
        while not self.call(dispatch.GIVE_UP_GAPS):
            self._take_out()

    def _forget_flows(self) -> None:
        """Begin with no connection; one that goes on is found again at its next message."""
        self._give_up_gaps()
        self.forgotten += int(self.state["count"][layout.FLOWS])
        self.state["count"][layout.FLOWS] = 0
        self.state["frame"]["flow"] = 0
        self.state["heads_flows"][:] = 0

    def _pack_arena(self) -> None:
        """Put the bytes that wait together at the arena's start."""
        rows = self.state["waiting"]
        waiting = np.flatnonzero(rows["flow"])
        waiting = waiting[np.argsort(rows["offset"][waiting])]
        arena, at = self.state["arena"]["octets"], 0
        for row in waiting.tolist():
            offset, captured = int(rows["offset"][row]), int(rows["captured"][row])
            arena[at : at + captured] = arena[offset : offset + captured].copy()
            rows["offset"][row] = at
            at += captured
        self.state["count"][layout.ARENA] = at
