"""The section of docs/robustness.md on fuzzing."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import date
from importlib import metadata

from bench.fuzz.counts import Count
from bench.fuzz.reached import Reached
from bench.fuzz.unguided import STRETCHED_EACH

HEADING = "Fuzzing"
LEAST, LEAST_OF_ALL = 300_000, 10_000_000
_TEXT = """\
Made by `make fuzz`. Each parser of bytes that somebody else may have written is a target (`bench/fuzz/targets`); a
fifth of its time is guided by the branches that inputs take ({atheris}), the rest are mutations of what that found,
without counting branches, and one in {each:,} stretched to a megabyte. An input is a find where something else is
raised than the project's own errors (a warning of Python too), where it takes more than 2 s of a core, or 300 MiB, or
where the process dies. The compiled scan runs with every index checked, and a page behind each block that nobody may
read; its result is held against the plain one's. Finds, made as short as they get, are inputs of the tests
(`tests/bench/fuzz/finds`).

Executions are summed over runs up to {day}, on states of the program in which what had been found was mended. Lines are
those of the target's rooms that stand in functions, which the corpus of one run reaches; the most of all runs.

{aims}

| target | executions | of these guided | branches | lines reached | finds |
|---|---:|---:|---:|---:|---:|
{rows}

Python {python}.
"""


def section(counted: Mapping[str, Count], lines: Mapping[str, Reached], finds: Mapping[str, int], day: date) -> str:
    """The section's text; `finds` are those that the tests keep, by target."""
    rows = "\n".join(_row(name, count, lines.get(name), finds.get(name, 0)) for name, count in counted.items())
    return _TEXT.format(
        each=STRETCHED_EACH,
        atheris=f"atheris {metadata.version('atheris')}",
        day=day.isoformat(),
        aims=_aims(counted),
        rows=rows,
        python=platform.python_version(),
    )


def _aims(counted: Mapping[str, Count]) -> str:
    """How many there were in all, and which targets are below the least."""
    every = sum(count.executions for count in counted.values())
    few = [name for name, count in counted.items() if count.executions < LEAST]
    said = f"{every:,} executions in all; at least {LEAST_OF_ALL:,} are aimed at, and {LEAST:,} of each target."
    return f"{said} Below that: {', '.join(few)}." if few else f"{said} No target is below that."


def _row(name: str, count: Count, lines: Reached | None, finds: int) -> str:
    part = f"{100 * lines.lines // lines.of} %" if lines and lines.of else ""
    return f"| {name} | {count.executions:,} | {count.guided:,} | {count.branches:,} | {part} | {finds} |"
