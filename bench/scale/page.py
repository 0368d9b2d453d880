"""docs/scale.md: how one run grows with its evidence."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from bench.scale.study import MEMORY, MOST_POWER, Measured, Point

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "scale.md"
RING = "a ring of captures"
GB = 1_000_000_000
FURTHER = (50, 500)
"""GB of a ring that take too long to make: told by the fit."""
_TEXT = """\
# How one run grows

Made by `make bench` on {cpus} CPUs, Python {python}, with a load average of {load:.1f}: of time the CPU time is what
counts, the least of one to three runs; the wall time is of the same run. Inputs are made by seed, and each is analysed
with `--hash none` by a process of its own.

The CPU time is taken to be a + b·n^p. What any run costs (a), b and the power p are found together, by least squares
over all sizes, each weighed by the scatter of its runs; an input that is next to nothing is one size among the others,
as what it costs is no better known than theirs. In brackets are the powers that the scatter allows, 95 in 100: with
five sizes they lie some tenths apart, and further where little is beyond a. p = 1 is a line. Aimed at are powers of at
most {power}, as far as the scatter tells, and {memory} MiB of memory. {wrong}{untold}

| evidence | power p | of the largest: CPU | aim | memory | MB/s |
|---|---:|---:|---:|---:|---:|
{lines}

{further}
Of hosts on one SPAN, all have their storage over it: one CVM dies, and a route is added by hand on each other host,
within 90 s; so many hosts are so many episodes, and at least 3 make a cluster.

Of clusters in which one CVM dies, and a route is added by hand on one other host:
{answers}

## Each size

| evidence | n | bytes | CPU | wall | memory | run.json | page |
|---|---:|---:|---:|---:|---:|---:|---:|
{points}
"""


def page(found: Sequence[Measured], answers: str) -> str:
    """The page's text; `answers` is how right the answers are."""
    wrong = [f"{one.line.what} {fault}" for one in found for fault in one.wrong()]
    untold = [f"{one.line.what} {said}" for one in found if (said := one.untold())]
    return _TEXT.format(
        cpus=os.cpu_count(),
        python=platform.python_version(),
        load=os.getloadavg()[2],
        power=MOST_POWER,
        memory=MEMORY,
        wrong=f"Not so: {'; '.join(wrong)}." if wrong else "So it is with all.",
        untold=f" A square is not excluded: {'; '.join(untold)}." if untold else "",
        lines="\n".join(map(_line, found)),
        further="".join(_further(one) for one in found if one.line.what == RING),
        answers=answers,
        points="\n".join(_point(one, point) for one in found for point in (one.nothing, *one.points)),
    ).replace("\n\n\n", "\n\n")


def _line(one: Measured) -> str:
    last, aim = one.points[-1], one.line
    aims = [f"{aim.seconds:g} s"] * bool(aim.seconds) + [f"{aim.speed:g} MB/s"] * bool(aim.speed)
    aims += [f"{aim.memory} MiB"] * (aim.memory != MEMORY)
    largest = f"{last.count:,} {aim.unit}: {last.cost.cpu:.1f} s"
    memory = max(point.cost.memory for point in one.points) >> 10
    fit = one.fit
    power = "none" if fit.flat else f"{fit.power:.2f} ({fit.least:.2f}–{fit.most:.2f})"
    return f"| {aim.what} | {power} | {largest} | {', '.join(aims)} | {memory} MiB | {one.speed:.0f} |"


def _further(one: Measured) -> str:
    by_fit = " and ".join(f"{one.seconds_at(size * GB):.0f} s of CPU for {size} GB" for size in FURTHER)
    return f"By the fit a ring takes {by_fit}, of as many more hours; the reading of a disk is no part of this.\n"


def _point(one: Measured, point: Point) -> str:
    cost = f"{point.cost.cpu:.2f} s | {point.cost.wall:.2f} s | {point.cost.memory >> 10} MiB"
    documents = f"{point.run / 1e6:.2f} MB | {point.page / 1e6:.2f} MB"
    return f"| {one.line.what} | {point.count:,} {one.line.unit} | {point.size:,} | {cost} | {documents} |"
