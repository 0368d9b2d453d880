"""A comparison as JSON: what programs read of it, and what its page carries. Times and durations are integer ns.

Tests are listed once, and named by their place in that list everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Comparison
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import (
    CantTell,
    Compared,
    Different,
    Groups,
    MoreRuns,
    NoLarger,
    NoRuns,
    Pair,
    Shown,
    seed_of,
)
from analyzer.model.over_time.courses import Course
from analyzer.model.over_time.looks import Change, Told
from analyzer.report.compared.answer import answer
from analyzer.report.compared.sentences import mark, sentences

SCHEMA_VERSION = 1
Json: TypeAlias = dict[str, object]
Place: TypeAlias = Callable[[ComparedTest], int]


def comparison_document(of: Comparison, program: str) -> bytes:
    """UTF-8, indented, sorted keys, a final newline: the same comparison by the same version of the program gives the
    same bytes.
    """
    return msgspec.json.format(msgspec.json.encode(_comparison(of, program), order="sorted"), indent=1) + b"\n"


def _comparison(of: Comparison, program: str) -> Json:
    tests = list({id(test): test for test in _tests(of)}.values())
    places = {id(test): place for place, test in enumerate(tests)}

    def place(test: ComparedTest) -> int:
        return places[id(test)]

    told = answer(of)
    return {
        "schema_version": SCHEMA_VERSION,
        "autopath_version": program,
        "size_ns": of.size,
        "answer": {"word": told.badge.word, "sentences": told.sentences, "points": told.points},
        "sentences": [*sentences(of)],
        "tests": [_test(one) for one in tests],
        "groups": [{"name": one.name, "tests": [*map(place, one.tests)]} for one in of.groups],
        "comparisons": [
            {"first": one.first.name, "second": one.second.name, "figures": [_line(line) for line in one.lines]}
            for one in of.versus
        ],
        "among": [
            {
                **_figure(one.figure),
                "groups": one.groups,
                "p": one.p,
                "p_among": one.corrected,
                "p_by": one.how,
                "draws": one.draws,
                "seed": seed_of(one.how),
            }
            for one in of.among
        ],
        "over_time": [
            {
                "name": one.name,
                "figures": [_course(course, place) for course in one.courses],
                "told": [*_told(one.told)],
            }
            for one in of.over_time
        ],
        "not_comparable": [{"test": place(one.test), "differs_in": one.names} for one in of.left_out],
        "in_no_group": [*map(place, of.apart)],
        "on_both_sides": [*map(place, of.on_both)],
    }


def _tests(of: Comparison) -> Iterator[ComparedTest]:
    yield from of.tests
    yield from (one.test for one in of.left_out)
    yield from of.apart
    yield from of.on_both
    yield from (test for one in of.over_time for course in one.courses for test in course.tests)


def _test(of: ComparedTest) -> Json:
    about = of.about
    return {
        "name": of.name,
        "run": of.run or None,
        "time_ns": of.time,
        "verdict": of.verdict,
        "cluster": about.cluster,
        "aos_version": about.aos_version,
        "esxi_version": about.esxi_version,
        "ticket": about.ticket,
        "labels": dict(about.labels),
        "program": of.conditions.program,
        "durations": [{**_figure(figure), **_span(span)} for figure, span in of.durations],
    }


def _told(of: Told) -> Iterator[Json]:
    """Each change that looks told: that it stands, is explained, moved (from `earlier_ns`), or is withdrawn."""
    yield from (_change(one) | {"is": "standing"} for one in of.standing)
    yield from (_change(one.change) | {"is": "explained", "step": one.step} for one in of.known)
    yield from (
        _change(line.change) | {"is": line.said, "earlier_ns": line.earlier}
        for line in of.lines
        if line.said != "found"
    )


def _change(of: Change) -> Json:
    return {**_figure(of.figure), "since_ns": of.time, "direction": of.direction, "longer": _span(of.by)}


def _figure(of: tuple[str, str]) -> Json:
    return {"kind": of[0], "figure": of[1]}


def _span(of: Span) -> Json:
    return {"least_ns": _bounded(of.least), "most_ns": _bounded(of.most)}


def _bounded(ns: int) -> int | None:
    return ns if abs(ns) < UNBOUNDED else None


def _line(line: Compared) -> Json:
    match line:
        case Pair():
            return {**_figure(line.figure), "runs": [1, 1], "longer": _span(line.longer)}
        case Groups():
            return {
                **_figure(line.figure),
                "runs": [len(line.first), len(line.second)],
                "longer": _span(line.interval),
                "p": line.p,
                "p_among": line.corrected,
                "share_of_level": line.share,
                "p_by": line.how,
                "draws": line.draws,
                "seed": seed_of(line.how),
                "method": line.method,
                "grade": line.grade,
                "found_in_80_percent_ns": line.shown.shift if isinstance(line.shown, Shown) else None,
                "answer": _answer(line),
            }
        case _:
            return {**_figure(line.figure), "runs": [line.first, line.second]}


def _answer(line: Groups) -> Json:
    match line.answer:
        case Different(direction=direction, at_least=at_least, sure=sure):
            return {"is": direction, "at_least_ns": at_least, "sure": sure}
        case NoLarger(limit=limit):
            return {"is": "no-larger", "limit_ns": limit}
        case CantTell(why=why, would=would):
            more = would.more if isinstance(would, MoreRuns) else None
            better = isinstance(would, MoreRuns) and would.better
            told = {"more_runs_a_side": more, "of_better_evidence": better, "by_any_number_of_runs": would != NoRuns()}
            return {"is": "cant-tell", "why": why, **told}


def _course(of: Course, place: Place) -> Json:
    return {
        **_figure(of.figure),
        "tests": [*map(place, of.tests)],
        "could_show": of.able,
        "figures_asked": of.figures,
        "runs_needed": of.needed,
        "found_in_80_percent_ns": of.shown.shift if isinstance(of.shown, Shown) else None,
        "steps": [
            {
                "test": place(step.test),
                "before": place(step.before),
                "is": mark(step),
                "p": step.p,
                "p_among": step.corrected,
                "longer": _span(step.longer),
                "explained": step.explained or None,
                "p_by": step.how,
                "draws": step.draws,
                "seed": seed_of(step.how),
                "altered": [{"what": one.name, "before": one.before, "after": one.after} for one in step.altered],
            }
            for step in of.steps
        ],
    }
