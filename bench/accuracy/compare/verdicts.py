"""Verdicts beside what the truth's own durations give, by the contract's expectations and the true check period.

Where no log tells the period, 30 s is what the contract says to hold a latency against.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, UNBOUNDED, Span
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.compare.definitions import (
    ALLOWANCE,
    APD_AFTER,
    DETECTION_ENDS,
    EXPECTED,
    OUTAGE_BOUND,
    OUTAGE_EXPECTED,
    POLLING_PERIOD,
)
from bench.accuracy.expected import Given, is_inside
from bench.accuracy.rows import VerdictRow

SLACK = 5 * MILLISECOND  # a period that is measured to some ms
FIRM = ("MET", "MET-OR-LATE", "LATE", "MISSED")
LOST = "all-paths-down"  # the truth's name for it
OF_HOSTS = ("vobd", "vmkernel")
"""The logs in which a host says that a datastore was lost."""


def verdict_rows(
    true: TrueEpisode | None, told: MeasuredEpisode, run: Run, truth: Truth, given: Given, last: int
) -> Iterator[VerdictRow]:
    """A row for each judgement of a told episode; `last` (true time, ns) is when the evidence ends. What truth has no
    figure of is not compared; what never was is counted as that.
    """
    for one in told.judgements:
        if one.metric == "outage-at-repair" or (true is None and one.metric == "outage"):
            continue
        verdict: str = one.verdict
        wrong = verdict in FIRM and _is_wrong(verdict, one.metric, true, run, truth, given, last)
        yield VerdictRow(verdict, wrong=wrong, kind=told.episode.kind, metric=one.metric)


def _is_wrong(
    verdict: str, metric: str, true: TrueEpisode | None, run: Run, truth: Truth, given: Given, last: int
) -> bool:
    """Whether a firm verdict is. One on what never was, or on what is shown to be none of Genesis' doing, is wrong when
    it says anything.
    """
    if true is None:
        return True
    if metric == "outage":
        return _is_wrong_of_outage(verdict, true, truth, given)
    if metric != "detection":
        return False
    if true.kind not in EXPECTED or _is_shown_not_to_be_genesis(true, given):
        return True
    return not _fits(verdict, _took(true, last), EXPECTED[true.kind], _bound(true.kind, run, truth))


def _is_wrong_of_outage(verdict: str, true: TrueEpisode, truth: Truth, given: Given) -> bool:
    """Of how long a host had no storage: what its own logs call lost in it is MISSED, however long it was."""
    if true.outage is None:
        return False
    logged = any(one.what in OF_HOSTS and one.of == true.host for one in given.files)
    if verdict == "MISSED" and logged and (APD_AFTER.holds(true.outage) or _is_lost_in(true, truth)):
        return False
    return not _fits(verdict, Span(true.outage, true.outage), OUTAGE_EXPECTED, OUTAGE_BOUND)


def _is_lost_in(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the host declared a datastore lost since the fault, of a silence that began before the host was served
    again: each datastore has connections of its own, and the first that is served ends the episode.
    """
    mine = [one for one in truth.episodes if one.host == true.host]
    later = [one.instants.restored for one in mine if one.instants.fault.least >= true.instants.fault.least]
    until = true.instants.restored or min((at for at in later if at is not None), default=UNBOUNDED)
    return any(
        one.name == LOST
        and one.by == true.host
        and true.instants.fault.least <= one.at
        and int(one.detail["since"]) <= until
        for one in truth.events
    )


def _fits(verdict: str, took: Span, limit: int, bound: int) -> bool:
    """Whether what took so long may be called so."""
    match verdict:
        case "MET":
            return took.least <= limit + SLACK
        case "MET-OR-LATE":
            return took.least <= bound + SLACK
        case "LATE":
            return took.most >= limit - SLACK and took.least <= bound + SLACK
        case _:
            return took.most >= bound - SLACK


def is_beyond_bound(true: TrueEpisode, run: Run, truth: Truth, given: Given, last: int) -> bool:
    """Whether Genesis took longer over an episode than the polling bound, for sure: what became the right path before
    it acted, or another fault's, it had not to repair.
    """
    later = any(
        one.host == true.host and one.instants.fault.least > true.instants.fault.least for one in truth.episodes
    )
    acted = true.kind in DETECTION_ENDS and getattr(true.instants, DETECTION_ENDS[true.kind]) is not None
    if true.kind not in EXPECTED or _is_shown_not_to_be_genesis(true, given) or (later and not acted):
        return False
    return _took(true, last).least > _bound(true.kind, run, truth) + SLACK


def _bound(kind: str, run: Run, truth: Truth) -> int:
    """The polling bound of a kind, ns."""
    period = truth.check_period if run.check_period else POLLING_PERIOD
    return max(period + ALLOWANCE, EXPECTED[kind])


def _is_shown_not_to_be_genesis(true: TrueEpisode, given: Given) -> bool:
    """Whether the evidence shows that it is not Genesis' reaction that took so long: somebody was faster, which a log
    shows; or it had not to react, as the own CVM served the host, which the internal switch shows.
    """
    if true.mistaken and true.during.kind == "local" and is_inside(true, given):
        return True
    logs = any(one not in given.captures for one in given.files)
    unasked = true.instants.repaired is not None and true.instants.detected is None
    by_another = DETECTION_ENDS[true.kind] == "repaired" and true.repaired_by not in ("genesis", None)
    hosts = any(one.what in ("shell", "vmkernel") and one.of == true.host for one in given.files)
    as_well = true.instants.decided is not None  # Genesis does so too, and only the host's logs tell who was first
    return logs and (unasked or (by_another and (hosts or not as_well)))


def _took(true: TrueEpisode, last: int) -> Span:
    """The true latency, from the fault's effect or its cause, ns; what was never repaired took at least so long."""
    fault, end = true.instants.fault, DETECTION_ENDS[true.kind]
    at: int | None = getattr(true.instants, end) or true.instants.repaired
    if at is None:
        return Span(max(0, last - fault.most), UNBOUNDED)
    return Span(at - fault.most, at - fault.least)
