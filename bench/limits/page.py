"""The section of docs/robustness.md on limits."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from bench.limits.study import GRAIN_S, MEMORY, MOST, Measured, Took

HEADING = "Limits"
_TEXT = """\
Made by `make bench` on {cpus} CPUs, Python {python}. Each input is analysed in a process of its own, once as large and
then twice: CPU time, the most memory, the size of run.json. Twice the input may take {most} times as much of each
(but for {grain} s), and {memory} MiB of memory. {wrong}

| input | n | bytes | time | memory | run.json | 2 n: time | memory | run.json |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}
"""


def section(found: Sequence[Measured]) -> str:
    """The section's text."""
    wrong = [f"{one.case.what} {fault}" for one in found for fault in one.wrong()]
    return _TEXT.format(
        cpus=os.cpu_count(),
        python=platform.python_version(),
        most=MOST,
        grain=GRAIN_S,
        memory=MEMORY >> 10,
        wrong=f"Not so: {'; '.join(wrong)}." if wrong else "So it is with all.",
        rows="\n".join(_row(one) for one in found),
    )


def _row(one: Measured) -> str:
    count = f"{one.case.count:,} {one.case.unit}"
    return f"| {one.case.what} | {count} | {one.once.size:,} | {_figures(one.once)} | {_figures(one.twice)} |"


def _figures(took: Took) -> str:
    return f"{took.seconds:.1f} s | {took.memory >> 10} MiB | {took.output / 1e6:.1f} MB"
