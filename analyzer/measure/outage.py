"""How long a host had no NFS reply: from the last before the fault's effect to the first one after, on any path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.measure.instants import known
from analyzer.model.episode import Episode
from analyzer.model.event import Event, MacTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Span
from analyzer.model.measurement import KnownMeasurement, Measurement, MissingMeasurement
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation, ServedRun

AT_FAULT = 2 * SECOND  # the effect of a fault on replies shows within this
BESIDE = 60 * SECOND  # a fault that may have been so long before the captures and after them may be anywhere
RUN_PAUSE = 500 * MILLISECOND  # replies nearer than this are one run (ingest): a gap within a run is not an outage


@dataclass(frozen=True, slots=True)
class Gap:
    """Silence between two runs of replies, ns, with the frames around it."""

    start: int
    end: int
    origins: tuple[Origin, ...]
    beside: int = 0  # how far the captures of its two ends may be beside each other, ns

    @property
    def length(self) -> int:
        """Ns."""
        return self.end - self.start

    @property
    def span(self) -> Span:
        """Its length with its doubt, ns."""
        return Span(max(0, self.length - self.beside), self.length + self.beside)


def outage(
    episode: Episode,
    served: Sequence[ServedRun],
    evidence: Evidence,
    macs: frozenset[str],
    covered: tuple[int, int] | None,
) -> Measurement:
    """The silence at the fault; when service never paused, the span says what it was at most."""
    metric = "outage"
    fault = known(episode, "fault")
    if covered is None:
        return MissingMeasurement(metric, "not-in-evidence", "only a capture shows NFS replies")
    until = fault
    if episode.kind == "cvm-recovery":  # its effect on service is the reversion: what ends the backup path
        fault, until = known(episode, "terminated") or known(episode, "repaired"), known(episode, "repaired")
    if fault is None or until is None:
        return MissingMeasurement(metric, "not-observed", "the fault's instant is not known")
    mine = [run for run in served if run.host == episode.host]
    gaps = _gaps(mine)
    if not mine or fault.at.most < covered[0] or fault.at.least > covered[1]:
        return MissingMeasurement(metric, "not-in-evidence", "the capture does not cover the fault")
    if fault.at.least < covered[0] - BESIDE and until.at.most > covered[1] + BESIDE:
        return MissingMeasurement(metric, "not-in-evidence", "whether the capture covers the fault is not known")
    if min(run.first for run in mine) >= fault.at.least:
        return MissingMeasurement(metric, "not-in-evidence", "the path before the fault is not in the capture")
    at_fault = [gap for gap in gaps if gap.start <= until.at.most + AT_FAULT and gap.end >= fault.at.least]
    whole = both_sides(evidence.events, macs)
    last = max(mine, key=lambda run: run.last)
    if not at_fault or last.last < fault.at.most:
        return _no_gap(metric, last, (fault.at.most, covered[1]), at_fault, whole=whole)
    longer = [gap for gap in at_fault if gap.length > RUN_PAUSE]
    if len(longer) > 1:
        return _of_several(metric, longer, whole=whole)
    return _of_gap(metric, at_fault, gaps, _calls(evidence, macs), whole=whole)


def switch_back(
    episode: Episode,
    served: Sequence[ServedRun],
    evidence: Evidence,
    macs: frozenset[str],
    covered: tuple[int, int] | None,
) -> Measurement:
    """The second silence of an injected route: when it is deleted, service moves back."""
    metric = "outage-at-repair"
    repaired, restored = known(episode, "repaired"), known(episode, "restored")
    if episode.kind != "route-injection" or episode.during.kind != "remote":
        return MissingMeasurement(metric, "not-applicable", "service moves once in this kind of fault")
    if covered is None or repaired is None or restored is None:
        return MissingMeasurement(metric, "not-in-evidence", "only a capture shows NFS replies")
    gaps = _gaps([run for run in served if run.host == episode.host])
    near = [gap for gap in gaps if gap.end >= repaired.at.least and gap.start <= restored.at.most]
    if not near:
        return KnownMeasurement(metric, Span(0, RUN_PAUSE), restored.origins, "no pause beyond the usual")
    whole = both_sides(evidence.events, macs)
    return _of_gap(metric, near, gaps, _calls(evidence, macs), whole=whole)


def both_sides(events: Sequence[Event], macs: frozenset[str]) -> bool:
    """Whether the captures hold the host's frames of the public network and those of the internal switch, both ways.

    Its VMkernel ports have a MAC each, and each speaks on one of the two. With one side, a silence only bounds the
    outage: service may have gone on by the other. A capture without link layer has every address and no MAC.
    """
    heard = {event.detail.mac for event in events if isinstance(event.detail, MacTraffic) and event.detail.mac in macs}
    ends = [event.detail.ends for event in events if isinstance(event.detail, StorageTraffic)]
    sent, answered = {each.src_mac for each in ends}, {each.dst_mac for each in ends}
    return len(heard - (sent - answered)) > 1 or "" in macs


def _calls(evidence: Evidence, macs: frozenset[str]) -> list[Operation]:
    return [op for op in evidence.operations if op.ends.src_mac in macs]


def _of_gap(
    metric: str, near: Sequence[Gap], gaps: Sequence[Gap], calls: Sequence[Operation], *, whole: bool
) -> Measurement:
    """The longest silence of `near`; not less than that where a call waited through all of it, or nothing is hidden.

    One that is no longer than the usual pauses is at most that: without a call outstanding it may be idleness.
    """
    gap = max(near, key=lambda item: item.length)
    note = _note(gap, gaps, calls)
    if gap.length <= RUN_PAUSE and not any(_outstanding(op, gap) for op in calls):
        return KnownMeasurement(metric, Span(0, gap.span.most), gap.origins, note)
    if whole or gap.length <= RUN_PAUSE or any(_waited(op, gap) and op.reply is not None for op in calls):
        return KnownMeasurement(metric, gap.span, gap.origins, note)
    note = "at most: the host's other path is not in the capture"
    return KnownMeasurement(metric, Span(0, gap.span.most), gap.origins, note)


def _of_several(metric: str, gaps: Sequence[Gap], *, whole: bool) -> Measurement:
    """Where several silences lie within the fault's doubt, or just after it, nothing tells which of them it began."""
    least, most = min(gap.span.least for gap in gaps), max(gap.span.most for gap in gaps)
    origins = tuple(dict.fromkeys(origin for gap in gaps for origin in gap.origins))
    note = f"which of {len(gaps)} silences the fault began is not known"
    return KnownMeasurement(metric, Span(least if whole else 0, most), origins, note)


def _no_gap(
    metric: str, last: ServedRun, fault_and_end: tuple[int, int], before: Sequence[Gap], *, whole: bool
) -> Measurement:
    """No silence at the fault that ends: replies went on, or there were none any more from `last` on; the silences
    `before` that may be of the fault as well.
    """
    fault, end = fault_and_end
    if last.last >= fault:
        return KnownMeasurement(metric, Span(0, RUN_PAUSE), (), "no pause beyond the usual")
    if not whole:
        return MissingMeasurement(metric, "not-in-evidence", "the path after the fault is not in the capture")
    least = min(end - last.last, *(gap.length for gap in before)) if before else end - last.last
    return KnownMeasurement(metric, Span(least, UNBOUNDED), (last.last_origin,), "not over when the capture ends")


def _gaps(served: Sequence[ServedRun]) -> list[Gap]:
    """The silences between a host's runs of replies, over all paths and captures."""
    gaps: list[Gap] = []
    last: ServedRun | None = None
    for run in sorted(served, key=lambda item: (item.first, item.first_origin)):
        if last is not None and run.first > last.last:
            beside = max(last.beside, run.beside) if last.beside != run.beside else 0
            gaps.append(Gap(last.last, run.first, (last.last_origin, run.first_origin), beside))
        if last is None or run.last > last.last:
            last = run
    return gaps


def _waited(op: Operation, gap: Gap) -> bool:
    """Whether a call waited for its reply in all of a silence but its first second."""
    return gap.start - SECOND <= op.first_call.least < min(gap.start + SECOND, gap.end) and _unanswered(op, gap)


def _outstanding(op: Operation, gap: Gap) -> bool:
    """Whether a call was sent in a short silence, or just before it, and answered after it: then it was no idleness."""
    return gap.start - RUN_PAUSE <= op.first_call.least < gap.end - gap.length // 2 and _unanswered(op, gap)


def _unanswered(op: Operation, gap: Gap) -> bool:
    return op.reply is None or op.reply.least >= gap.end


def _note(gap: Gap, gaps: Sequence[Gap], calls: Sequence[Operation]) -> str:
    """Outage, or only idleness: a call was outstanding, or the silence is far beyond the usual."""
    if gap.length <= RUN_PAUSE:
        return "no pause beyond the usual"
    latest = gap.end - min(SECOND, gap.length // 2)
    if any(gap.start - SECOND <= op.first_call.least < latest and _unanswered(op, gap) for op in calls):
        return "calls were outstanding"
    others = sorted(item.length for item in gaps if item is not gap)
    usual = others[len(others) * 9 // 10] if others else RUN_PAUSE
    if gap.length > 4 * max(usual, RUN_PAUSE):
        return "the silence is far beyond the usual gap between replies"
    return "idle or stalled: no call was seen outstanding"
