"""Each kind of evidence at four sizes and more: what an analysis of it costs, and with which power of n that grows.

Of the time it is what this costs beyond an input of the same kind that is next to nothing: start-up and report, which
both have, would hide a square.
"""

from __future__ import annotations

import math
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from bench.scale import captures, texts
from bench.scale.cost import Cost, cost, made
from bench.speed.inputs import many_faults

MOST_POWER = 1.1
MEMORY = 300
"""MiB that an analysis may take."""
_LEAST_S = 0.02
"""A cost below that is not told from none."""
_RUNS, _ENOUGH_S = 3, 5.0
"""An analysis is made so often, as long as all of it takes no longer: the least CPU time is what counts."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of evidence: `what` it is, in which `unit` it is counted, how many of them are next to nothing and how
    many are measured; and what the largest may take: s of CPU, MiB, and MB/s at least, 0 where nothing is aimed at.
    """

    what: str
    unit: str
    nothing: int
    counts: tuple[int, ...]
    make: Callable[[Path, int], Path]
    seconds: float = 0
    memory: int = MEMORY
    speed: float = 0


LINES = (
    Line(
        what="short connections",
        unit="connections",
        nothing=1,
        counts=(25_000, 50_000, 100_000, 200_000),
        make=captures.connections,
        seconds=20,
    ),
    Line(
        what="episodes",
        unit="episodes",
        nothing=1,
        counts=(125, 250, 500, 1000),
        make=many_faults,
        seconds=20,
        memory=500,
    ),
    Line(
        what="a leader's genesis.out",
        unit="days",
        nothing=1,
        counts=(7, 14, 28, 42),
        make=texts.leader,
        speed=20,
    ),
    Line(
        what="HA checks and nothing else", unit="days", nothing=1, counts=(7, 14, 28, 42), make=texts.checks, speed=20
    ),
    Line(what="hosts on one SPAN", unit="hosts", nothing=3, counts=(8, 16, 24, 32), make=captures.hosts),
    Line(
        what="a ring of captures",
        unit="hours",
        nothing=1,
        counts=(6, 12, 24, 48),
        make=captures.ring,
    ),
    Line(what="files in a folder", unit="files", nothing=1, counts=(1250, 2500, 5000, 10_000), make=texts.files),
)


class Point(msgspec.Struct, frozen=True):
    """So many, their bytes, what the analysis costs, and the bytes of its run.json and its page."""

    count: int
    size: int
    cost: Cost
    run: int
    page: int


class Measured(msgspec.Struct, frozen=True):
    """A line: next to nothing of it, and the sizes that were measured, of which there are several."""

    line: Line
    nothing: Point
    points: tuple[Point, ...]

    @property
    def power(self) -> float:
        """With which power of n the CPU time grows, by least squares of the logarithms."""
        return power([(p.count - self.nothing.count, self._more(p)) for p in self.points])

    def _more(self, point: Point) -> float:
        return max(point.cost.cpu - self.nothing.cost.cpu, _LEAST_S)

    @property
    def speed(self) -> float:
        """MB/s of CPU, of the largest."""
        last = self.points[-1]
        return (last.size - self.nothing.size) / 1e6 / self._more(last)

    def seconds_at(self, size: int) -> float:
        """CPU time that so many bytes would take, by the largest that was measured and the power, s."""
        last = self.points[-1]
        times = (size - self.nothing.size) / (last.size - self.nothing.size)
        return self.nothing.cost.cpu + self._more(last) * math.pow(times, max(self.power, 1))

    def wrong(self) -> Iterator[str]:
        """What does not hold."""
        line, last = self.line, self.points[-1]
        if failed := [p.cost.status for p in (self.nothing, *self.points) if p.cost.status not in (0, 1, 4)]:
            yield f"ended with status {failed[0]}"
        if self.power > MOST_POWER:
            yield f"grows with the power {self.power:.2f} of n"
        if (memory := max(p.cost.memory for p in self.points) / 1024) > line.memory:
            yield f"takes {memory:.0f} MiB"
        if line.seconds and last.cost.cpu > line.seconds:
            yield f"takes {last.cost.cpu:.1f} s"
        if line.speed and self.speed < line.speed:
            yield f"reads {self.speed:.0f} MB/s"


def power(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the logarithms of (n, cost), by least squares."""
    logs = [(math.log(n), math.log(value)) for n, value in points]
    return statistics.linear_regression([n for n, _ in logs], [value for _, value in logs]).slope


def measured(line: Line, part: int = 1) -> Measured:
    """A line, of the `part`th part of its sizes."""
    first, *rest = (_point(line, count) for count in (line.nothing, *(count // part for count in line.counts)))
    return Measured(line, first, tuple(rest))


def _point(line: Line, count: int) -> Point:
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder = Path(name)
        given = made(line.make, folder / "in", count)
        files = [given] if given.is_file() else [one for one in given.rglob("*") if one.is_file()]
        size = sum(one.stat().st_size for one in files)
        options = ("-q", "--hash", "none", "--log-timezone", "UTC", "-o", str(folder / "out"))
        command = (sys.executable, "-m", "analyzer", "analyze", *options, str(given))
        runs: list[Cost] = []
        while len(runs) < _RUNS and sum(one.cpu for one in runs) < _ENOUGH_S:
            shutil.rmtree(folder / "out", ignore_errors=True)
            runs.append(cost(command))
        best = min(runs, key=lambda one: one.cpu)
        memory = max(one.memory for one in runs)
        written = [folder / "out" / one for one in ("run.json", "report.html")]
        run, page = (one.stat().st_size if one.exists() else 0 for one in written)
    return Point(count, size, msgspec.structs.replace(best, memory=memory), run, page)
