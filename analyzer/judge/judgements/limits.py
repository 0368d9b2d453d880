"""Which expectation applies to an episode, and how a span lies to its limits: doubt is never rounded."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from analyzer.config import ANY_KIND
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, EpisodeKind, JudgedBy, Judgement, Verdict
from analyzer.model.instant import SECOND, Span
from analyzer.model.run import Expectation
from analyzer.model.told import Doubt

NTP_KEEPS = SECOND  # clocks that are only taken to be one, each kept by NTP, are hardly farther apart


ASKEW = Doubt("contradicted", instant="repaired")


class Limits(msgspec.Struct, frozen=True):
    """An expectation with the bound that holds for it here, ns."""

    wanted: Expectation
    bound: int

    @property
    def met(self) -> int:
        """The longest that is MET, ns."""
        return self.wanted.expected + self.wanted.tolerance

    @property
    def late(self) -> int:
        """The longest that is LATE, ns: never below what is MET."""
        return max(self.bound, self.met)


def applying(expectations: Sequence[Expectation], kind: EpisodeKind, metric: str) -> Expectation | None:
    """The expectation of that kind and metric; else that of any kind."""
    of_metric = {one.kind: one for one in expectations if one.metric == metric}
    return of_metric.get(kind) or of_metric.get(ANY_KIND)


def reason_of(span: Span, limits: Limits) -> JudgedBy:
    """How a span lies to what is expected and to the bound."""
    if span.most <= limits.met:
        return "within-expectation"
    if span.least > limits.late:
        return "beyond-bound"
    if span.most > limits.late:
        return "straddles"
    return "within-bound" if span.least > limits.met else "straddles-expectation"


def as_judged(span: Span, limits: Limits, *, one_clock: bool) -> Span:
    """The span that is judged: of captures that are only taken to share one clock (`one_clock`), with what their clocks
    may be apart where a verdict would be another by that. What is beyond the bound stays so: a host that was without
    storage for almost so long lost it too, but for a heartbeat that came in time.
    """
    if not one_clock or reason_of(span, limits) == "beyond-bound":
        return span
    most = span.most + NTP_KEEPS if span.bounded else span.most
    apart = Span(max(0, span.least - NTP_KEEPS), most)
    return span if reason_of(apart, limits) == reason_of(span, limits) else apart


def verdict_of(reason: JudgedBy) -> Verdict:
    """The verdict that a reason gives."""
    match reason:
        case "no-expectation" | "not-applicable" | "not-bounded-above" | "author-unknown":
            return "NOT-JUDGED"
        case "within-expectation":
            return "MET"
        case "straddles-expectation":
            return "MET-OR-LATE"
        case "within-bound":
            return "LATE"
        case "beyond-bound" | "datastore-lost":
            return "MISSED"
        case (
            "not-bounded"
            | "straddles"
            | "datastore-unwatched"
            | "datastore-untied"
            | "storage-away"
            | "log-contradicts"
            | "clocks-contradict"
            | "no-cause"
        ):
            return "UNDECIDED"


def clocks_contradict(episode: Episode, found: Correlation) -> bool:
    """Whether the logs have a repair where captures can't have it, and one of these is only taken to have the clock of
    the others: what is measured from one to another is not known.
    """
    assumed = any(one.note is not None and one.note.name == "one-clock" for one in found.clocks)
    return assumed and ASKEW in episode.doubts


def held(metric: str, span: Span | None, reason: JudgedBy, limits: Limits) -> Judgement:
    """The judgement of a span, without what would decide."""
    return Judgement(
        verdict=verdict_of(reason),
        metric=metric,
        reason=reason,
        measured=span,
        expected=limits.wanted.expected,
        tolerance=limits.wanted.tolerance,
        bound=limits.bound,
        expectation_source=limits.wanted.source,
        own=limits.wanted.own,
        own_bound=limits.wanted.own and limits.wanted.bound is not None,
    )
