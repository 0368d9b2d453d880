"""Verdicts: a measured span against an expectation (design, section 6). Doubt is never rounded to a pass or a fail."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.judge.dossier import Dossier
from analyzer.model.episode import Episode, JudgedBy, Judgement, Measured, Verdict, Wanted
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement, MissingMeasurement
from analyzer.model.over_time.coverage import Coverage

POLLING_PERIOD = 30 * SECOND  # Genesis' HA check period where the log does not show it: 30 s is known of AOS
ORDER: tuple[Verdict, ...] = ("NOT-JUDGED", "MET", "LATE", "UNDECIDED", "MISSED")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst in the order MET < LATE < UNDECIDED < MISSED; NOT-JUDGED when nothing was judged."""
    return max(verdicts, key=ORDER.index, default="NOT-JUDGED")


def of_run(episodes: Iterable[Verdict], coverage: Coverage) -> Verdict:
    """A run's verdict: that of the worst episode, and no better than UNDECIDED where there are signs of another; where
    none was judged, UNDECIDED unless a failover would have been seen.
    """
    found = worst(episodes)
    unknown = bool(coverage.untold) or (found == "NOT-JUDGED" and not coverage.is_whole)
    return worst((found, "UNDECIDED")) if unknown else found


def judge_detection(one: Measured, dossier: Dossier) -> Judgement:
    """Hold an episode's detection latency against the expectation of its kind."""
    episode = one.episode
    wanted = next((e for e in dossier.expectations if e.kind == episode.kind), None)
    if wanted is None:
        return Judgement(
            verdict="NOT-JUDGED",
            metric="detection",
            reason="no-expectation",
            measured=None,
            expected=None,
        )
    measured = next((m for m in one.measurements if m.metric == wanted.metric), None)
    if isinstance(measured, MissingMeasurement) and measured.absence == "not-applicable":
        return Judgement(
            verdict="NOT-JUDGED",
            metric=wanted.metric,
            reason="not-applicable",
            measured=None,
            expected=wanted.expected,
            tolerance=wanted.tolerance,
            expectation_source=wanted.source,
            missing=measured,
        )
    period = dossier.found.check_period
    bound = (period.most if period else POLLING_PERIOD) + dossier.settings.processing_allowance
    span = measured.span if isinstance(measured, KnownMeasurement) else None
    limit = wanted.expected + wanted.tolerance
    reason = _reason(span, limit, max(bound, limit))
    verdict = _verdict(reason)
    return Judgement(
        verdict=verdict,
        metric=wanted.metric,
        reason=reason,
        measured=span,
        expected=wanted.expected,
        tolerance=wanted.tolerance,
        bound=bound,
        expectation_source=wanted.source,
        decides=_decides(episode, dossier) if verdict == "UNDECIDED" else (),
    )


def _reason(span: Span | None, limit: int, bound: int) -> JudgedBy:
    """How a span lies to the expectation's limit and to the bound, which is not below it, ns."""
    if span is None:
        return "not-bounded"
    if span.most <= limit:
        return "within-expectation"
    if span.least > bound:
        return "beyond-bound"
    if span.least > limit and span.most <= bound:
        return "within-bound"
    return "straddles"


def _verdict(reason: JudgedBy) -> Verdict:
    match reason:
        case "no-expectation" | "not-applicable":
            return "NOT-JUDGED"
        case "within-expectation":
            return "MET"
        case "within-bound":
            return "LATE"
        case "beyond-bound":
            return "MISSED"
        case "not-bounded" | "straddles":
            return "UNDECIDED"


def _decides(episode: Episode, dossier: Dossier) -> tuple[tuple[Wanted, ...], ...]:
    """Which evidence would narrow the instants that leave the doubt; what is given is not asked for again."""
    known = {i.name: i for i in episode.instants if isinstance(i, KnownInstant)}
    end: InstantName = "detected" if episode.kind == "cvm-failure" else "repaired"
    wanted: list[tuple[Wanted, ...]] = []
    if "fault" not in known:
        wanted.append(("before-fault", "note"))
    elif known["fault"].at.doubt > SECOND:
        wanted.append(_of_fault(episode, known["fault"].at, dossier))
    if end not in known:
        wanted.append(("leaders-genesis",))
    elif known[end].at.doubt > SECOND // 10:
        kernel = end == "repaired" and "vmkernel" not in dossier.given
        wanted.append(("vmkernel-log" if kernel else "millisecond-genesis",))
    return tuple(wanted) or (("denser-capture",),)


def _of_fault(episode: Episode, fault: Instant, dossier: Dossier) -> tuple[Wanted, ...]:
    """What would narrow the fault's instant: any of these."""
    covered, given = dossier.found.covered, dossier.given
    seen = covered is not None and covered[0] <= fault.most and fault.least <= covered[1]
    capture: Wanted = "vmk1-capture" if seen else "capture-of-fault"
    note: Wanted = "note-offset" if "marks" in given else "note"
    by_hand = episode.kind != "cvm-failure" and not {"shell", "vmkernel"} <= given
    return (capture, "host-logs", note) if by_hand else (capture, note)
