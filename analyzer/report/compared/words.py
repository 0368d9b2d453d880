"""The word for a line of a comparison, and for all of it."""

from __future__ import annotations

from analyzer.model.over_time.compared_groups import Comparison, OverTime, Versus
from analyzer.model.over_time.comparison import Different, Figure, Groups, NoLarger, OneSided, Pair
from analyzer.model.over_time.courses import Course, Step
from analyzer.report.compared.sentences import mark
from analyzer.report.view.parts import Badge

WAIT = "wait"
HEADLINES = ("detection", "outage", "outage-at-repair")
CHAIN = " + "
OF_OUTAGE = frozenset({"detect", "decide", "repair", "reconnect", "resume"})
WORSE = Badge("WORSE", "✗", "missed", "a stage takes longer, by at least what is said")
BETTER = Badge("BETTER", "✓", "met", "a stage takes less long")
SAME = Badge("NO LARGER", "✓", "met", "no difference that matters is possible")
UNTOLD = Badge("CAN'T TELL", "?", "undecided", "both no difference and one that matters are possible")
CHANGED = Badge("CHANGED", "✗", "missed", "there is a change that nobody explained")
FEW = Badge("CAN'T TELL", "?", "undecided", "so few runs can't show a change point")
STEADY = Badge("NO CHANGE SHOWN", "–", "not-judged", "no change point was found")


def word_for_all(of: Comparison) -> Badge:
    """The worst that is shown of what may matter."""
    if not of.comparable:
        return UNTOLD
    if not of.versus:
        able = any(course.able for one in of.over_time for course in one.courses)
        return CHANGED if any(map(is_changed, of.over_time)) else STEADY if able else FEW
    found = [word for one in of.versus for word in counted_words(one, of.size)]
    return next((one for one in (WORSE, UNTOLD, BETTER) if one in found), SAME if found else UNTOLD)


def counted_words(of: Versus, size: int) -> list[Badge]:
    """The words for the figures of two groups that count; a sum whose difference may be chance can't tell."""
    words = [word_for(line, size) for line in counted_lines(of)]
    there = {line.figure for line in _lines(of)}
    chance = [line for line in _lines(of) if may_be_chance(line, of) and not is_told_by_parts(line.figure, there)]
    return [*words, UNTOLD] if chance else words


def counted_lines(of: Versus) -> list[Pair | Groups]:
    """The figures that count. The wait for a check is chance; a sum that has it counts by its parts where all of them
    are compared, unless groups of runs show that it differs, and of two runs not where the wait may be all of it.
    """
    lines = _lines(of)
    there = {line.figure for line in lines}
    return [
        line
        for line in lines
        if (isinstance(line, Groups) and isinstance(line.answer, Different))
        or not (is_told_by_parts(line.figure, there) or may_be_chance(line, of))
    ]


def _lines(of: Versus) -> list[Pair | Groups]:
    return [line for line in of.lines if not isinstance(line, OneSided) and line.figure[1] != WAIT]


def may_be_chance(line: Pair | Groups, of: Versus) -> bool:
    """Whether the difference of two runs in a sum may be that of the wait for a check, which is up to a check period,
    and stages without it say more.
    """
    if isinstance(line, Groups) or not _has_wait(line.figure):
        return False
    periods = [test.conditions.check_period for group in (of.first, of.second) for test in group.tests]
    longest = max((one.most for one in periods if one is not None), default=0)
    stages = [one for one in _lines(of) if one.figure[0] == line.figure[0] and not _has_wait(one.figure)]
    return bool(stages) and 0 < max(line.longer.least, -line.longer.most) <= longest


def _has_wait(figure: Figure) -> bool:
    return figure[1] in {"detection", "outage"} or WAIT in figure[1]


def is_told_by_parts(figure: Figure, there: set[Figure]) -> bool:
    """Whether the figure has the wait for a check in it, and all its other stages are figures too."""
    kind, name = figure
    parts = (
        set(name.split(CHAIN)) - {WAIT} if name not in HEADLINES else {"detect"} if name == "detection" else OF_OUTAGE
    )
    known = {part for of, each in there if of == kind and WAIT not in each for part in each.split(CHAIN)}
    return parts <= known and (name in HEADLINES or WAIT in name)


def word_for(line: Pair | Groups, size: int) -> Badge:
    """What is said of one figure, where a difference of up to `size`, ns, does not matter."""
    if matters_not(line, size):
        return SAME
    if isinstance(line, Pair):
        return WORSE if line.longer.least > 0 else BETTER if line.longer.most < 0 else UNTOLD
    match line.answer:
        case Different(direction="longer"):
            return WORSE
        case Different():
            return BETTER
        case NoLarger():
            return SAME
        case _:
            return UNTOLD


def matters_not(line: Pair | Groups, size: int) -> bool:
    """Whether all that is possible is a difference of at most `size`, ns."""
    by = line.longer if isinstance(line, Pair) else line.interval
    return -size <= by.least and by.most <= size


def is_changed(of: OverTime) -> bool:
    """Whether a cluster has a change that nobody explained: one that is shown, or one that was told and stands."""
    return bool(of.told.standing) or any(map(unexplained, of.courses))


def unexplained(course: Course) -> tuple[Step, ...]:
    """The change points that nobody explained and that stand among all figures."""
    return tuple(step for step in course.steps if mark(step) == "shown")
