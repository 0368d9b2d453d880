"""A whole comparison in sentences: what was not comparable, the groups figure by figure, and each cluster over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Among, Comparison, LeftOut, OverTime, Versus
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Compared, Nothing, OneSided, Pair, SettingName, Shown
from analyzer.model.over_time.conditions import Conditions
from analyzer.model.over_time.courses import Altered, Course, Step
from analyzer.report.compared.lines import (
    down,
    figure_name,
    figure_title,
    line_words,
    up,
)
from analyzer.report.compared.settings import SETTINGS, settings_words
from analyzer.report.names import KINDS, STAGES, metric_name
from analyzer.report.over_time.looked import told_words
from analyzer.report.words import counted, day

LEVEL = 0.05
SHOWN = 5
"""Tests that are named where several are not compared."""
Mark: TypeAlias = Literal["shown", "hint", "known"]
NOTHING = "nothing to compare: no run has an episode with a duration"
SINGLE = "Where there is one run a side, this holds for these two runs and says nothing of their clusters."
VERSIONS: dict[Literal["aos", "esxi", "program"], str] = {"aos": "AOS", "esxi": "ESXi", "program": "autopath"}


def sentences(of: Comparison) -> Iterator[str]:
    """All that a comparison says."""
    yield from not_compared(of)
    lines = [line for each in of.versus for line in each.lines]
    if any(isinstance(line, Pair) for line in lines):
        yield SINGLE
    for each in of.versus:
        yield from versus_words(each)
    yield from several_levels(of)
    yield from map(among_words, of.among)
    for history in of.over_time:
        yield from over_time_words(history, f"{history.name}, ")
    if not (lines or any(history.courses for history in of.over_time)):
        yield NOTHING


def not_compared(of: Comparison) -> Iterator[str]:
    """Which tests are not compared, and why."""
    several = len(of.groups) > 1 and not of.versus
    for left_out in _by_settings(of.left_out):
        first, tests = left_out[0], [one.test for one in left_out]
        whose = f"of cluster {first.test.cluster}, " if several and first.test.cluster else ""
        words = settings_words(first.names, [one.conditions for one in tests], first.others)
        yield f"{whose}not comparable with the others by {words}: {_named(tests)}"
    if of.on_both:
        yield f"on both sides, as of the same test, and so not compared: {_named(of.on_both)}"
    if of.apart:
        yield f"in no group, as nothing says in which: {_named(of.apart)}"


def _by_settings(left_out: Sequence[LeftOut]) -> Iterator[list[LeftOut]]:
    """Those that differ in the same settings from the same others, together."""
    found: dict[tuple[tuple[SettingName, ...], Conditions], list[LeftOut]] = {}
    for one in left_out:
        found.setdefault((one.names, one.others), []).append(one)
    yield from found.values()


def _named(tests: Sequence[ComparedTest]) -> str:
    more = len(tests) - SHOWN
    names = ", ".join(one.name for one in tests[:SHOWN])
    return f"{counted(len(tests), 'run')} ({names}{f' and {more} more' if more > 0 else ''})"


def several_levels(of: Comparison) -> Iterator[str]:
    """Groups within which a figure changed its level, so that what is said of them is of all levels together."""
    compared = {id(group): group for each in of.versus for group in (each.first, each.second)}
    courses = [course for history in of.over_time for course in history.courses]
    for group in compared.values():
        members = {id(test) for test in group.tests}
        for course in courses:
            if any({id(step.test), id(step.before)} <= members for step in course.steps):
                yield f"{group.name} is of several levels, as it changed meanwhile: {figure_title(course.figure)}"


def versus_words(of: Versus) -> Iterator[str]:
    """Two groups, figure by figure; then what one of them lacks."""
    first, second = of.first.name, of.second.name
    yield from (line_words(line, first, second) for line in of.lines if not isinstance(line, OneSided))
    yield from only_words(of.lines, first, second)


def only_words(lines: Sequence[Compared], first: str, second: str) -> Iterator[str]:
    """The figures that one group alone has."""
    alone = [line for line in lines if isinstance(line, OneSided)]
    for kind, has_first in dict.fromkeys((line.figure[0], bool(line.first)) for line in alone):
        mine = [line for line in alone if (line.figure[0], bool(line.first)) == (kind, has_first)]
        names = ", ".join(figure_name(line.figure[1]) for line in mine)
        yield f"{KINDS[kind]}, only in {first if has_first else second}: {names}"


def among_words(of: Among) -> str:
    """Whether several groups differ."""
    said = "differ among each other" if of.corrected <= LEVEL else "show no difference among each other"
    return f"{figure_title(of.figure)}: the {of.groups} groups {said} ({p_words(of.p, of.corrected)})"


def over_time_words(of: OverTime, begin: str = "") -> Iterator[str]:
    """A cluster over time: its change points, or that there is none, and what earlier looks said; each begins so."""
    for course in of.courses:
        title = f"{begin}{figure_title(course.figure)}"
        yield from (f"{title}: {step_words(step)}" for step in course.steps)
    yield from _calm(f"{begin}no change point", [c for c in of.courses if c.able and not c.steps])
    few = [course for course in of.courses if not course.able]
    if few:
        yield from _calm(f"{begin}{too_few_words(few[0])}", few)
    yield from _shown(f"{begin}so many runs would show a step in their middle, in 80 %, of", of.courses)
    yield from (f"{begin}{said}" for said in told_words(of.told))


def too_few_words(of: Course) -> str:
    """That a figure has too few runs, and how many would be enough."""
    least = f"{of.needed} at least" if of.needed else "no number of them would be enough"
    known = ", without a known step between them" if any(step.explained for step in of.steps) else ""
    return f"too few runs to show a change point among {counted(of.figures, 'figure')} ({least}{known})"


def _shown(begin: str, courses: Sequence[Course]) -> Iterator[str]:
    """What runs without a change point could have shown, of each kind."""
    for kind in dict.fromkeys(course.figure[0] for course in courses):
        mine = [course for course in courses if course.figure[0] == kind]
        each = [f"{_short(one.figure[1])} {up(one.shown.shift)}" for one in mine if isinstance(one.shown, Shown)]
        none = [_short(one.figure[1]) for one in mine if isinstance(one.shown, Nothing)]
        if each or none:
            yield f"{begin}: {KINDS[kind]}, {', '.join([*each, *(f'{name} none of any size' for name in none)])}"


def _calm(begin: str, courses: Sequence[Course]) -> Iterator[str]:
    """The figures of each kind of which this is said, those that as many runs have together."""
    for kind in dict.fromkeys(course.figure[0] for course in courses):
        mine = [course for course in courses if course.figure[0] == kind]
        each = []
        for runs in dict.fromkeys(len(course.spans) for course in mine):
            names = ", ".join(_short(course.figure[1]) for course in mine if len(course.spans) == runs)
            each.append(f"{names} ({counted(runs, 'run')})")
        yield f"{begin}: {KINDS[kind]}, {', '.join(each)}"


def _short(metric: str) -> str:
    return metric if metric in STAGES else metric_name(metric)


def step_words(step: Step) -> str:
    """A change point: since when, by how much, how sure, and what else changed there."""
    since = f"from {named_words(step.test)} on"
    altered = f"; with it changed: {altered_words(step.altered)}" if step.altered else ""
    if step.explained:
        return f"known step {step.explained} {since}: {known_words(step)} ({p_words(step.p, step.p)}){altered}"
    chance = "" if step.corrected <= LEVEL else "; among so many figures that may be chance"
    return f"{since} {by_words(step.longer)} ({p_words(step.p, step.corrected)}{chance}){altered}"


def mark(step: Step) -> Mark:
    """What a change point is: known by what people told; shown, among all figures; or a hint, which may be chance."""
    if step.explained:
        return "known"
    return "shown" if step.corrected <= LEVEL else "hint"


def differs(step: Step) -> bool:
    """Whether both sides of a known step are shown to differ."""
    return step.p <= LEVEL and not step.longer.least <= 0 <= step.longer.most


def known_words(step: Step) -> str:
    """By how much the figure differs at a step that people told of."""
    if differs(step):
        return by_words(step.longer)
    limit = max(-step.longer.least, step.longer.most)
    no_more = "" if limit >= UNBOUNDED else f", no difference larger than {up(limit)} is possible"
    return f"can't tell whether it differs{no_more}"


def by_words(longer: Span) -> str:
    """By how much a level is longer than the one before."""
    if longer.least > 0:
        return f"worse by at least {down(longer.least)}"
    if longer.most < 0:
        return f"better by at least {down(-longer.most)}"
    limit = max(-longer.least, longer.most)
    return "no difference is shown" if limit >= UNBOUNDED else f"no difference larger than {up(limit)} is shown"


def altered_words(altered: Sequence[Altered]) -> str:
    """What is otherwise from a test on."""
    return ", ".join(map(_altered, altered))


def _altered(one: Altered) -> str:
    match one.name:
        case "aos" | "esxi" | "program":
            return f"{VERSIONS[one.name]} {one.before or 'unknown'} → {one.after or 'unknown'}"
        case _:
            return SETTINGS[one.name]


def named_words(test: ComparedTest) -> str:
    """A test, and its date."""
    return f"run {test.name} ({day(test.time)})" if test.time is not None else f"run {test.name}"


def p_words(p: float, corrected: float) -> str:
    """A p-value, and what it is among all."""
    return f"p {p:.3g}" + (f", {corrected:.3g} among all" if corrected != p else "")
