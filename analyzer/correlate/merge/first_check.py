"""The first check after a fault: `check` held against the fault and what was found.

A check that began before the fault may have found it nevertheless; then no check is the first after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.logs.checks.ha_checks import HaCheck, HaChecks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import CHECK_PERIOD, SAME_CHECK
from analyzer.model.instant import Instant, Span
from analyzer.model.measurement import How, UnseenReason


def with_first_checks(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each with the first check after its fault, or why nothing tells which it was."""
    return [with_first_check(one, settled.checks) for one in observations]


def with_first_check(observation: Observation, checks: HaChecks) -> Observation:
    """With the first check that began after its fault as `check`, or why nothing shows which it was."""
    fault = observation.points.get("fault")
    found = observation.points.get("detected") or observation.points.get("decided")
    if fault is None or found is None or observation.is_ahead:
        return observation
    if observation.kind == "cvm-recovery" or fault.at.doubt <= SAME_CHECK or "check" not in observation.points:
        # one check sees a recovery, and a later one acts on it; else the check bounds a fault that is doubtful
        return _first_after(observation.without("check"), fault.at, found, checks)
    if observation.kind == "cvm-failure":
        return _within(_as_far_as_read(observation, fault.at, found, checks), fault.at, found.at)
    # a check reads the routes some time after it began, and the fault may lie between
    return _without(observation, "began-before")


def _without(observation: Observation, why: UnseenReason) -> Observation:
    return observation.without("check").lacking("check", why)


def _first_after(observation: Observation, fault: Instant, found: Point, checks: HaChecks) -> Observation:
    """The first check after the fault lies between the first that may be it and the first that surely is it."""
    until = checks.before(found)
    if until is None:
        return _without(observation, "check-unclear")
    candidates = checks.between(fault.least, until.first.middle)
    if not candidates:
        return _without(observation, "began-before")
    sure = next((check for check in candidates if check.begin.least >= fault.most), None)
    if sure is None and until.begin.least < fault.most and fault.doubt <= SAME_CHECK:
        return _without(observation, "began-before")
    last = sure or until
    least = candidates[0].begin.least
    if _is_unlogged_before(candidates[0], fault, checks):
        least = fault.least
    at = Instant(fault.clock, least, max(last.begin.most, least))
    origins = dict.fromkeys((candidates[0].origin, last.origin))
    return _within(observation.marked("check", at, origins, How("first-check")), fault, found.at)


def _as_far_as_read(observation: Observation, fault: Instant, found: Point, checks: HaChecks) -> Observation:
    """A failure's first check is not before the first that may have seen it, nor after the one that found it: what lies
    between did not reach the host or said nothing of it, and a CVM that they had as down may have been cut off only.
    """
    check, acting = observation.points["check"], checks.before(found)
    if acting is None or acting.first.middle < check.at.least:
        return observation
    between = checks.between(fault.least, acting.first.middle)
    earlier = next((one for one in between if one.begin.least > fault.least), acting)
    least, most = min(check.at.least, earlier.begin.least), max(check.at.most, acting.begin.most)
    if (least, most) == (check.at.least, check.at.most):
        return observation
    origins = dict.fromkeys((earlier.origin, *check.origins, acting.origin))
    return observation.at("check", Point(Instant(check.at.clock, least, most), tuple(origins), How("first-check")))


def _is_unlogged_before(first: HaCheck, fault: Instant, checks: HaChecks) -> bool:
    """Whether a check may have begun between the fault and the first one that the log shows: of some logs a check that
    finds nothing wrong leaves no line.
    """
    period = checks.period if checks.period is not None else Span(CHECK_PERIOD, CHECK_PERIOD)
    if first.begin.least - fault.least > period.most + SAME_CHECK:
        return True
    before = first.first.middle - (period.least + period.most) // 2
    logged = checks.latest(before + SAME_CHECK)
    is_logged = logged is not None and logged.first.middle >= before - SAME_CHECK
    return not is_logged and first.begin.most - period.least >= fault.least


def _within(observation: Observation, fault: Instant, found: Instant) -> Observation:
    """The check lies between the fault and what it found; it is none where it doesn't."""
    check = observation.points["check"]
    least, most = max(check.at.least, fault.least), min(check.at.most, found.most)
    if least > most:
        return _without(observation, "began-before")
    return observation.at("check", replace(check, at=Instant(check.at.clock, least, most)))
