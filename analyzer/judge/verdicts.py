"""Verdicts: a measured span against an expectation (design, section 6). Doubt is never rounded to a pass or a fail."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.judge.dossier import Dossier
from analyzer.model.episode import Episode, Judgement, Measured, Verdict
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement, MissingMeasurement

POLLING_PERIOD = 30 * SECOND  # Genesis' HA check period where the log does not show it (formats.md, section 3)
NOTE = "a note of when it was made (with --clock for how far the note's clock is off: unsaid, up to 10 min)"
NOTED = "--clock for how far the clock of your note is off, which is taken as up to 10 min"
ORDER: tuple[Verdict, ...] = ("NOT-JUDGED", "MET", "LATE", "UNDECIDED", "MISSED")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst in the order MET < LATE < UNDECIDED < MISSED; NOT-JUDGED when nothing was judged."""
    return max(verdicts, key=ORDER.index, default="NOT-JUDGED")


def judge_detection(one: Measured, dossier: Dossier) -> Judgement:
    """Hold an episode's detection latency against the expectation of its kind."""
    episode = one.episode
    wanted = next((e for e in dossier.expectations if e.kind == episode.kind), None)
    if wanted is None:
        return Judgement(
            verdict="NOT-JUDGED",
            metric="detection",
            measured=None,
            expected=None,
            sentence=f"there is no expectation for a {episode.kind}",
        )
    measured = next((m for m in one.measurements if m.metric == wanted.metric), None)
    if isinstance(measured, MissingMeasurement) and measured.absence == "not-applicable":
        return Judgement(
            verdict="NOT-JUDGED",
            metric=wanted.metric,
            measured=None,
            expected=wanted.expected,
            tolerance=wanted.tolerance,
            expectation_source=wanted.source,
            sentence=measured.why,
        )
    period = dossier.found.check_period
    bound = (period.most if period else POLLING_PERIOD) + dossier.settings.processing_allowance
    span = measured.span if isinstance(measured, KnownMeasurement) else None
    limit = wanted.expected + wanted.tolerance
    verdict = _verdict(span, limit, max(bound, limit))
    return Judgement(
        verdict=verdict,
        metric=wanted.metric,
        measured=span,
        expected=wanted.expected,
        tolerance=wanted.tolerance,
        bound=bound,
        expectation_source=wanted.source,
        sentence=_sentence(verdict, span, limit, max(bound, limit)),
        decides=_decides(episode, dossier) if verdict == "UNDECIDED" else "",
    )


def _verdict(span: Span | None, limit: int, bound: int) -> Verdict:
    if span is None:
        return "UNDECIDED"
    if span.most <= limit:
        return "MET"
    if span.least > bound:
        return "MISSED"
    if span.least > limit and span.most <= bound:
        return "LATE"
    return "UNDECIDED"


def _sentence(verdict: Verdict, span: Span | None, limit: int, bound: int) -> str:
    if span is None:
        return "the evidence does not bound the latency"
    if verdict == "MET":
        return "the whole span is within the expectation"
    if verdict == "LATE":
        return "beyond the expectation, but within the polling bound: a healthy cluster does this"
    if verdict == "MISSED":
        return "the whole span is beyond the expectation and the polling bound"
    lines = [
        name for name, at in (("the expectation", limit), ("the polling bound", bound)) if span.least <= at < span.most
    ]
    return f"the span straddles {' and '.join(lines)}"


def _decides(episode: Episode, dossier: Dossier) -> str:
    """Which evidence would narrow the instants that leave the doubt; what is given is not asked for again."""
    covered, given = dossier.found.covered, dossier.given
    known = {i.name: i for i in episode.instants if isinstance(i, KnownInstant)}
    end: InstantName = "detected" if episode.kind == "cvm-failure" else "repaired"
    fault, last = known.get("fault"), known.get(end)
    wanted: list[str] = []
    if fault is None:
        wanted.append(f"a capture or log that covers the time before the fault, or {NOTE}")
    elif fault.at.doubt > SECOND:
        seen = covered is not None and covered[0] <= fault.at.most and fault.at.least <= covered[1]
        ways = ["a capture of vmk1 on the host" if seen else "a capture that covers the fault"]
        if episode.kind != "cvm-failure" and not {"shell", "vmkernel"} <= given:
            ways.append("the host's shell.log and vmkernel.log")
        ways.append(NOTED if "marks" in given else NOTE)
        wanted.append(" or ".join(ways))
    if last is None:
        wanted.append("genesis.out of the CVM that led Genesis")
    elif last.at.doubt > SECOND // 10:
        kernel = end == "repaired" and "vmkernel" not in given
        wanted.append(
            "the host's vmkernel.log (it logs route changes)" if kernel else "genesis.out with millisecond stamps"
        )
    return "; ".join(wanted or ["a capture with less time between the host's calls"])
