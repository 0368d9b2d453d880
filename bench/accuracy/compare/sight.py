"""What is needed to see a run's instants beside the truth's: clocks, and where each source stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from analyzer.model.clock import ClockOffset
from analyzer.model.instant import MICROSECOND, Span
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.model.truth import Truth
from bench.accuracy.clocks import Dials


class Sight:
    """A run and its truth, by their clocks."""

    def __init__(self, truth: Truth, run: Run, dials: Dials) -> None:
        self.truth, self.run, self.dials = truth, run, dials
        self.reference = next((clock.clock for clock in run.clocks if clock.basis == "reference"), "capture")
        self.kinds = {source.name: source.kind for source in run.sources}
        self.clock_of = {source.name: source.clock for source in run.sources}
        self.bounds = {clock.clock: clock.offset.width for clock in run.clocks}
        self.taken = {c.clock.partition(":")[2]: c.offset for c in run.clocks if _is_taken(c)}
        moments = [at for one in truth.episodes for at in _moments(one.instants.fault.least, one.instants.restored)]
        self.truth_ends = (min(moments, default=0), max(moments, default=0))

    def placed(self, at: int) -> int:
        """A true time on the run's reference clock."""
        return self.dials.placed(self.reference, at)

    def span(self, true: Span) -> Span:
        """Two true times on that clock, which may have been set back between them."""
        ends = (self.placed(true.least), self.placed(true.most))
        return Span(min(ends), max(ends))

    def clock_name(self, source: str) -> str:
        """The clock of a source; a capture has its own, also where all are taken for one."""
        return f"capture:{source}" if self.kinds.get(source) == "capture" else self.clock_of.get(source, "")

    def seen(self, told: KnownInstant) -> str:
        """Whether the wire or a log shows an instant."""
        places = {"wire" if self.kinds.get(one.source) == "capture" else "log" for one in told.origins}
        return places.pop() if len(places) == 1 else "both"

    def rests_on(self, sources: Collection[str]) -> set[str]:
        """The captures that are taken to have one clock, where such captures show a figure of these sources together,
        or have measured the clock of a log among them.
        """
        measured = {one.clock for one in self.run.clocks if one.basis == "measured"}
        logs = any(self.clock_of.get(source) in measured for source in sources)
        wire = any(self.kinds.get(source) == "capture" for source in sources)
        return set(self.taken) if (logs or wire) and self.reference == "capture" else set()

    def off(self, source: str) -> int:
        """How far at most the clock of a source really is from the reference clock, as it is off or was set; ns."""
        name = self.clock_name(source)
        if self.dials.clock(name) is None:
            return 0
        apart = max(abs(self.dials.reads(name, at) - self.dials.placed(self.reference, at)) for at in self.truth_ends)
        return apart + sum(abs(one.by) for one in (*self.dials.steps(name), *self.dials.steps(self.reference)))

    def assumed(self, origins: Iterable[Origin]) -> int:
        """How far off a figure may be that rests on captures which are taken to have one clock, as the run says, and
        really are off; ns.
        """
        offsets = {one.source: self.taken[one.source] for one in origins if one.source in self.taken}
        bounds = (min(max(abs(at.least), abs(at.most)), self.off(source)) for source, at in offsets.items())
        return max(bounds, default=0)

    def beyond(self, told: KnownInstant) -> int:
        """An instant's width beyond what its log's stamps and clock account for; a capture's are of 1 µs."""
        clocks = {self.clock_of.get(one.source, "") for one in told.origins}
        logs = [clock for clock in clocks if not clock.startswith("capture")]
        due = [self.dials.resolution(clock) + self.bounds.get(clock, 0) for clock in logs]
        return told.at.doubt - max(due, default=MICROSECOND)


def _is_taken(clock: ClockOffset) -> bool:
    return clock.clock.startswith("capture:") and clock.basis == "assumed"


def _moments(fault: int, restored: int | None) -> tuple[int, ...]:
    return (fault,) if restored is None else (fault, restored)
