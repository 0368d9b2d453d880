"""The tables of an episode: paths, stages, instants, traffic by phase, latencies."""

from __future__ import annotations

from markupsafe import Markup

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import Span
from analyzer.model.measurement import INSTANTS, JOINED, KnownInstant, KnownMeasurement, Measurement
from analyzer.model.path import Path
from analyzer.report import words
from analyzer.report.drawing.stages import Bar, bars
from analyzer.report.local import local_words
from analyzer.report.names import ABSENCES, INSTANT_MEANINGS, STAGES, metric_name, path_words
from analyzer.report.notes import note_words, reason_words
from analyzer.report.told import how_words, path_note_words, unseen_words
from analyzer.report.view.labels import Labels
from analyzer.report.view.moments import known
from analyzer.report.view.parts import InstantRow, LatencyRow, PathRow, PhaseRow, Ref, Refs, StageRow

UNKNOWN = "unknown"


def paths(episode: Episode, labels: Labels) -> tuple[PathRow, ...]:
    """How the host reached the storage address before, during and after."""
    each = (("before", episode.before), ("during", episode.during), ("after", episode.after))
    return tuple(_path(when, path, labels) for when, path in each)


def _path(when: str, path: Path, labels: Labels) -> PathRow:
    vlan = str(path.vlan) if path.vlan is not None else "none"
    unknown = path.kind == "unknown"
    return PathRow(
        when,
        path.kind,
        path_words(path, labels.party),
        labels.party(path.source) if path.source else UNKNOWN,
        path.next_hop_mac or UNKNOWN,
        UNKNOWN if unknown else vlan,
        path_note_words(path),
    )


def stages(measured: MeasuredEpisode, labels: Labels, prefix: str) -> tuple[StageRow, ...]:
    """The waterfall: each stage with its bar."""
    drawn = bars(_placed(measured))
    return tuple(
        _stage(stage, bar, measured.episode, labels, prefix) for stage, bar in zip(measured.stages, drawn, strict=True)
    )


def _stage(stage: Measurement, bar: Markup, episode: Episode, labels: Labels, prefix: str) -> StageRow:
    parts = [STAGES[name] for name in stage.metric.split(JOINED) if name in STAGES]
    meaning = ", ".join(part[2] for part in parts)
    name = metric_name(stage.metric)
    if isinstance(stage, KnownMeasurement):
        return StageRow(
            name=name,
            meaning=meaning,
            duration=words.duration(stage.span),
            known=True,
            applies=True,
            bar=bar,
            note=labels.text(note_words(stage)),
            refs=Refs(tuple(Ref(name, f"#{prefix}-{name}") for name in (parts[0][0], parts[-1][1])) if parts else ()),
        )
    absence = ABSENCES[stage.absence]
    return StageRow(
        name=name,
        meaning=meaning,
        duration=absence,
        known=False,
        applies=stage.absence != "not-applicable",
        bar=bar,
        note=labels.text(reason_words(stage, episode)),
        refs=Refs(),
    )


def _placed(measured: MeasuredEpisode) -> tuple[Bar, ...]:
    """Each stage from the instant that starts it, else from where the stage before it ended."""
    shown = known(measured)
    fault = shown.get("fault")
    placed, cursor = [], 0
    for stage in measured.stages:
        first = stage.metric.split(JOINED)[0]
        start = shown.get(STAGES[first][0]) if first in STAGES else None
        if start is not None and fault is not None:
            cursor = max(start.at.middle - fault.at.middle, 0)
        span = stage.span if isinstance(stage, KnownMeasurement) else None
        placed.append(Bar(cursor, Span(max(span.least, 0), max(span.most, 0)) if span else None))
        cursor += max((span.least + span.most) // 2, 0) if span else 0
    return tuple(placed)


def instants(measured: MeasuredEpisode, labels: Labels, prefix: str) -> tuple[InstantRow, ...]:
    """All ten instants, known or not, in the order in which they follow."""
    fault = known(measured).get("fault")
    order = {name: place for place, name in enumerate(INSTANTS)}
    rows = []
    for instant in sorted(measured.episode.instants, key=lambda i: order[i.name]):
        meaning, row = INSTANT_MEANINGS[instant.name], f"{prefix}-{instant.name}"
        if isinstance(instant, KnownInstant):
            at = words.moment(instant.at, date=False)
            after = words.since(instant.after(fault) or instant.since(fault)) if fault and fault is not instant else ""
            rows.append(
                InstantRow(
                    id=row,
                    name=instant.name,
                    meaning=meaning,
                    known=True,
                    applies=True,
                    at=at,
                    local=local_words(instant.at, labels.zone).removesuffix(f" in {labels.zone}"),
                    since_fault=after,
                    how=labels.text(how_words(instant.how)),
                    refs=labels.refs(instant.origins),
                )
            )
        else:
            rows.append(
                InstantRow(
                    id=row,
                    name=instant.name,
                    meaning=meaning,
                    known=False,
                    applies=instant.absence != "not-applicable",
                    at=ABSENCES[instant.absence],
                    local="",
                    since_fault="",
                    how=labels.text(unseen_words(instant)),
                    refs=Refs(),
                )
            )
    return tuple(rows)


def days(measured: MeasuredEpisode) -> str:
    """The dates of the known instants, UTC: `2026-11-22`."""
    days = sorted({words.day(i.at.middle) for i in known(measured).values()})
    return " and ".join(days)


def phases(measured: MeasuredEpisode) -> tuple[PhaseRow, ...]:
    """Storage traffic before, during and after."""
    return tuple(
        PhaseRow(
            p.name,
            words.moment(p.start, date=False),
            words.moment(p.end, date=False),
            words.count(p.replies),
            words.per_second(p.replies_per_1000s),
            words.per_second(p.bytes_per_1000s, "B"),
            words.size(p.bytes),
        )
        for p in measured.phases
    )


def latencies(measured: MeasuredEpisode) -> tuple[LatencyRow, ...]:
    """Call-to-reply times by phase and NFS procedure."""
    return tuple(
        LatencyRow(
            p.name,
            row.procedure,
            words.count(row.count),
            words.duration(row.p50),
            words.duration(row.p99),
            words.duration(row.most),
        )
        for p in measured.phases
        for row in p.latency
    )


def latency_note(measured: MeasuredEpisode) -> str:
    """What the table of call-to-reply times counts, and whether the longest operation is in it."""
    counted = "Counted by whole seconds, as the replies above; only calls with their reply on the same connection."
    longest = measured.longest
    if longest is None or longest.duration is None or not longest.moved:
        return counted
    took = words.duration(longest.duration)
    return f"{counted} The longest operation ({took}) was answered on another connection, and is not included."
