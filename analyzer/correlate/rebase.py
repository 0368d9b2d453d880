"""Captures whose clock the user corrected (`--clock FILE=OFFSET`) are told on the captures' common clock."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.clocks import CAPTURE_CLOCK, given_offsets
from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant
from analyzer.model.source import Source
from analyzer.model.traffic import Operation, TrafficSeries


def capture_offsets(evidence: Evidence, settings: Settings) -> dict[str, int]:
    """By clock, how far the captures that `--clock` names are ahead, ns."""
    given = given_offsets(evidence, settings)
    return {clock: offset for clock, offset in given.items() if clock.startswith(f"{CAPTURE_CLOCK}:")}


def rebased(evidence: Evidence, ahead: dict[str, int]) -> Evidence:
    """The evidence with every capture on the clock `capture`; those of the clocks in `ahead` are shifted to it."""
    if not ahead:
        return evidence
    shift = _Shift(ahead)
    return replace(
        evidence,
        sources=tuple(shift.source(source) for source in evidence.sources),
        events=tuple(shift.event(event) for event in evidence.events),
        operations=tuple(shift.operation(operation) for operation in evidence.operations),
        traffic=tuple(shift.series(series) for series in evidence.traffic),
    )


class _Shift:
    """Takes each clock's given offset (ns) off its instants."""

    def __init__(self, ahead: dict[str, int]) -> None:
        self._ahead = ahead

    def instant(self, at: Instant) -> Instant:
        offset = self._ahead.get(at.clock)
        return at if offset is None else Instant(CAPTURE_CLOCK, at.least - offset, at.most - offset)

    def source(self, source: Source) -> Source:
        if source.clock not in self._ahead:
            return source
        first = self.instant(source.first) if source.first else None
        last = self.instant(source.last) if source.last else None
        return replace(source, clock=CAPTURE_CLOCK, first=first, last=last)

    def event(self, event: Event) -> Event:
        if event.at.clock not in self._ahead:
            return event
        detail = event.detail
        if isinstance(detail, StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic):
            detail = replace(detail, run=replace(detail.run, last=self.instant(detail.run.last)))
        return replace(event, at=self.instant(event.at), detail=detail)

    def operation(self, operation: Operation) -> Operation:
        return replace(
            operation,
            first_call=self.instant(operation.first_call),
            last_call=self.instant(operation.last_call),
            reply=self.instant(operation.reply) if operation.reply else None,
        )

    def series(self, series: TrafficSeries) -> TrafficSeries:
        """The bins move by whole bins: the rest is less than one bin's width."""
        offset = self._ahead.get(series.clock)
        if offset is None:
            return series
        steps, coarse = offset // series.width, offset // series.latency_width
        return replace(
            series,
            clock=CAPTURE_CLOCK,
            counted=replace(series.counted, ahead=series.counted.ahead - steps),
            latencies=replace(series.latencies, ahead=series.latencies.ahead - coarse),
        )
