"""Captures of devices whose clocks are off, as the user says (`--clock FILE=OFFSET`) or as they show themselves, are
put on the captures' common clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, given_offsets
from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant
from analyzer.model.source import Source
from analyzer.model.traffic import Operation, TrafficSeries


def given_ahead(evidence: Evidence, settings: Settings) -> dict[str, int]:
    """By clock, how far the captures that `--clock` names are ahead, ns."""
    given = given_offsets(evidence, settings)
    return {clock: offset for clock, offset in given.items() if clock.startswith(f"{CAPTURE_CLOCK}:")}


def shifted(evidence: Evidence, ahead: Mapping[str, int]) -> Evidence:
    """The evidence with every capture on the clock `capture`: those in `ahead`, by name, are shifted so many ns."""
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


@dataclass(frozen=True, slots=True)
class _Shift:
    """Takes each capture's offset (ns) off its instants."""

    ahead: Mapping[str, int]

    def source(self, source: Source) -> Source:
        offset = self.ahead.get(source.name)
        if offset is None:
            return source
        first = _moved(source.first, offset) if source.first else None
        last = _moved(source.last, offset) if source.last else None
        return replace(source, clock=CAPTURE_CLOCK, first=first, last=last)

    def event(self, event: Event) -> Event:
        offset = self.ahead.get(event.origin.source)
        if offset is None:
            return event
        detail = event.detail
        if isinstance(detail, StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic):
            detail = replace(detail, run=replace(detail.run, last=_moved(detail.run.last, offset)))
        return replace(event, at=_moved(event.at, offset), detail=detail)

    def operation(self, operation: Operation) -> Operation:
        offset = self.ahead.get(operation.source)
        if offset is None:
            return operation
        return replace(
            operation,
            first_call=_moved(operation.first_call, offset),
            last_call=_moved(operation.last_call, offset),
            reply=_moved(operation.reply, offset) if operation.reply else None,
        )

    def series(self, series: TrafficSeries) -> TrafficSeries:
        """The bins move by whole bins, to the nearest: the rest is at most half of one bin's width."""
        offset = self.ahead.get(series.source)
        if offset is None:
            return series
        steps, coarse = (_nearest(offset, width) for width in (series.width, series.latency_width))
        return replace(
            series,
            clock=CAPTURE_CLOCK,
            counted=replace(series.counted, ahead=series.counted.ahead - steps),
            latencies=replace(series.latencies, ahead=series.latencies.ahead - coarse),
        )


def _nearest(offset: int, width: int) -> int:
    """How many bins of this width, ns, are nearest to an offset."""
    return (offset + width // 2) // width


def _moved(at: Instant, offset: int) -> Instant:
    return Instant(CAPTURE_CLOCK, at.least - offset, at.most - offset)
