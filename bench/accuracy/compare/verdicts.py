"""A verdict beside what the truth's own duration gives, by the contract's expectation and the true check period.

Where no log tells the period, 30 s is what the contract says to hold a latency against.
"""

from __future__ import annotations

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.compare.definitions import ALLOWANCE, DETECTION_ENDS, EXPECTED, POLLING_PERIOD
from bench.accuracy.expected import Given
from bench.accuracy.rows import VerdictRow

SLACK = 5 * MILLISECOND  # a period that is measured to some ms
FIRM = ("MET", "LATE", "MISSED")


def verdict_row(
    true: TrueEpisode | None, told: MeasuredEpisode, run: Run, truth: Truth, given: Given, last: int
) -> VerdictRow:
    """The verdict of a told episode; `last` (true time, ns) is when the evidence ends. One on what never was, or on
    what is shown to be none of Genesis' doing, is wrong when it says anything.
    """
    verdict = told.judgement.verdict
    if verdict not in FIRM:
        return VerdictRow(verdict, wrong=False)
    if true is None or true.kind not in EXPECTED or _is_shown_not_to_be_genesis(true, given):
        return VerdictRow(verdict, wrong=True)
    limit = EXPECTED[true.kind]
    period = truth.check_period if run.check_period else POLLING_PERIOD
    bound = max(period + ALLOWANCE, limit)
    least, most = _took(true, last)
    wrong = {
        "MET": least > limit + SLACK,
        "LATE": most < limit - SLACK or least > bound + SLACK,
        "MISSED": most < bound - SLACK,
    }
    return VerdictRow(verdict, wrong=wrong[verdict])


def _is_shown_not_to_be_genesis(true: TrueEpisode, given: Given) -> bool:
    """Whether the evidence shows that it is not Genesis' reaction that took so long: somebody was faster, which a log
    shows; or it had not to react, as the own CVM served, which the internal switch shows.
    """
    if true.mistaken and any(one.what == "vmk1" and one.of == true.host for one in given.captures):
        return True
    logs = any(one not in given.captures for one in given.files)
    unasked = true.instants.repaired is not None and true.instants.detected is None
    by_another = DETECTION_ENDS[true.kind] == "repaired" and true.repaired_by not in ("genesis", None)
    hosts = any(one.what in ("shell", "vmkernel") and one.of == true.host for one in given.files)
    as_well = true.instants.decided is not None  # Genesis does so too, and only the host's logs tell who was first
    return logs and (unasked or (by_another and (hosts or not as_well)))


def _took(true: TrueEpisode, last: int) -> tuple[int, int]:
    """The true latency, from the fault's effect or its cause, ns; what was never repaired took at least so long."""
    fault, end = true.instants.fault, DETECTION_ENDS[true.kind]
    at: int | None = getattr(true.instants, end) or true.instants.repaired
    if at is None:
        return max(0, last - fault.most), 1 << 62
    return at - fault.most, at - fault.least
