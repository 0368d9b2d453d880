"""What the analysis read and was told: files, captures' totals, clocks, who takes part, what was skipped, settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.config import ANY_KIND
from analyzer.model.clock import ClockOffset
from analyzer.model.finding import CaptureQuality
from analyzer.model.instant import Instant
from analyzer.model.run import Expectation, ProjectFile, Run, recordable
from analyzer.model.source import Reason, Source
from analyzer.model.traffic import CaptureTotals
from analyzer.report import words
from analyzer.report.names import BASES, KINDS, SOURCE_KINDS, metric_name, quality_words
from analyzer.report.view.labels import Labels
from analyzer.report.view.parts import CaptureRow, ClockRow, ExpectationRow, Fact, InputRow, PartyRow, SkippedRow

NONE = "–"
ALGORITHMS = {"sha256": "SHA-256", "blake3": "BLAKE3"}
UNHASHED = "No digests of the inputs were taken (--hash none): this run can't be kept in a history."
PASSED_OVER_SHOWN = 12


def inputs(run: Run, labels: Labels) -> tuple[InputRow, ...]:
    """The input files in the order of the analysis, without what is no evidence (`passed_over`)."""
    read = (source for source in run.sources if source.kind != "unrecognised")
    return tuple(_input(source, labels) for source in read)


def passed_over(run: Run, labels: Labels) -> str:
    """The files that are no evidence, in a sentence; empty when there are none."""
    names = [labels.source(s.source) for s in run.skipped if s.reason.name == "not-evidence"]
    more = sum(s.count for s in run.skipped if s.reason.name == "further-not-evidence") + max(
        len(names) - PASSED_OVER_SHOWN, 0
    )
    if not names:
        return ""
    shown = ", ".join(names[:PASSED_OVER_SHOWN]) + (f" and {words.count(more)} more" if more else "")
    return f"Not evidence, ignored: {shown}."


def _input(source: Source, labels: Labels) -> InputRow:
    zone = (source.zone or NONE) + (" (assumed)" if source.zone_assumed else "")
    clock = labels.clock(source.clock)
    kind = source.log.title if source.log else SOURCE_KINDS.get(source.kind, source.kind)
    return InputRow(
        name=source.name,
        kind=f"{kind}, {source.format}" if source.format else kind,
        size=words.size(source.size),
        digest=_digest(source.digest),
        records=words.counted(source.records, "frame" if source.kind == "capture" else "record"),
        time=_times(source.first, source.last),
        clock=clock,
        zone=zone,
        host=labels.party(source.host) if source.host and labels.party(source.host) not in clock else NONE,
        comments=source.comments,
    )


def _digest(digest: str | None) -> str:
    """`SHA-256 4f…`: the algorithm by the name that its standard has, and the digest."""
    algorithm, _, value = (digest or "").partition(":")
    return f"{ALGORITHMS.get(algorithm, algorithm)} {value}" if value else "not taken"


def unhashed(run: Run) -> str:
    """That no digests were taken, and what that means, in a sentence; empty when they were."""
    return "" if recordable(run) else UNHASHED


def _times(first: Instant | None, last: Instant | None) -> str:
    """From the first to the last moment, with the date once where it is the same."""
    if first is None or last is None:
        return NONE
    start, end = words.moment(first), words.moment(last)
    return start if start == end else f"{start} to {end.removeprefix(start[:11]) if start[:1].isdigit() else end}"


def captures(run: Run, labels: Labels) -> tuple[CaptureRow, ...]:
    """Totals of each capture."""
    quality = {one.source: one for one in run.quality}
    return tuple(_capture(totals, quality.get(totals.source), labels) for totals in run.captures)


def _capture(totals: CaptureTotals, quality: CaptureQuality | None, labels: Labels) -> CaptureRow:
    return CaptureRow(
        name=labels.source(totals.source),
        quality=quality_words(quality) if quality else NONE,
        frames=words.count(totals.frames),
        storage_frames=words.count(totals.storage_frames),
        calls=_procedures(totals.nfs_calls),
        replies=_procedures(totals.nfs_replies),
        unanswered=words.count(totals.unanswered),
        resets=words.count(totals.tcp_resets),
        truncated=words.count(totals.truncated),
        drops=words.count(totals.capture_drops),
        vlans=", ".join(map(str, totals.vlans)) or "none",
    )


def _procedures(counts: Iterable[tuple[str, int]]) -> str:
    counts = tuple(counts)
    each = ", ".join(f"{name} {words.count(number)}" for name, number in counts)
    return f"{words.count(sum(number for _, number in counts))} ({each})" if each else "0"


def clocks(run: Run, labels: Labels) -> tuple[ClockRow, ...]:
    """Each clock's offset with its bound and what it rests on."""
    return tuple(
        ClockRow(
            labels.clock(c.clock),
            _offset(c),
            BASES[c.basis],
            words.count(c.pairs),
            labels.note(c.note),
            labels.refs(c.origins),
        )
        for c in run.clocks
    )


def _offset(clock: ClockOffset) -> str:
    return NONE if clock.basis == "reference" else words.since(clock.offset)


def parties(run: Run, labels: Labels) -> tuple[PartyRow, ...]:
    """The hosts, then the CVMs."""
    hosts = (
        PartyRow(
            "ESXi host",
            h.address or "unknown",
            h.name or NONE,
            ", ".join(h.macs) or NONE,
            labels.party(h.cvm) if h.cvm else "unknown",
        )
        for h in run.hosts
    )
    cvms = (PartyRow("CVM", c.address or "unknown", c.name or NONE, ", ".join(c.macs) or NONE, NONE) for c in run.cvms)
    return (*hosts, *cvms)


def skipped(run: Run, labels: Labels) -> tuple[SkippedRow, ...]:
    """What could not be read, of the whole run and of each source; not what is no evidence at all."""
    each = dict.fromkeys((*run.skipped, *(s for source in run.sources for s in source.skipped)))
    each = {one: None for one in each if not is_passed_over(one.reason)}
    return tuple(
        SkippedRow(labels.source(s.source), s.where, labels.text(s.reason.sentence), words.count(s.count)) for s in each
    )


def is_passed_over(reason: Reason) -> bool:
    """Whether a file was not read since it is no evidence, which is no loss."""
    return reason.name in ("not-evidence", "further-not-evidence")


def settings(run: Run) -> tuple[Fact, ...]:
    """What the analysis was told, and the check period that it measured."""
    told = run.settings
    period = run.check_period
    return (
        Fact("Storage address", told.storage_address),
        Fact("Host's private address", told.host_private_address),
        Fact("CVM's management address", told.cvm_management_address),
        Fact("NFS port", str(told.nfs_port)),
        Fact("Time zone assumed for logs", told.log_timezone or "UTC (none was given)"),
        *((Fact("Year assumed for logs", str(told.log_year)),) if isinstance(told.log_year, int) else ()),
        Fact("Rules files", ", ".join(told.rules) or "only those of autopath"),
        *((Fact("Project file", _project(told.project)),) if isinstance(told.project, ProjectFile) else ()),
        *((Fact("Redacted", _redacted(told.redacted)),) if isinstance(told.redacted, int) else ()),
        Fact("HA check period", words.duration(period) if period else "not measured (30 s by default)"),
    )


def _redacted(removed: int) -> str:
    told = "names and addresses are replaced by others, the same ones everywhere"
    return f"{told}; {words.counted(removed, 'text')} replaced whole" if removed else told


def _used(run: Run) -> Iterator[Expectation]:
    """The expectations that apply to an episode of the run: that of its kind, else that of any kind."""
    each = run.settings.expectations
    for kind in {measured.episode.kind for measured in run.episodes}:
        for metric in dict.fromkeys(one.metric for one in each):
            named = [one for one in each if one.metric == metric and one.kind == kind]
            yield from named or [one for one in each if one.metric == metric and one.kind == ANY_KIND]


def _project(file: ProjectFile) -> str:
    counts = f"its {', '.join(file.keys)}" if file.keys else "nothing of it"
    return f"{file.name} ({_digest(file.digest)}): {counts} counted"


_OWN_BOUND = {True: "the check period and 10 s", False: "51 s"}


def expectations(run: Run) -> tuple[ExpectationRow, ...]:
    """What was expected, and where the figures come from."""
    project = run.settings.project
    in_project = isinstance(project, ProjectFile) and "expectations" in project.keys
    given = f"in {project.name}" if in_project else "with --expectations"
    kinds = {ANY_KIND: "Any other"} | {str(kind): name for kind, name in KINDS.items()}
    used = {id(one) for one in _used(run)}
    return tuple(
        ExpectationRow(
            id(e) in used,
            kinds.get(e.kind, e.kind),
            metric_name(e.metric),
            words.exact(e.expected),
            words.exact(e.tolerance),
            words.exact(e.bound) if e.bound is not None else _OWN_BOUND[e.metric == "detection"],
            f"{e.source} (given {given})".strip() if e.own else e.source,
        )
        for e in run.settings.expectations
    )
