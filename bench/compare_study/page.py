"""docs/comparison.md: what the study found, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.instant import SECOND
from bench.accuracy.results.page import lines, table
from bench.compare_study.cells import Cell, percent, told
from bench.compare_study.floors import floors
from bench.compare_study.histories import EVIDENCE
from bench.compare_study.looks import Growing
from bench.compare_study.sizes import Size
from bench.compare_study.study import Study

HEAD = """# How often comparisons are wrong, and what they find

Made by `make compare-study` (`python -m bench.compare_study`): simulated histories by seed, compared by
`analyzer/compare`. Processing is normal with a mean of 3 s and a standard deviation of 1.5 s, drawn anew below 0.2 s; a
Span is as wide as the evidence (captures and logs with milliseconds; whole seconds; 10 s; a check period of 30 s) and
lies anywhere about the value. The level is 5 %. In brackets: the 95 % interval of a figure.
"""
GROUPS = """Two groups without a difference. Rows are the evidence of the first group, columns that of the second. An
exact test of few runs can't use its level up, and wide Spans that share a value tell nothing: 0 % is caution.
"""
MIDDLES = "The same histories, by somebody who compares the middles of the Spans with an exact Mann-Whitney test:\n"
UNLIKE = """Groups of unlike size, where a permutation of unlike evidence is not valid: the second test, whose scores
keep their own spread, is what holds the level.
"""
SHAPES = """Lognormal with a long tail, and with two humps (three of ten runs take 8 s longer).
"""
CHANGES = """Histories without a step whose evidence changes halfway, from that of the row to that of the column: any
change point is false.
"""
UNSEEN = """Groups of which nobody saw the checks: detections without a difference of processing, by the midrange. Above
12 runs a side the splits are a second test. Processing is taken for nearly constant beside the check period of 30 s:
where it spreads by 3 s, small groups alarm falsely in a little more than 5 %.
"""
INTERVALS = """Groups that differ by 3 s: how often the shift's interval holds it, which is where the test does not
reject 3 s.
"""
SHOWN = """The shift that is found in 80 % of histories, by simulation with the true distribution, and as it is printed
for single histories from their Spans alone.
"""
WHOLE = """CVM failures by the simulator, analysed by the program from all of their evidence (two captures, genesis.out
of each CVM), or each from a mix of all (60 %), genesis.out alone (20 %) and captures alone (20 %), recorded in a
history and taken from it. Between the decision and the command 0.8 to 5 s pass, evenly spread. 170 tests are analysed
three times, and histories drawn from them, so these share runs. All figures of a test are looked at and compared at
once.

Of two groups that stage of Genesis in which the runs of both, whosever they are, differ by the most seconds is asked
first, with four fifths of the level; all others share the rest, where so few runs can use that (Holm's correction with
these shares). Shared equally among the nine figures, as it was before, +5 s with 4 + 4 runs were found in none of these
histories, and +3 s with 6 + 6 in 13 %.
"""
AT_BEST = """A test that was analysed from captures alone has the change of the route in a sum only: of five runs of the
mix one shows nothing of it, and in most histories a group of 4 has 3 of them or fewer, which no test tells apart at
5 %. Who knew the true values of the other runs would find so much.
"""
TESTS = """How each p-value comes is told with it: all splits up to 200,000 (10 + 10), else 20,000 by a seed; the normal
limit above 100 runs, if both groups have 20; 1,000 orders of a history. Of several groups the limits count above 1,000
runs, if each has 20. A limit is as good as those splits: no history here is so long.
"""


def page(study: Study, machine: str) -> str:
    """The whole page; `machine` is the sentence on where and how long."""
    parts = [
        HEAD,
        "## What it must show\n",
        lines(list(floors(study))),
        TESTS,
        "## False alarms of two groups\n",
        GROUPS,
        *_by_size(study.of("groups")),
        MIDDLES,
        *_by_size(study.of("middles")),
        "## False alarms of groups of unlike size\n",
        UNLIKE,
        *_by_size([one for one in study.of("uneven") if one.names[2] in EVIDENCE]),
        "Of which half of one side is by the wire alone:\n",
        _rows(
            ("runs", "first", "second", "false alarms"),
            [one for one in study.of("uneven") if one.names[2] not in EVIDENCE],
        ),
        "## False alarms where processing is not normal\n",
        SHAPES,
        *_by_size(study.of("shapes")),
        "## False change points\n",
        CHANGES,
        *_by_size(study.of("change points"), "runs"),
        "Evidence that differs from run to run, in turn:\n",
        _rows(("runs", "evidence", "false change points"), study.of("change points in turn")),
        "## Where nobody saw the checks\n",
        UNSEEN,
        _rows(("runs", "evidence", "processing spreads by", "false alarms"), study.of("detections")),
        _rows(("runs", "shift", "by", "found"), study.of("power without checks")),
        "## What is found\n",
        _rows(("runs", "first", "second", "shift", "found"), study.of("power")),
        "Steps halfway, found within two runs of where they are:\n",
        _rows(("runs", "evidence, in turn", "step", "found"), study.of("power of change points")),
        "## Intervals of a shift\n",
        INTERVALS,
        *_by_size(study.of("interval")),
        _widths(study.widths),
        "## A look after every run\n",
        "Alarm at p ≤ 0.005 twice running; 50 runs without a step, evidence that changes halfway.\n",
        _rows(("evidence", "then", "alarmed at any time"), study.of("50 looks")),
        "A step of +5 s, stamps of 1 s:\n",
        _steps(study.steps),
        _growing(study.growing),
        "## From end to end\n",
        WHOLE,
        "50 looks without a change:\n",
        _rows(("evidence", "alarmed at any time"), study.of("whole looks")),
        "A change of the route that takes 5 s longer:\n",
        _rows(("runs before", "evidence", "told within 7 runs"), study.of("whole steps")),
        "Groups; `repair` is the change of the route:\n",
        _rows(("runs", "shift", "evidence", "of", "found at 5 %"), study.of("whole groups")),
        "What could be found at best:\n",
        AT_BEST,
        _rows(("runs", "shift", "evidence", "found at 5 %, by itself"), study.of("at best, groups")),
        _rows(("runs before", "evidence", "told within 7 runs, by itself"), study.of("at best, steps")),
        "## What so many runs can show\n",
        SHOWN,
        _sizes(study.sizes),
        f"## Machine\n\n{machine}\n",
    ]
    return "\n".join(parts)


def _by_size(cells: Sequence[Cell], what: str = "") -> list[str]:
    """A table for each size, evidence by evidence."""
    found = []
    sizes = list(dict.fromkeys(one.names[0] for one in cells))
    for size in sizes:
        of_size = {one.names[1:]: told(one) for one in cells if one.names[0] == size}
        rows = [(first, *(of_size.get((first, second), "") for second in EVIDENCE)) for first in EVIDENCE]
        found.append(table((f"{size} {what}".strip(), *EVIDENCE), rows))
    return found


def _rows(head: Sequence[str], cells: Sequence[Cell]) -> str:
    return table(head, [(*one.names, told(one)) for one in cells])


def _widths(widths: Sequence[tuple[Cell, int]]) -> str:
    rows = [(one.names[0], one.names[1], f"{one.hits} of {one.whole}", _seconds(width)) for one, width in widths]
    return "Whole intervals, searched for:\n\n" + table(("runs", "evidence", "hold it", "median width"), rows)


def _steps(steps: Sequence[tuple[Cell, float]]) -> str:
    rows = [(one.names[0], f"{median:g} runs", told(one)) for one, median in steps]
    return table(("runs before", "found after, in the median", "within 7 runs"), rows)


def _growing(growing: Growing) -> str:
    said = ", ".join(f"{count} {change}" for change, count in growing.lines)
    return (
        f"{growing.histories} histories that grow to 30 runs, with and without steps, their change points told at "
        f"every second run: {said}; {growing.vanished} vanished without a line.\n"
    )


def _sizes(sizes: Sequence[Size]) -> str:
    rows = [
        (
            f"{one.runs} + {one.runs}",
            "stamps of 1 s on the parts" if one.checks == "seen" else "no checks known",
            _seconds(one.simulated),
            f"{_seconds(one.printed[1])} ({_seconds(one.printed[0])} to {_seconds(one.printed[2])})",
            percent(one.off),
        )
        for one in sizes
    ]
    return table(("runs", "evidence", "by simulation", "printed: median (quartiles)", "off"), rows)


def _seconds(ns: int) -> str:
    return f"{ns / SECOND:.1f} s"
