"""A comparison as tables for notebooks and spreadsheets: pandas DataFrames, durations in integer ns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Comparison
from analyzer.model.over_time.comparison import Different, Groups, NoLarger, Pair, Shown, seed_of
from analyzer.report.compared.sentences import mark
from analyzer.report.frames.table import Cell

if TYPE_CHECKING:
    from pandas import DataFrame

_NUMBERS = ("_ns", "_runs", "draws", "groups", "seed")
_SHARES = ("p", "p_among", "share_of_level")


def compared_frame(of: Comparison) -> DataFrame:
    """A row for each figure of each pair of groups."""
    return _frame(
        _compared(of),
        (
            "first",
            "second",
            "kind",
            "figure",
            "first_runs",
            "second_runs",
            "answer",
            "least_ns",
            "most_ns",
            "p",
            "p_among",
            "share_of_level",
            "grade",
            "shown_ns",
            "method",
            "p_by",
            "draws",
            "seed",
        ),
    )


def among_frame(of: Comparison) -> DataFrame:
    """A row for each figure of more than two groups: whether any of them differs from another."""
    return _frame(_among(of), ("kind", "figure", "groups", "p", "p_among", "p_by", "draws", "seed"))


def runs_frame(of: Comparison) -> DataFrame:
    """A row for each figure of each test of a group."""
    return _frame(
        _runs(of),
        (
            "group",
            "test",
            "run",
            "time_ns",
            "cluster",
            "aos_version",
            "esxi_version",
            "step",
            "kind",
            "figure",
            "least_ns",
            "most_ns",
        ),
    )


def steps_frame(of: Comparison) -> DataFrame:
    """A row for each change point."""
    return _frame(
        _steps(of),
        (
            "name",
            "kind",
            "figure",
            "test",
            "time_ns",
            "is",
            "p",
            "p_among",
            "least_ns",
            "most_ns",
            "explained",
            "p_by",
            "draws",
            "seed",
        ),
    )


FRAMES: Mapping[str, Callable[[Comparison], DataFrame]] = {
    "compared": compared_frame,
    "among": among_frame,
    "runs": runs_frame,
    "steps": steps_frame,
}
"""All of them, by what their rows are."""

Row = Mapping[str, Cell | float]


def _frame(rows: Iterator[Row], columns: Sequence[str]) -> DataFrame:
    import pandas as pd

    held = tuple(rows)
    return pd.DataFrame({name: pd.Series([row.get(name) for row in held], dtype=_dtype(name)) for name in columns})


def _dtype(name: str) -> str:
    return "Int64" if name.endswith(_NUMBERS) else "Float64" if name in _SHARES else "string"


def _compared(of: Comparison) -> Iterator[Row]:
    for versus in of.versus:
        for line in versus.lines:
            begin: dict[str, Cell | float] = {"first": versus.first.name, "second": versus.second.name}
            begin |= {"kind": line.figure[0], "figure": line.figure[1]}
            if isinstance(line, Pair):
                yield {**begin, "first_runs": 1, "second_runs": 1, **_span(line.longer)}
            elif isinstance(line, Groups):
                shown = line.shown.shift if isinstance(line.shown, Shown) else None
                yield {
                    **begin,
                    "first_runs": len(line.first),
                    "second_runs": len(line.second),
                    "answer": _answer(line),
                    **_span(line.interval),
                    "p": line.p,
                    "p_among": line.corrected,
                    "share_of_level": line.share,
                    "grade": line.grade,
                    "shown_ns": shown,
                    "method": line.method,
                    "p_by": line.how,
                    "draws": line.draws,
                    "seed": seed_of(line.how),
                }
            else:
                yield {**begin, "first_runs": line.first, "second_runs": line.second}


def _among(of: Comparison) -> Iterator[Row]:
    for one in of.among:
        yield {
            "kind": one.figure[0],
            "figure": one.figure[1],
            "groups": one.groups,
            "p": one.p,
            "p_among": one.corrected,
            "p_by": one.how,
            "draws": one.draws,
            "seed": seed_of(one.how),
        }


def _answer(line: Groups) -> str:
    match line.answer:
        case Different(direction=direction):
            return direction
        case NoLarger():
            return "no-larger"
        case _:
            return "cant-tell"


def _runs(of: Comparison) -> Iterator[Row]:
    for group in of.groups:
        for test in group.tests:
            about = test.about
            for (kind, figure), span in test.durations:
                yield {
                    "group": group.name,
                    "test": test.name,
                    "run": test.run or None,
                    "time_ns": test.time,
                    "cluster": about.cluster,
                    "aos_version": about.aos_version,
                    "esxi_version": about.esxi_version,
                    "step": test.step or None,
                    "kind": kind,
                    "figure": figure,
                    **_span(span),
                }


def _steps(of: Comparison) -> Iterator[Row]:
    for history in of.over_time:
        for course in history.courses:
            for step in course.steps:
                yield {
                    "name": history.name,
                    "kind": course.figure[0],
                    "figure": course.figure[1],
                    "test": step.test.name,
                    "time_ns": step.test.time,
                    "is": mark(step),
                    "p": step.p,
                    "p_among": step.corrected,
                    **_span(step.longer),
                    "explained": step.explained or None,
                    "p_by": step.how,
                    "draws": step.draws,
                    "seed": seed_of(step.how),
                }


def _span(of: Span) -> Row:
    least, most = (ns if abs(ns) < UNBOUNDED else None for ns in (of.least, of.most))
    return {"least_ns": least, "most_ns": most}
