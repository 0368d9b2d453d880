"""The instants and durations of an episode beside the true ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement
from analyzer.model.source import Origin
from analyzer.model.truth import TrueEpisode
from bench.accuracy.compare.definitions import ends_of
from bench.accuracy.compare.doubts import doubted
from bench.accuracy.compare.sight import Sight
from bench.accuracy.rows import SpanRow

WIRE_ERROR = MILLISECOND  # the truth is the host's own time of a frame, which a tap sees a little before or after
ON_FRAMES = ("reset", "connected", "restored", "recovered")
ENDED = "connection-ended"  # the truth's name for it begins so
SUSTAINED = 6 * SECOND  # of the rate before a fault (design: 5 s), and a little
USUAL_PAUSE = 500 * MILLISECOND
DRIFT_PER_MILLION = 200  # two clocks that drift apart measure a duration this differently at most


def span_rows(true: TrueEpisode, measured: MeasuredEpisode, sight: Sight) -> Iterator[SpanRow]:
    """A row for each instant, stage and headline figure that is told and has a truth."""
    for one in measured.episode.instants:
        if isinstance(one, KnownInstant) and (row := _instant(one, true, sight)) is not None:
            yield _with_doubt(row, one.origins, (one.name,), measured, sight)
    for item in (*measured.stages, *measured.measurements):
        if "recover" in item.metric.split(" + ") and _hit_again(true, sight):
            continue
        if isinstance(item, KnownMeasurement) and (real := _duration(item.metric, true)) is not None:
            slack = WIRE_ERROR + real.most * DRIFT_PER_MILLION // 10**6
            row = _row(true.kind, item.metric, item.span, real, slack)
            rests_on = ends_of(item.metric, true.kind) or ()
            yield _with_doubt(row, item.origins, rests_on, measured, sight)


def _instant(told: KnownInstant, true: TrueEpisode, sight: Sight) -> SpanRow | None:
    if told.name == "recovered" and _hit_again(true, sight):
        return None
    at = due(true, told.name)
    if at is None:
        return None
    slack = WIRE_ERROR if told.name == "fault" or told.name in ON_FRAMES else 0
    span = Span(told.at.least, told.at.most)
    possible = (at, *_ends(true, sight)) if told.name == "reset" else (at,)
    placed = [sight.span(one) for one in possible]
    row = min((_row(true.kind, told.name, span, one, slack) for one in placed), key=lambda one: one.beside)
    return replace(row, seen=sight.seen(told), beyond=sight.beyond(told))


def _ends(true: TrueEpisode, sight: Sight) -> tuple[Span, ...]:
    """When connections of the host were ended in an episode: which of several is the old one is a matter of words."""
    instants = true.instants
    first = max(instants.fault.least, instants.repaired or 0)
    last = instants.restored or first
    ends = [
        one.at
        for one in sight.truth.events
        if one.name.startswith(ENDED) and one.by == true.host and first <= one.at <= last + SECOND
    ]
    return tuple(Span(at, at) for at in ends)


def _with_doubt(
    row: SpanRow, origins: Sequence[Origin], rests_on: Sequence[InstantName], measured: MeasuredEpisode, sight: Sight
) -> SpanRow:
    """The row of a Span outside the truth, with what the run itself says against it."""
    if row.holds:
        return row
    return replace(row, doubt=doubted(origins, rests_on, row.beside, measured.episode, sight))


def _hit_again(true: TrueEpisode, sight: Sight) -> bool:
    """Whether the next fault of the host came before its replies could be back for 5 s: what is `recovered` then?"""
    restored = true.instants.restored
    return restored is not None and any(
        other.host == true.host and true.instants.fault.most < other.instants.fault.most <= restored + SUSTAINED
        for other in sight.truth.episodes
    )


def _row(kind: str, name: str, told: Span, real: Span, slack: int) -> SpanRow:
    beside = max(0, told.least - slack - real.most, real.least - told.most - slack)
    middle = (told.least + told.most) // 2
    error = max(0, middle - real.most, real.least - middle)
    return SpanRow(kind=kind, name=name, holds=beside == 0, width=told.width, error=error, beside=beside)


def due(true: TrueEpisode, name: InstantName) -> Span | None:
    """When an instant truly was, ns; None where it was never."""
    if name == "fault":
        return true.instants.fault
    at: int | None = getattr(true.instants, name)
    return None if at is None else Span(at, at)


def _duration(metric: str, true: TrueEpisode) -> Span | None:
    """What is true of a duration: between two instants, or the outage."""
    if metric == "outage":
        return None if true.outage is None else _silence(true.outage)
    ends = ends_of(metric, true.kind)
    if ends is None:
        return None
    first, last = (due(true, end) for end in ends)
    return None if first is None or last is None else Span(last.least - first.most, last.most - first.least)


def _silence(outage: int) -> Span:
    """The outage. One no longer than replies pause at times is none, and which pause was it is a matter of words."""
    return Span(0, USUAL_PAUSE) if outage <= USUAL_PAUSE else Span(outage, outage)
