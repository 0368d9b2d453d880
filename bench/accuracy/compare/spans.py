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
        if isinstance(item, KnownMeasurement) and (due := _duration(item.metric, true)) is not None:
            slack = WIRE_ERROR + due.most * DRIFT_PER_MILLION // 10**6
            row = _row(true.kind, item.metric, item.span, due, slack)
            rests_on = ends_of(item.metric, true.kind) or ()
            yield _with_doubt(row, item.origins, rests_on, measured, sight)


def _instant(told: KnownInstant, true: TrueEpisode, sight: Sight) -> SpanRow | None:
    if told.name == "recovered" and _hit_again(true, sight):
        return None
    fault = told.name == "fault"
    at = true.instants.fault if fault else _moment(true, told.name)
    if at is None:
        return None
    due = sight.span(at)
    slack = WIRE_ERROR if fault or told.name in ON_FRAMES else 0
    row = _row(true.kind, told.name, Span(told.at.least, told.at.most), due, slack)
    return replace(row, seen=sight.seen(told), beyond=sight.beyond(told))


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


def _row(kind: str, name: str, told: Span, due: Span, slack: int) -> SpanRow:
    beside = max(0, told.least - slack - due.most, due.least - told.most - slack)
    middle = (told.least + told.most) // 2
    error = max(0, middle - due.most, due.least - middle)
    return SpanRow(kind=kind, name=name, holds=beside == 0, width=told.width, error=error, beside=beside)


def _moment(true: TrueEpisode, name: InstantName) -> Span | None:
    at: int | None = getattr(true.instants, name)
    return None if at is None else Span(at, at)


def _duration(metric: str, true: TrueEpisode) -> Span | None:
    """What is true of a duration: between two instants, or the outage."""
    if metric == "outage":
        return None if true.outage is None else _silence(true.outage)
    ends = ends_of(metric, true.kind)
    if ends is None:
        return None
    first, last = (true.instants.fault if end == "fault" else _moment(true, end) for end in ends)
    return None if first is None or last is None else Span(last.least - first.most, last.most - first.least)


def _silence(outage: int) -> Span:
    """The outage. One no longer than replies pause at times is none, and which pause was it is a matter of words."""
    return Span(0, USUAL_PAUSE) if outage <= USUAL_PAUSE else Span(outage, outage)
