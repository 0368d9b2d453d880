"""How far each clock is from the reference clock, as far as it is known, and where that puts what it stamped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.timing import PRIOR, UNPLACED
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Assumption, Contradiction, ContradictionName
from analyzer.model.event import (
    Forwarding,
    HaStarted,
    HealthyChecks,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
    Written,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Origin

CAPTURE_CLOCK = "capture"
NO_ZONE = 14 * 3600 * SECOND  # local time is this far from UTC at most
UNBOUNDED = OffsetNote("unbounded")


@dataclass(frozen=True, slots=True)
class Step:
    """From `line` of `source` on a log is on the clock `after`; `back` is how far that was set back (ns), forward where
    it is negative. A step that may be none at all, as the log may have paused instead, reaches to 0; `explained`: the
    log says why it may have paused.
    """

    before: str
    after: str
    back: Span
    source: str
    line: int
    explained: bool = False

    @property
    def sure(self) -> bool:
        """Whether the clock was set for certain."""
        return self.back.least > 0

    def contradiction(self, back: Span) -> Contradiction:
        """What is to be said of it, where the clock was set `back` by so much."""
        about = (back.least + back.most) // 2
        name: ContradictionName = "set-back" if about > 0 else "set-forward"
        return Contradiction(name=name, clock=self.before, by=abs(about), source=self.source, line=self.line)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The offsets found so far, by clock; `reference` is the clock that everything is told on.

    `alternatives` are the offsets of a clock that fit equally well, or all that it may have when nothing bounds it: the
    log is read at the nearest to zero, and told with all of them. `free` are the clocks that may be off by a time zone,
    as seen from the reference. `cvms` and `hosts` have the address of the CVM or host that writes a log, by the log's
    clock, where it is known, or taken for known, which `assumptions` say. `logs` has the clock of each source by its
    name, and `steps` where one was set back.
    """

    reference: str
    offsets: Mapping[str, ClockOffset] = field(default_factory=lambda: MappingProxyType({}))
    contradictions: tuple[Contradiction, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    cvms: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hosts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    alternatives: Mapping[str, tuple[Span, ...]] = field(default_factory=lambda: MappingProxyType({}))
    free: frozenset[str] = frozenset()
    logs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[Step, ...] = ()

    def at(self, clock: str, offset: ClockOffset) -> Clocks:
        """With the offset of one clock; the same where it has that already."""
        if self.offsets.get(clock) == offset:
            return self
        return replace(self, offsets=MappingProxyType({**self.offsets, clock: offset}))

    def with_alternatives(self, clock: str, fitting: Sequence[Span]) -> Clocks:
        """With the offsets that fit one clock equally well; none where nothing of that is known."""
        if self.alternatives.get(clock, ()) == tuple(fitting):
            return self
        others = {name: spans for name, spans in self.alternatives.items() if name != clock}
        mine = {clock: tuple(fitting)} if fitting else {}
        return replace(self, alternatives=MappingProxyType(others | mine))

    def contradicted(self, what: Contradiction) -> Clocks:
        """With a contradiction; the same where it is known already."""
        if what in self.contradictions:
            return self
        return replace(self, contradictions=(*self.contradictions, what))

    def stamping(self, origins: Iterable[Origin]) -> set[str]:
        """The clocks that stamped the lines and frames of `origins`."""
        return {clock for origin in origins if (clock := self._stamped(origin)) is not None}

    def _stamped(self, origin: Origin) -> str | None:
        clock = self.logs.get(origin.source)
        for step in self.steps:
            if origin.source == step.source and origin.number >= step.line:
                clock = step.after
        return clock

    def place(self, at: Instant) -> Instant:
        """`at` on the reference clock."""
        if at.clock == self.reference:
            return at
        return at.on(self.reference, self.offsets[at.clock].offset)

    def raw(self, at: Instant, clock: str) -> Instant:
        """`at`, which was placed on the reference clock, as `clock` told it.

        What was placed and then bounded more narrowly than the offset is known may have been told anywhere within that.
        """
        offset = self.offsets[clock].offset
        least, most = at.least + offset.most, at.most + offset.least
        if least <= most:
            return Instant(clock, least, most)
        return Instant(clock, at.least + offset.least, at.most + offset.most)

    def in_doubt(self, clock: str) -> Span | None:
        """All that fits of a clock's offset, where several do, or all, and nothing decided between them."""
        alternatives = self.alternatives.get(clock)
        if alternatives is None or self.offsets[clock].basis != "assumed":
            return None
        return Span(min(span.least for span in alternatives), max(span.most for span in alternatives))

    def widened(self, at: Instant, doubtful: Sequence[str]) -> Instant:
        """`at`, placed by what several clocks told, with all that fits of those in `doubtful`."""
        least, most = at.least, at.most
        for clock in doubtful:
            offset, alternatives = self.offsets[clock].offset, self.in_doubt(clock)
            if alternatives is None:
                continue
            least = min(least, at.least - max(0, alternatives.most - offset.most))
            most = max(most, at.most + max(0, offset.least - alternatives.least))
        return Instant(at.clock, least, most)

    def with_all_that_fit(self) -> Clocks:
        """With each clock of which several offsets fit at all of them."""
        doubtful = {clock: offset for clock in self.alternatives if (offset := self.in_doubt(clock)) is not None}
        wide = {clock: structs.replace(self.offsets[clock], offset=offset) for clock, offset in doubtful.items()}
        return replace(self, offsets=MappingProxyType({**self.offsets, **wide})) if wide else self

    def known(self, clock: str) -> bool:
        """Whether more than an assumption places `clock`."""
        return clock == self.reference or self.offsets[clock].basis != "assumed"


def reference_clock(evidence: Evidence) -> str:
    """The captures' clock; without captures, the clock of the log with most HA decisions (else the first source's)."""
    clocks = [source.clock for source in evidence.sources if source.first is not None]
    if CAPTURE_CLOCK in clocks or not clocks:
        return CAPTURE_CLOCK
    weight: dict[str, int] = dict.fromkeys(clocks, 0)
    for event in evidence.of(Written):
        if isinstance(event.detail, HealthyChecks):
            weight[event.at.clock] = weight.get(event.at.clock, 0) + event.detail.said
        elif isinstance(
            event.detail, Forwarding | TaskCreated | RouteCommand | StargateStates | HaStarted | RouteChanged
        ):
            weight[event.at.clock] = weight.get(event.at.clock, 0) + 1
    return max(sorted(weight), key=lambda clock: weight[clock])


def given_offsets(evidence: Evidence, settings: Settings) -> dict[str, int]:
    """The offsets of `--clock`, by clock; each names a clock, a source, or the end of a source's name."""
    offsets: dict[str, int] = {}
    for name, offset in settings.clock_offsets:
        for source in evidence.sources:
            if name in (source.clock, source.name) or source.name.endswith("/" + name):
                offsets[source.clock] = offset
    return offsets


def with_unbounded_wide(clocks: Clocks) -> Clocks:
    """Where one clock is seen to be off by more than the prior, another that nothing bounds may be so as well."""
    placed = [o.offset for o in clocks.offsets.values() if o.basis in ("measured", "given")]
    if all(offset.meet(Span(-PRIOR, PRIOR)) is not None for offset in placed):
        return clocks
    for name, offset in clocks.offsets.items():
        if offset.basis == "assumed" and offset.offset == Span(-PRIOR, PRIOR):
            wide = structs.replace(offset, offset=Span(-UNPLACED, UNPLACED), note=UNBOUNDED)
            clocks = clocks.at(name, wide)
    return clocks
