"""Each kind of evidence, small: it is made and analysed; the power of n, and what does not hold."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from analyzer import analyze
from analyzer.config import Settings
from bench.scale import study
from bench.scale.cost import Cost
from bench.scale.page import page
from bench.scale.study import LINES, Line, Measured, Point, measured, scatter

FAST = ("short connections", "a leader's genesis.out", "HA checks and nothing else", "files in a folder")
KINDS = {"short connections": 1, "a leader's genesis.out": 1, "HA checks and nothing else": 1, "files in a folder": 3}


def test_each_line_has_at_least_four_sizes() -> None:
    assert all(len(line.counts) >= 4 and line.nothing < min(line.counts) for line in LINES)


@pytest.mark.parametrize("line", [pytest.param(one, id=one.what) for one in LINES if one.what in FAST])
def test_each_input_is_evidence(line: Line, tmp_path: Path) -> None:
    run = analyze(line.make(tmp_path, 3), Settings(log_timezone="UTC"))

    assert len(run.sources) == KINDS[line.what]
    assert any(source.kind in ("capture", "genesis") for source in run.sources)
    assert len(run.episodes) == ("leader" in line.what)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param([(1.0,), (2.0,)], 0, id="each once"),
        pytest.param([(1.0, 1.1), (10.0, 11.0)], 0.0674, id="twice"),
        pytest.param([(1.0, 1.0, 1.0), (2.0,)], 0, id="the same"),
    ],
)
def test_the_scatter_is_that_of_runs_of_one_size(runs: list[tuple[float, ...]], expected: float) -> None:
    assert scatter(runs) == pytest.approx(expected, abs=0.0001)


def test_a_line_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "_RUNS", 1)
    (line,) = (line for line in LINES if line.what == "files in a folder")

    found = measured(msgspec.structs.replace(line, counts=(2, 3, 4)))

    assert [point.count for point in found.points] == [2, 3, 4]
    assert all(point.runs == (point.cost.cpu,) for point in found.points)
    assert all(point.cost.cpu > 0.05 and point.cost.memory > 10_000 and point.page for point in found.points)
    assert list(found.wrong()) == []


def points(*costs: tuple[int, float], memory: int = 100, status: int = 4) -> Measured:
    line = Line(what="lines", unit="days", nothing=0, counts=(1, 2, 4, 8), make=LINES[0].make, seconds=20, speed=5)
    first, *rest = (Point(n, n * 10_000_000, Cost(cpu, cpu, memory << 10, status), 0, 0) for n, cpu in costs)
    return Measured(line, first, tuple(rest))


LINEAR = ((0, 1.0), (1, 2.0), (2, 3.0), (4, 5.0), (8, 9.0))


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        pytest.param(points(*LINEAR), [], id="a line"),
        pytest.param(
            points((0, 1.0), (1, 1.1), (2, 1.4), (4, 2.6), (8, 7.4)),
            ["grows with the power 2.00 of n (1.91 at least)"],
            id="a square",
        ),
        pytest.param(points(*LINEAR, memory=400), ["takes 400 MiB"], id="memory"),
        pytest.param(points(*((n, 3 * cpu) for n, cpu in LINEAR)), ["takes 27.0 s", "reads 3 MB/s"], id="slow"),
        pytest.param(points(*LINEAR, status=3), ["ended with status 3"], id="nothing was understood"),
    ],
)
def test_what_does_not_hold_is_told(found: Measured, faults: list[str]) -> None:
    assert list(found.wrong()) == faults
    told = page([found], "Nothing was wrong.")
    assert ("So it is with all." in told) == (not faults)
    assert all(fault in told for fault in faults)
    fit = found.fit
    power = f"{fit.power:.2f} ({fit.least:.2f}–{fit.most:.2f})"
    assert f"| lines | {power} | 8 days: {found.points[-1].cost.cpu:.1f} s | 20 s, 5 MB/s |" in told


def test_a_further_size_is_told_by_the_fit() -> None:
    assert points(*LINEAR).seconds_at(800_000_000) == pytest.approx(81, rel=0.02)


def test_what_the_scatter_leaves_open_is_told() -> None:
    little = points((0, 0.47), (1, 0.52), (2, 0.54), (4, 0.6), (8, 0.95))
    open_ = Measured(little.line, msgspec.structs.replace(little.nothing, runs=(0.47, 0.57)), little.points)

    assert list(open_.wrong()) == []
    assert open_.untold().startswith("may grow with any power of n from ")
    assert "A square is not excluded: lines may grow" in page([open_], "")
    assert points(*LINEAR).untold() == ""
    assert "A square" not in page([points(*LINEAR)], "")
