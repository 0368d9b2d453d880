"""The word for a line of a comparison, and for all of it."""

from __future__ import annotations

from analyzer.model.over_time.compared_groups import Comparison, Versus
from analyzer.model.over_time.comparison import Different, Figure, Groups, NoLarger, OneSided, Pair
from analyzer.model.over_time.courses import Course, Step
from analyzer.report.compared.sentences import LEVEL
from analyzer.report.view.parts import Badge

WAIT = "wait"
HEADLINES = ("detection", "outage", "outage-at-repair")
CHAIN = " + "
OF_OUTAGE = frozenset({"detect", "decide", "repair", "reconnect", "resume"})
WORSE = Badge("WORSE", "✗", "missed", "a stage takes longer, by at least what is said")
BETTER = Badge("BETTER", "✓", "met", "a stage takes less long")
SAME = Badge("NO LARGER", "✓", "met", "no difference that matters is possible")
UNTOLD = Badge("CAN'T TELL", "?", "undecided", "both no difference and one that matters are possible")
CHANGED = Badge("CHANGED", "✗", "missed", "there is a change point that nobody explained")
STEADY = Badge("NO CHANGE SHOWN", "–", "not-judged", "no change point was found")


def word_for_all(of: Comparison) -> Badge:
    """The worst that is shown of what may matter."""
    if not of.comparable:
        return UNTOLD
    if not of.versus:
        return CHANGED if any(unexplained(course) for one in of.over_time for course in one.courses) else STEADY
    found = [word for one in of.versus for word in counted_words(one, of.size)]
    return next((one for one in (WORSE, UNTOLD, BETTER) if one in found), SAME if found else UNTOLD)


def counted_words(of: Versus, size: int) -> list[Badge]:
    """The words for the figures of two groups that count."""
    return [SAME if matters_not(line, size) else word_for(line) for line in counted_lines(of)]


def counted_lines(of: Versus) -> list[Pair | Groups]:
    """The figures that count. The wait for a check is chance; a sum that has it counts by its parts where all of them
    are compared, unless groups of runs show that it differs.
    """
    lines = [line for line in of.lines if not isinstance(line, OneSided) and line.figure[1] != WAIT]
    there = {line.figure for line in lines}
    return [
        line
        for line in lines
        if not is_told_by_parts(line.figure, there) or (isinstance(line, Groups) and isinstance(line.answer, Different))
    ]


def is_told_by_parts(figure: Figure, there: set[Figure]) -> bool:
    """Whether the figure has the wait for a check in it, and all its other stages are figures too."""
    kind, name = figure
    parts = (
        set(name.split(CHAIN)) - {WAIT} if name not in HEADLINES else {"detect"} if name == "detection" else OF_OUTAGE
    )
    known = {part for of, each in there if of == kind and WAIT not in each for part in each.split(CHAIN)}
    return parts <= known and (name in HEADLINES or WAIT in name)


def word_for(line: Pair | Groups) -> Badge:
    """What is said of one figure."""
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


def unexplained(course: Course) -> tuple[Step, ...]:
    """The change points that nobody explained and that stand among all figures."""
    return tuple(step for step in course.steps if not step.explained and step.corrected <= LEVEL)
