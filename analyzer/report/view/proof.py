"""The register of evidence: every frame and line that the page shows, by source, with what rests on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from analyzer.model.episode import Claim, Evident
from analyzer.model.finding import Finding
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.report import words
from analyzer.report.claims import claim_words
from analyzer.report.names import SEVERITIES
from analyzer.report.snapshots import snapshot_words
from analyzer.report.story import stopped
from analyzer.report.view.labels import LONGEST, Labels, figure_id, within
from analyzer.report.view.parts import ClaimView, FindingView, ProofGroup, ProofRow, Ref, ShownLine, SnapshotView

QUOTED = 3  # frames and lines of a claim that are shown whole beside it; the others are links
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def proof(run: Run, labels: Labels, whole: Collection[int]) -> tuple[ProofGroup, ...]:
    """The register, sources in their order, rows by number: of all, or of the episodes that are shown `whole`."""
    users = _users(run, frozenset(whole))
    by_source: dict[str, list[Evident]] = {source.name: [] for source in run.sources}
    for evident in labels.shown.values():
        by_source.setdefault(evident.origin.source, []).append(evident)
    return tuple(
        _group(f"at-{number}", name, sorted(rows, key=lambda e: e.origin), labels, users)
        for number, (name, rows) in enumerate(by_source.items(), 1)
        if rows
    )


def _group(
    anchor: str, source: str, each: Sequence[Evident], labels: Labels, users: dict[Origin, list[Ref]]
) -> ProofGroup:
    times = [words.moment(evident.at) for evident in each]
    days = {day for time in times for day in _DAY.findall(time)}
    day = days.pop() if len(days) == 1 else ""
    return ProofGroup(
        id=anchor,
        title=labels.source(source),
        day=day,
        display_filter=labels.display_filter(source, (evident.origin for evident in each)),
        rows=tuple(
            _row(evident, time.replace(f"{day} ", "") if day else time, labels, users)
            for evident, time in zip(each, times, strict=True)
        ),
    )


def _row(evident: Evident, at: str, labels: Labels, users: dict[Origin, list[Ref]]) -> ProofRow:
    used = tuple(dict.fromkeys(users.get(evident.origin, (Ref("kept beside what is shown", None),))))
    place, anchor = labels.place(evident.origin), labels.anchor(evident.origin)
    return ProofRow(anchor, place, at, evident.text, evident.rule or "", used)


def used(run: Run, whole: Collection[int]) -> tuple[Origin, ...]:
    """The origins that something on the page rests on, claims' before others'."""
    return tuple(_users(run, frozenset(whole)))


def _users(run: Run, whole: frozenset[int]) -> dict[Origin, list[Ref]]:
    """What rests on each origin: claims, instants, measurements, findings, snapshots."""
    users: dict[Origin, list[Ref]] = {}
    for origins, used in (
        *_uses_of_episodes(run, whole),
        *_uses_of_findings(run.findings, ""),
        *_uses_of_snapshots(run),
    ):
        for origin in origins:
            users.setdefault(origin, []).append(used)
    return users


def _uses_of_episodes(run: Run, whole: frozenset[int]) -> Iterator[tuple[tuple[Origin, ...], Ref]]:
    for number in sorted(whole):
        measured = run.episodes[number - 1]
        prefix, which = within(number), f" ({measured.episode.id})" if len(run.episodes) > 1 else ""
        for place, claim in enumerate(measured.episode.claims, 1):
            yield claim.origins, Ref(f"claim {number}.{place}", f"#{claim_id(number, place)}")
        for instant in measured.episode.instants:
            if isinstance(instant, KnownInstant):
                yield instant.origins, Ref(f"{instant.name}{which}", f"#{prefix}-{instant.name}")
        for measurement in measured.measurements:
            if isinstance(measurement, KnownMeasurement):
                yield (
                    measurement.origins,
                    Ref(f"{measurement.metric}{which}", f"#{figure_id(prefix, measurement.metric)}"),
                )
        if measured.longest is not None:
            yield measured.longest.origins, Ref(f"longest operation{which}", f"#{figure_id(prefix, LONGEST)}")
        for place, judgement in enumerate(measured.judgements, 1):
            used = Ref(f"the verdict on the {judgement.metric}{which}", f"#{prefix}-judgement-{place}")
            yield judgement.origins, used
        yield from _uses_of_findings(measured.findings, f"{prefix}-")


def _uses_of_findings(each: Sequence[Finding], prefix: str) -> Iterator[tuple[tuple[Origin, ...], Ref]]:
    for place, finding in enumerate(each, 1):
        yield finding.origins, Ref(finding.code, f"#{prefix}finding-{place}")


def _uses_of_snapshots(run: Run) -> Iterator[tuple[tuple[Origin, ...], Ref]]:
    for place, snapshot in enumerate(run.snapshots, 1):
        yield snapshot.origins, Ref(f"snapshot {place}", f"#snapshot-{place}")


def snapshots(run: Run, labels: Labels) -> tuple[SnapshotView, ...]:
    """What tables show, with the lines where they begin."""
    return tuple(
        SnapshotView(f"snapshot-{place}", stopped(snapshot_words(one, labels.party)), labels.refs(one.origins))
        for place, one in enumerate(run.snapshots, 1)
    )


def claim_id(episode: int, claim: int) -> str:
    """The anchor of a claim."""
    return f"claim-{episode}-{claim}"


def claims(each: Sequence[Claim], episode: int, labels: Labels) -> tuple[ClaimView, ...]:
    """An episode's claims with the lines that show them, and a filter for each capture among their origins."""
    return tuple(_claim(claim, episode, place, labels) for place, claim in enumerate(each, 1))


def _claim(claim: Claim, episode: int, place: int, labels: Labels) -> ClaimView:
    origins = tuple(dict.fromkeys(claim.origins))
    quoted = tuple(o for o in origins if o in labels.shown)[:QUOTED]
    lines = tuple(ShownLine(labels.ref(o), words.moment(labels.shown[o].at), labels.shown[o].text) for o in quoted)
    captures = dict.fromkeys(o.source for o in origins if labels.captured(o.source))
    filters = [(labels.source(source), labels.display_filter(source, origins)) for source in captures]
    if claim.display_filter:
        filters.insert(0, ("any capture", claim.display_filter))
    rest = labels.refs(o for o in origins if o not in quoted)
    return ClaimView(
        claim_id(episode, place),
        f"{episode}.{place}",
        stopped(labels.text(claim_words(claim))),
        lines,
        rest,
        tuple(filters),
    )


def findings(each: Sequence[Finding], prefix: str, labels: Labels) -> tuple[FindingView, ...]:
    """Findings, the gravest first; their anchors keep the run's order."""
    gravity = {"problem": 0, "warning": 1, "info": 2}
    numbered = sorted(enumerate(each, 1), key=lambda pair: (gravity[pair[1].severity], pair[0]))
    return tuple(
        FindingView(
            id=f"{prefix}finding-{place}",
            code=f.code,
            severity=f.severity,
            symbol=SEVERITIES[f.severity],
            title=labels.text(f.title),
            sentence=stopped(labels.finding(f.code, f.sentence)),
            advice=stopped(labels.text(f.advice)),
            refs=labels.refs(f.origins),
        )
        for place, f in numbered
    )
