"""A verdict beside what the truth's own duration gives, by the same expectation and the true check period.

Where no log tells the period, 30 s is what the design says to hold a latency against.
"""

from __future__ import annotations

from analyzer.measure.stages import DETECTION
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.rows import VerdictRow

POLLING_PERIOD = 30 * SECOND
ALLOWANCE = 10 * SECOND
SLACK = 5 * MILLISECOND  # a period that is measured to some ms


def verdict_row(true: TrueEpisode | None, told: MeasuredEpisode, run: Run, truth: Truth, last: int) -> VerdictRow:
    """The verdict of a told episode; `last` (true time, ns) is when the evidence ends. One on what never was is wrong
    when it says anything.
    """
    verdict = told.judgement.verdict
    if true is None:
        return VerdictRow(verdict, wrong=verdict in ("MET", "LATE", "MISSED"))
    due = next((one for one in run.settings.expectations if one.kind == true.kind), None)
    if due is None or verdict in ("UNDECIDED", "NOT-JUDGED"):
        return VerdictRow(verdict, wrong=False)
    limit = due.expected + due.tolerance
    period = truth.check_period if run.check_period else POLLING_PERIOD
    bound = max(period + ALLOWANCE, limit)
    least, most = _took(true, last)
    wrong = {
        "MET": least > limit + SLACK,
        "LATE": most < limit - SLACK or least > bound + SLACK,
        "MISSED": most < bound - SLACK,
    }
    return VerdictRow(verdict, wrong=wrong[verdict])


def _took(true: TrueEpisode, last: int) -> tuple[int, int]:
    """The true latency, from the fault's effect or its cause, ns; what was never repaired took at least so long."""
    fault, end = true.instants.fault, DETECTION.get(true.kind, "repaired")
    at: int | None = getattr(true.instants, end)
    if at is None:
        return max(0, last - fault.most), 1 << 62
    return at - fault.most, at - fault.least
