"""Whether a gate fires: yes, no, or can't tell.

A figure's difference is known within an interval. `worse > 2s` holds where the whole interval is beyond 2 s and the
comparison, among all, shows a difference; it does not hold where none of the interval is beyond; else nobody can tell.
Of several figures one that fires is enough, and none fires only where of each it is known (Kleene's three values).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from analyzer.compare.runs.courses import is_rare
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_groups import Comparison
from analyzer.model.over_time.comparison import Compared, Figure, Groups, OneSided, Pair
from analyzer.model.over_time.courses import Course
from analyzer.model.over_time.gates import Asks, Every, Fires, Gate, Not, Sign, Some

WAIT = "wait"
"""The time until the next check is chance: it counts only where it is named."""


def fires(of: Gate, found: Comparison) -> Fires:
    """Whether the gate fires on this comparison. What asks for something that nothing was compared for can't tell."""
    match of:
        case Asks():
            return _any(_asked(of, found)) if _has(of, found) else "cant-tell"
        case Not():
            opposite: dict[Fires, Fires] = {"yes": "no", "no": "yes", "cant-tell": "cant-tell"}
            return opposite[fires(of.of, found)]
        case Every():
            each = [fires(one, found) for one in of.of]
            return "no" if "no" in each else "cant-tell" if "cant-tell" in each else "yes"
        case Some():
            return _any(fires(one, found) for one in of.of)
    assert_never(of)


def _any(each: Iterable[Fires]) -> Fires:
    found = set(each)
    return "yes" if "yes" in found else "cant-tell" if "cant-tell" in found else "no"


def _has(of: Asks, found: Comparison) -> bool:
    return any(True for _ in _asked(of, found))


def _asked(of: Asks, found: Comparison) -> Iterator[Fires]:
    """What each figure that is asked for says."""
    if of.measure == "step":
        for history in found.over_time:
            told = {change.figure for change in history.told.standing}
            for course in history.courses:
                if _counts(of, course, history.courses):
                    yield "yes" if course.figure in told else _stepped(course)
        return
    for each in found.versus:
        yield from (_line(of, line) for line in each.lines if _is_of(of, line.figure))


def _counts(of: Asks, course: Course, others: Sequence[Course]) -> bool:
    """Whether this figure is asked for; one that few runs of its kind have only where it is named."""
    return _is_of(of, course.figure) and (of.figure is not None or not is_rare(course, others))


def _stepped(course: Course) -> Fires:
    """Whether it has a change point that nobody explained; too few runs can't tell."""
    if any(not one.explained and one.corrected <= LEVEL for one in course.steps):
        return "yes"
    return "no" if course.able else "cant-tell"


def _is_of(of: Asks, figure: Figure) -> bool:
    kind, name = figure
    return of.kind in (None, kind) and (of.figure == name or (of.figure is None and name != WAIT))


def _line(of: Asks, line: Compared) -> Fires:
    match of.measure:
        case "worse":
            return _beyond(of, _longer(line), sure=_sure(line))
        case "better":
            longer = _longer(line)
            return _beyond(of, Span(-longer.most, -longer.least) if longer else None, sure=_sure(line))
        case "p":
            return _holds(line.corrected, of.sign, of.limit) if isinstance(line, Groups) else "cant-tell"
        case "runs":
            return _holds(_runs(line), of.sign, of.limit)
        case "step":
            raise ValueError("a change point is of no line")
    assert_never(of.measure)


def _longer(line: Compared) -> Span | None:
    match line:
        case Pair():
            return line.longer
        case Groups():
            return line.interval
        case OneSided():
            return None
    assert_never(line)


def _sure(line: Compared) -> bool:
    """Whether the comparison shows a difference: of single runs their Spans do, of groups the p-value among all."""
    return isinstance(line, Pair) or (isinstance(line, Groups) and line.corrected <= LEVEL)


def _beyond(of: Asks, by: Span | None, *, sure: bool) -> Fires:
    """Whether a difference that lies in `by`, ns, is beyond the limit."""
    if by is None:
        return "cant-tell"
    ends = {_holds(by.least, of.sign, of.limit), _holds(by.most, of.sign, of.limit)}
    if ends == {"no"}:
        return "no"
    return "yes" if ends == {"yes"} and (sure or of.sign in ("<", "<=")) else "cant-tell"


def _runs(line: Compared) -> int:
    match line:
        case Pair():
            return 1
        case Groups():
            return min(len(line.first), len(line.second))
        case OneSided():
            return 0
    assert_never(line)


def _holds(value: float, sign: Sign, limit: float) -> Fires:
    holds = {">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit}
    return "yes" if holds[sign] else "no"
