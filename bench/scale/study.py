"""Each kind of evidence at four sizes and more: what an analysis of it costs, and with which power of n that grows.

Of the time it is what this costs beyond what any run does, which would hide a square: the fit finds that constant with
the power (`fit.py`), from all sizes, of which an input that is next to nothing is the smallest.
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
from bench.scale.fit import Fit, fitted
from bench.speed.inputs import many_faults

MOST_POWER = 1.1
SQUARE = 2.0
"""A power that the scatter had better exclude."""
MEMORY = 300
"""MiB that an analysis may take."""
_LEAST_S = 0.02
"""A cost below that is not told from none."""
_RUNS, _ENOUGH_S = 5, 8.0
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
    Line(what="hosts on one SPAN", unit="hosts", nothing=3, counts=(6, 10, 16, 24, 32), make=captures.hosts),
    Line(
        what="a ring of captures",
        unit="hours",
        nothing=12,  # its details are thinned each time that a table is full, first after some 8 hours
        counts=(24, 36, 48, 72),
        make=captures.ring,
    ),
    Line(what="files in a folder", unit="files", nothing=1, counts=(1250, 2500, 5000, 10_000), make=texts.files),
)


class Point(msgspec.Struct, frozen=True):
    """So many, their bytes, what the analysis costs, the bytes of its run.json and its page, and the CPU time of each
    of its runs (s), of which the least is the cost's.
    """

    count: int
    size: int
    cost: Cost
    run: int
    page: int
    runs: tuple[float, ...] = ()


class Measured(msgspec.Struct, frozen=True):
    """A line: next to nothing of it, and the sizes that were measured, of which there are several."""

    line: Line
    nothing: Point
    points: tuple[Point, ...]

    @property
    def fit(self) -> Fit:
        """How the CPU time grows with n."""
        sizes = (self.nothing, *self.points)
        return fitted([(p.count, p.cost.cpu) for p in sizes], scatter([p.runs for p in sizes]))

    def _more(self, point: Point) -> float:
        return max(point.cost.cpu - self.nothing.cost.cpu, _LEAST_S)

    @property
    def speed(self) -> float:
        """MB/s of CPU, of the largest."""
        last = self.points[-1]
        return (last.size - self.nothing.size) / 1e6 / self._more(last)

    def seconds_at(self, size: int) -> float:
        """CPU time that so many bytes would take, by the fit, s."""
        return self.fit.at(size / self.points[-1].size)

    def untold(self) -> str:
        """What the scatter leaves open; empty where it excludes a square, or nothing grows."""
        fit = self.fit
        if fit.flat or fit.most < SQUARE or fit.least > MOST_POWER:
            return ""
        return f"may grow with any power of n from {fit.least:.2f} to {fit.most:.2f}, by its scatter"

    def wrong(self) -> Iterator[str]:
        """What does not hold."""
        line, last = self.line, self.points[-1]
        if failed := [p.cost.status for p in (self.nothing, *self.points) if p.cost.status not in (0, 1, 4)]:
            yield f"ended with status {failed[0]}"
        if not self.fit.flat and self.fit.least > MOST_POWER:
            yield f"grows with the power {self.fit.power:.2f} of n ({self.fit.least:.2f} at least)"
        if (memory := max(p.cost.memory for p in self.points) / 1024) > line.memory:
            yield f"takes {memory:.0f} MiB"
        if line.seconds and last.cost.cpu > line.seconds:
            yield f"takes {last.cost.cpu:.1f} s"
        if line.speed and self.speed < line.speed:
            yield f"reads {self.speed:.0f} MB/s"


def scatter(runs: Sequence[Sequence[float]]) -> float:
    """The standard deviation of what runs of one size cost, as a part of it; 0 where no size was run twice."""
    logs = [[math.log(one) for one in some] for some in runs if len(some) > 1]
    free = sum(len(some) - 1 for some in logs)
    return math.sqrt(sum(statistics.variance(some) * (len(some) - 1) for some in logs) / free) if free else 0.0


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
    times = tuple(one.cpu for one in runs)
    return Point(count, size, msgspec.structs.replace(best, memory=memory), run, page, times)
