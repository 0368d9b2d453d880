"""What is read first of clusters over time: where they changed, or that no change is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.model.over_time.compared_groups import OverTime
from analyzer.model.over_time.courses import Course, Step
from analyzer.model.over_time.looks import Change
from analyzer.report.compared.lines import down, figure_title
from analyzer.report.compared.sentences import (
    LEVEL,
    altered_words,
    by_words,
    differs,
    named_words,
    step_words,
    too_few_words,
)
from analyzer.report.compared.words import is_changed, unexplained
from analyzer.report.over_time.looked import stands_words, told_words
from analyzer.report.words import counted

ONE = 0.5
NAMED = 3
"""Changes, or clusters, of which a sentence tells each; of more it says how many."""


def over_time_sentences(histories: Sequence[OverTime]) -> Iterator[str]:
    """The changes of all clusters, and of which none is shown."""
    changes = [said for one in histories for said in changes_told(one)]
    yield from (f"{said}." for said in changes[:NAMED])
    if len(changes) > NAMED:
        yield f"{counted(len(changes) - NAMED, 'more change')} stand below."
    calm = [one for one in histories if one.courses and not is_changed(one)]
    enough = [one for one in calm if is_able(one)]
    if enough:
        yield f"No change is shown in {_clusters(enough)}."
    few = [one for one in calm if not is_able(one)]
    for words in dict.fromkeys(too_few_words(_most_runs(one)) for one in few):
        mine = [one for one in few if too_few_words(_most_runs(one)) == words]
        yield f"{words[:1].upper()}{words[1:]}: {_clusters(mine)}."


def is_able(of: OverTime) -> bool:
    """Whether any figure of a cluster has runs enough to show a change."""
    return any(course.able for course in of.courses)


def _most_runs(of: OverTime) -> Course:
    return max(of.courses, key=lambda course: len(course.spans))


def _longest(of: OverTime) -> int:
    return len(_most_runs(of).spans)


def _clusters(histories: Sequence[OverTime]) -> str:
    named = ", ".join(f"{one.name} ({counted(_longest(one), 'run')}{_apart(one)})" for one in histories[:NAMED])
    return named + (f" and {len(histories) - NAMED} more" if len(histories) > NAMED else "")


def _apart(of: OverTime) -> str:
    return ", known steps apart" if any(step.explained for course in of.courses for step in course.steps) else ""


def changes_told(of: OverTime) -> Iterator[str]:
    """Where the cluster changed, the last one first: every change that is shown, those of the same run together; then
    those that looks told, that stand, and that are not shown there.
    """
    found: dict[int, list[tuple[Course, Step]]] = {}
    for course in of.courses:
        for step in unexplained(course):
            found.setdefault(step.test.time or 0, []).append((course, step))
    for time in sorted(found, reverse=True):
        each = found[time]
        step = each[0][1]
        named = ", ".join(f"{figure_title(course.figure)}{_step_by(one)}" for course, one in each)
        altered = f"; with it changed: {altered_words(step.altered)}" if step.altered else ""
        yield f"{of.name} {_became([one for _, one in each])} from {named_words(step.test)} on: {named}{altered}"
    yield from (f"{of.name}, {stands_words(one)}" for one in _only_told(of))


def _only_told(of: OverTime) -> Iterator[Change]:
    """The changes that looks told and that stand, where the figure has no change point that is shown at its run, or
    at one beside it.
    """
    for change in of.told.standing:
        shown = (step for course in of.courses if course.figure == change.figure for step in unexplained(course))
        if not any(_is_at(step, change) for step in shown):
            yield change


def _is_at(step: Step, change: Change) -> bool:
    return (step.before.time or 0) <= change.time <= (step.test.time or 0)


def _became(steps: Sequence[Step]) -> str:
    if all(one.longer.least > 0 for one in steps):
        return "got slower"
    return "got faster" if all(one.longer.most < 0 for one in steps) else "changed"


def _step_by(step: Step) -> str:
    least = max(step.longer.least, -step.longer.most)
    return f" by at least {down(least)}" if least > 0 else ""


def over_time_points(histories: Sequence[OverTime]) -> Iterator[str]:
    """Known steps, what may be chance among so many figures, and what became of changes that were told; of many
    clusters, how many would show a change by chance.
    """
    by_chance = LEVEL * sum(map(is_able, histories))
    if by_chance >= ONE and any(unexplained(course) for one in histories for course in one.courses):
        few = counted(max(1, round(by_chance)), "cluster")
        yield f"each cluster is followed by itself, and {few} of so many may show a change by chance"
    for one in histories:
        yield from _known_steps(one)
        for course in one.courses:
            hints = [step for step in course.steps if not step.explained and step not in unexplained(course)]
            yield from (f"{one.name}, {figure_title(course.figure)}: {step_words(step)}" for step in hints)
        yield from (f"{one.name}, {said}" for said in told_words(one.told, one.told.standing))


def _known_steps(of: OverTime) -> Iterator[str]:
    """Each step that people explained, with the figures that differ there."""
    found: dict[tuple[int, str], list[tuple[Course, Step]]] = {}
    for course in of.courses:
        for step in course.steps:
            if step.explained:
                found.setdefault((step.test.time or 0, step.explained), []).append((course, step))
    for each in found.values():
        step = each[0][1]
        differ = [f"{figure_title(course.figure)} {by_words(one.longer)}" for course, one in each if differs(one)]
        said = ", ".join(differ) or "no figure is shown to differ"
        yield f"{of.name}, known step {step.explained} from {named_words(step.test)} on: {said}"
