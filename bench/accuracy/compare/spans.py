"""The instants and durations of an episode beside the true ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from analyzer.measure.stages import DETECTION, STAGES
from analyzer.model.clock import ClockOffset
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND, Span
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.clocks import Dials
from bench.accuracy.rows import SpanRow

WIRE_ERROR = MILLISECOND  # the truth is the host's own time of a frame, which a tap sees a little before or after
ON_FRAMES = ("reset", "connected", "restored", "recovered")
SUSTAINED = 6 * SECOND  # of the rate before a fault (design: 5 s), and a little
USUAL_PAUSE = 500 * MILLISECOND
DRIFT_PER_MILLION = 200  # two clocks that drift apart measure a duration this differently at most


class Sight:
    """What is needed to see a run's instants beside the truth's: clocks, and where each source stands."""

    def __init__(self, truth: Truth, run: Run, dials: Dials) -> None:
        self.truth, self.run, self.dials = truth, run, dials
        self.reference = next((clock.clock for clock in run.clocks if clock.basis == "reference"), "capture")
        self.kinds = {source.name: source.kind for source in run.sources}
        self.clock_of = {source.name: source.clock for source in run.sources}
        self.bounds = {clock.clock: clock.offset.width for clock in run.clocks}
        self.taken = {c.clock.partition(":")[2]: c.offset for c in run.clocks if _is_taken(c)}

    def placed(self, at: int) -> int:
        """A true time on the run's reference clock."""
        return self.dials.reads(self.reference, at)

    def seen(self, told: KnownInstant) -> str:
        """Whether the wire or a log shows an instant."""
        places = {"wire" if self.kinds.get(one.source) == "capture" else "log" for one in told.origins}
        return places.pop() if len(places) == 1 else "both"

    def assumed(self, origins: Iterable[Origin]) -> int:
        """How far off a figure may be that rests on captures which are taken to have one clock, as the run says; ns."""
        offsets = [self.taken[one.source] for one in origins if one.source in self.taken]
        return max((max(abs(offset.least), abs(offset.most)) for offset in offsets), default=0)

    def beyond(self, told: KnownInstant) -> int:
        """An instant's width beyond what its log's stamps and clock account for; a capture's are of 1 µs."""
        clocks = {self.clock_of.get(one.source, "") for one in told.origins}
        logs = [clock for clock in clocks if not clock.startswith("capture")]
        due = [self.dials.resolution(clock) + self.bounds.get(clock, 0) for clock in logs]
        return told.at.doubt - max(due, default=MICROSECOND)


def _is_taken(clock: ClockOffset) -> bool:
    return clock.clock.startswith("capture:") and clock.basis == "assumed"


def span_rows(true: TrueEpisode, measured: MeasuredEpisode, sight: Sight) -> Iterator[SpanRow]:
    """A row for each instant, stage and headline figure that is told and has a truth."""
    for one in measured.episode.instants:
        if isinstance(one, KnownInstant) and (row := _instant(one, true, sight)) is not None:
            yield row
    for item in (*measured.stages, *measured.measurements):
        if "recover" in item.metric.split(" + ") and _hit_again(true, sight):
            continue
        if isinstance(item, KnownMeasurement) and (due := _duration(item.metric, true)) is not None:
            slack = WIRE_ERROR + due.most * DRIFT_PER_MILLION // 10**6
            row = _row(true.kind, item.metric, item.span, due, slack)
            yield replace(row, accepted=not row.holds and row.beside <= sight.assumed(item.origins))


def _instant(told: KnownInstant, true: TrueEpisode, sight: Sight) -> SpanRow | None:
    if told.name == "recovered" and _hit_again(true, sight):
        return None
    fault = told.name == "fault"
    at = true.instants.fault if fault else _moment(true, told.name)
    if at is None:
        return None
    due = Span(sight.placed(at.least), sight.placed(at.most))
    slack = WIRE_ERROR if fault or told.name in ON_FRAMES else 0
    row = _row(true.kind, told.name, Span(told.at.least, told.at.most), due, slack)
    accepted = told.name == "check" and not row.holds and not sight.run.captures and _was_running(told, true, sight)
    accepted = accepted or (not row.holds and row.beside <= sight.assumed(told.origins))
    return replace(row, seen=sight.seen(told), beyond=sight.beyond(told), accepted=accepted)


def _hit_again(true: TrueEpisode, sight: Sight) -> bool:
    """Whether the next fault of the host came before its replies could be back for 5 s: what is `recovered` then?"""
    restored = true.instants.restored
    return restored is not None and any(
        other.host == true.host and true.instants.fault.most < other.instants.fault.most <= restored + SUSTAINED
        for other in sight.truth.episodes
    )


def _was_running(told: KnownInstant, true: TrueEpisode, sight: Sight) -> bool:
    """Logs alone tell the check that was running when the fault happened: it began up to a period before."""
    check = true.instants.check
    return (
        check is not None and told.at.least <= sight.placed(check) <= told.at.most + sight.truth.check_period + SECOND
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
    ends = _ends(metric, true)
    if ends is None:
        return None
    first, last = (true.instants.fault if end == "fault" else _moment(true, end) for end in ends)
    return None if first is None or last is None else Span(last.least - first.most, last.most - first.least)


def _silence(outage: int) -> Span:
    """The outage. One no longer than replies pause at times is none, and which pause was it is a matter of words."""
    return Span(0, USUAL_PAUSE) if outage <= USUAL_PAUSE else Span(outage, outage)


def _ends(metric: str, true: TrueEpisode) -> tuple[InstantName, InstantName] | None:
    """The instants that a metric lies between; `wait + detect` from the first's to the last's."""
    if metric == "detection":
        end = DETECTION.get(true.kind)
        return None if end is None else ("fault", end)
    if metric == "stall":
        return "fault", "restored"
    parts = metric.split(" + ")
    stages = {name: (begin, end) for name, begin, end in STAGES}
    return (stages[parts[0]][0], stages[parts[-1]][1]) if parts[0] in stages and parts[-1] in stages else None
