"""The HA checks: their period, pauses in them, restarts of Genesis, and moves of the leader to another CVM."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median_low

from analyzer.judge import codes
from analyzer.judge.dossier import CHECK_PERIOD, Dossier, seconds
from analyzer.judge.ha_checks import Check
from analyzer.judge.index import grouped
from analyzer.model.event import HaStarted
from analyzer.model.finding import Finding
from analyzer.model.instant import UNBOUNDED, Instant, Span

SLIP = 3_500_000_000  # a check's first line comes late by a dead CVM's probe and a whole-second stamp
FEWEST = 3  # steps between checks that tell a period
TENTH = 10  # a period that is off by less than one in these is none to tell
ALTERNATE = 4  # more moves than this: each CVM logs checks of its own


def due_checks(dossier: Dossier) -> tuple[Check, ...]:
    """The checks of all CVMs; empty where they keep no period, so that none is ever due."""
    found = dossier.checks
    return found if _keeps_period(found, dossier.period) else ()


def _keeps_period(checks: Sequence[Check], period: int) -> bool:
    steps = [_apart(one, other) for one, other in pairwise(checks)]
    good = sum(abs(step - period) <= SLIP for step in steps)
    return len(steps) >= FEWEST and good * 3 >= len(steps) * 2


def _apart(one: Check, other: Check) -> int:
    """Between the first lines of two checks, ns."""
    gap = _gap(one, other)
    return (gap.least + gap.most) // 2


def _gap(one: Check, other: Check) -> Span:
    """How long after a check another one begins: by their own stamps where one CVM made both, and its clock was not set
    in between for all that is known.
    """
    placed = other.placed - one.placed
    stamped = Span(other.first.least - one.first.most, other.first.most - one.first.least)
    as_stamped = one.first.clock == other.first.clock or (one.cvm == other.cvm and placed.meet(stamped) is not None)
    return stamped if as_stamped else placed


def period_off(dossier: Dossier) -> list[Finding]:
    """AP111: by what the service says of itself, or by the checks, of which most keep another period."""
    said = [(event.origin, started.period) for event, started in dossier.of(HaStarted) if started.period]
    off = [(origin, period) for origin, period in said if _is_off(period)]
    if off:
        sentence = f"The HA service checks every {seconds(off[0][1] or 0)}; expected {seconds(CHECK_PERIOD)}"
        return [codes.finding(codes.PERIOD_OFF, sentence, tuple(origin for origin, _ in off))]
    checks = due_checks(dossier)
    steps = [_apart(one, other) for one, other in pairwise(checks) if one.cvm == other.cvm]
    off_steps = sum(map(_is_off, steps))
    if len(steps) < FEWEST or off_steps * 3 < len(steps) * 2 or not _is_off(median_low(steps)):
        return []
    sentence = f"The HA checks are {seconds(median_low(steps))} apart; expected {seconds(CHECK_PERIOD)}"
    return [codes.finding(codes.PERIOD_OFF, sentence, tuple(check.origin for check in checks))]


def _is_off(period: int | None) -> bool:
    return period is not None and abs(period - CHECK_PERIOD) * TENTH > CHECK_PERIOD


def paused(dossier: Dossier) -> list[Finding]:
    """AP112: more than one and a half periods without a check of any CVM."""
    checks, restarts = due_checks(dossier), _restarts(dossier)
    found = []
    for one, other in pairwise(checks):
        if not other.follows and _gap(one, other).least * 2 > dossier.period * 3:
            why = _why(one, other, restarts, dossier)
            sentence = f"No HA check for {seconds(_apart(one, other))} (the interval is {seconds(dossier.period)}){why}"
            found.append(codes.finding(codes.CHECKS_PAUSED, sentence, (one.origin, other.origin)))
    return found + _ended(checks, dossier)


def _restarts(dossier: Dossier) -> dict[str, list[int]]:
    """When the HA service started, by the clock of the log that tells it (ns on that), in order."""
    each = sorted((event.at.middle, event.at.clock) for event, _ in dossier.of(HaStarted))
    return grouped((clock, at) for at, clock in each)


def _why(one: Check, other: Check, restarts: Mapping[str, Sequence[int]], dossier: Dossier) -> str:
    if one.cvm != other.cvm:
        return f": {_moved(one, other, dossier)}"
    mine = restarts.get(one.first.clock, ())
    if bisect_left(mine, one.last.middle) < bisect_right(mine, other.first.middle):
        return f": Genesis restarted on {one.cvm}"
    return "" if one.first.clock == other.first.clock else ", or its clock was set forward"


def _ended(checks: Sequence[Check], dossier: Dossier) -> list[Finding]:
    """The checks end, and the log of the CVM that made them goes on."""
    if not checks:
        return []
    last = checks[-1]
    ends = [
        source.last.least
        for source in dossier.evidence.sources
        if source.clock == last.first.clock and source.last is not None and source.kind == "genesis"
    ]
    silence = max(ends, default=0) - last.last.most
    if silence <= 2 * dossier.period:
        return []
    sentence = f"No HA check of {last.cvm} in the last {seconds(silence)} of its log"
    return [codes.finding(codes.CHECKS_PAUSED, sentence, (last.origin,))]


def restarted(dossier: Dossier) -> list[Finding]:
    """AP113: the HA service starts in a log that has checks of its own before, and the CVM was not down meanwhile."""
    found = []
    checks = grouped((check.first.clock, check) for check in dossier.checks)
    for event, _ in dossier.of(HaStarted):
        mine = checks.get(event.at.clock, [])
        before = bisect_left(mine, event.at.middle, key=lambda check: check.last.middle)
        last = mine[before - 1] if before else None
        if last is not None and not _failed(last, dossier.placed(event.at), dossier):
            cvm = dossier.wrote.get(event.origin.source, event.at.clock)
            gap = seconds(event.at.middle - last.first.middle)
            sentence = f"The HA service of {cvm} started again, {gap} after its last check"
            found.append(codes.finding(codes.GENESIS_RESTARTED, sentence, (last.origin, event.origin)))
    return found


def moved(dossier: Dossier) -> list[Finding]:
    """AP114: one CVM's checks end, another's begin."""
    pairs = [(one, other) for one, other in pairwise(dossier.checks) if one.cvm != other.cvm]
    if len(pairs) > ALTERNATE:
        return []
    found = []
    for one, other in pairs:
        sentence = _moved(one, other, dossier)
        sentence = sentence[:1].upper() + sentence[1:]
        found.append(codes.finding(codes.LEADER_MOVED, sentence, (one.origin, other.origin)))
    return found


def _moved(one: Check, other: Check, dossier: Dossier) -> str:
    how = f"{one.cvm} failed, and the HA checks" if _failed(one, other.placed, dossier) else "the HA checks"
    return f"{how} moved from {one.cvm} to {other.cvm}"


def _failed(last: Check, until: Instant | None, dossier: Dossier) -> bool:
    """Whether the CVM that made a check failed after it and before `until`."""
    failures = dossier.failures.get(last.cvm)
    return failures is not None and failures.any_overlapping(last.placed.least, until.most if until else UNBOUNDED)
