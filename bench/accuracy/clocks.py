"""Where a true time stands on the clocks that a run tells: what each device's clock shows, and a zone told wrongly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND, Span
from analyzer.model.run import Run
from analyzer.model.truth import ClockSet, TrueClock, Truth

_TICK = datetime.resolution  # a microsecond


Reading = Literal["as-shown", "as-before", "as-after"]
"""How a time is told on a reference clock that was set: as it showed it, or as if it had not been, or long before."""


class OffsetRow(msgspec.Struct, frozen=True):
    """A clock's offset as told: whose clock, how it was had, its stamps' resolution (ns), whether it holds the truth,
    its width (ns), how far the truth is outside it (ns).
    """

    device: str
    basis: str
    resolution: int
    holds: bool
    width: int
    beside: int


class Dials:
    """The clocks of a truth as an analysis reads them that was told `log_timezone`. Its captures are all taken for one
    clock: `capture`, the device that made the first of the files given, None without captures. `reading`: how times are
    told on a reference clock that was set.
    """

    def __init__(
        self, truth: Truth, log_timezone: str | None, capture: str | None, reading: Reading = "as-shown"
    ) -> None:
        self._truth, self._told, self._capture, self._reading = truth, log_timezone, capture, reading

    def reads(self, name: str, at: int) -> int:
        """What the run's clock `name` is taken to show at the true time `at`, ns."""
        clock = self.clock(name)
        return clock.reads(at) + self._misread(name, clock) if clock else at

    def placed(self, name: str, at: int) -> int:
        """Where the true time `at` is told on the reference clock `name`, ns."""
        match self._reading:
            case "as-shown":
                return self.reads(name, at)
            case "as-before":
                return self.reads(name, at) - sum(one.by for one in self.steps(name) if one.at <= at)
            case "as-after":
                return self.reads(name, at) + sum(one.by for one in self.steps(name) if one.at > at)

    def steps(self, name: str) -> tuple[ClockSet, ...]:
        """How the run's clock `name` was set."""
        clock = self.clock(name)
        return clock.steps or () if clock else ()

    def clock(self, name: str) -> TrueClock | None:
        """The true clock; None for captures of a recording, which are the truth's own clock."""
        wanted = self._device(name)
        told = next((clock for clock in self._truth.clocks if clock.clock == wanted), None)
        if told is None and self._truth.made_by != "simulator" and not name.startswith("capture"):
            return self._truth.clocks[0] if self._truth.clocks else None
        return told

    def resolution(self, name: str) -> int:
        """The step of a log's stamps, ns; that of a host is of its vmkernel.log."""
        return SECOND if self._unzoned(name) else MILLISECOND

    def _device(self, name: str) -> str | None:
        name = name.partition(" from line ")[0]  # a log's after it was set
        if name.startswith("capture:"):
            file = name.partition(":")[2]
            return next((one.clock for one in self._truth.evidence if one.file == file), None)
        return self._capture if name == "capture" else name

    def _unzoned(self, name: str) -> bool:
        whole = self._truth.parameters.get("header", "seconds") == "seconds"
        return whole and not name.startswith(("capture", "esxi"))

    def _misread(self, name: str, clock: TrueClock) -> int:
        """How far ahead stamps seem that are read as of another zone, ns."""
        if not self._unzoned(name):
            return 0
        at = datetime.fromtimestamp(clock.since // SECOND, UTC)
        real, taken = (at.astimezone(ZoneInfo(zone)).utcoffset() for zone in (clock.zone, self._told or "UTC"))
        if real is None or taken is None:
            raise ValueError(f"{clock.zone} and {self._told} are no zones with an offset")
        return (real - taken) // _TICK * MICROSECOND


def offset_rows(run: Run, dials: Dials, watched: tuple[int, int]) -> tuple[OffsetRow, ...]:
    """Each clock's offset beside the true one, which drifts while it is `watched` (true time, ns)."""
    found = []
    for one in run.clocks:
        if one.basis in ("reference", "given") or dials.clock(one.clock) is None:
            continue
        ends = [dials.reads(one.clock, at) - dials.placed(one.reference, at) for at in watched]
        true = Span(min(ends), max(ends))
        device = one.clock.partition(":")[0]
        found.append(
            OffsetRow(
                device=device if device in ("esxi", "capture") else "cvm",
                basis=one.basis,
                resolution=dials.resolution(one.clock),
                holds=one.offset.meet(true) is not None,
                width=one.offset.width,
                beside=max(0, one.offset.least - true.most, true.least - one.offset.most),
            )
        )
    return tuple(found)
