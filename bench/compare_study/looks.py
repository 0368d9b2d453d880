"""A look after every run: healthy histories that alarm, shifts that are found, change points that vanish."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.compare import change_points
from analyzer.compare.change_points import LEAST_RUNS
from analyzer.compare.spans import Spans
from analyzer.compare.watching import RARE, RUNNING, alarmed, revised, standing
from bench.compare_study.cells import Cell, cell
from bench.compare_study.design import Design
from bench.compare_study.histories import EVIDENCE, measured, processing

RUNS = 50
AFTER = (10, 20, 30)
SHIFT = 5.0
LATER = 15
SOON = 7
NEAR = 2
SEED = 3_000


class Growing(msgspec.Struct, frozen=True):
    """What became of the change points of histories that grow: lines by what they say, and those without one."""

    histories: int
    lines: tuple[tuple[str, int], ...]
    vanished: int


def of_healthy_histories(design: Design) -> Iterator[Cell]:
    """50 runs without a step: alarmed at any time."""
    for one, other in (("1 s", "1 s"), ("exact", "exact"), ("exact", "30 s"), ("30 s", "exact")):
        random = np.random.default_rng((SEED, *map(list(EVIDENCE).index, (one, other))))
        widths = [EVIDENCE[one]] * (RUNS // 2) + [EVIDENCE[other]] * (RUNS // 2)
        count = design.healthy if one == other == "1 s" else max(1, design.healthy // 4)
        spans = measured(random, processing(random, count, RUNS), widths)
        yield cell("50 looks", (one, other), alarms(spans) > 0)


def of_steps(design: Design) -> Iterator[tuple[Cell, float]]:
    """A shift of +5 s after so many runs: found within 7, and the median of how many it took."""
    for after in AFTER:
        random = np.random.default_rng((SEED + 1, after))
        values = processing(random, design.stepped, after + LATER)
        values[:, after:] += SHIFT
        at = alarms(measured(random, values, 1.0))
        took = np.where(at > after, at - after, LATER + 1)
        yield cell("found soon", (str(after), f"+{SHIFT:g} s"), took <= SOON), float(np.median(took))


def alarms(spans: Spans) -> npt.NDArray[np.int64]:
    """Of each history the number of runs at the first look that alarms, or 0."""
    at = np.zeros(spans.histories, dtype=np.int64)
    looks = np.ones((spans.histories, RUNNING))
    for runs in range(2 * LEAST_RUNS, spans.runs + 1):
        quiet = np.flatnonzero(at == 0)
        if not len(quiet):
            break
        seen = Spans(spans.least[quiet, :runs], spans.most[quiet, :runs])
        looks = np.roll(looks, -1, axis=1)
        looks[quiet, -1] = [one.p for one in change_points.scanned(seen, RARE)]
        at[quiet] = [runs if alarmed(looks[history].tolist()) else 0 for history in quiet]
    return at


def of_growing_histories(design: Design) -> Growing:
    """Histories of up to 30 runs, a third with a step and a third with one for a while: every line of every look."""
    random = np.random.default_rng(SEED + 2)
    values = processing(random, design.growing, 30)
    values[::3, 15:] += 3.0
    values[1::3, 12:20] += 3.0
    spans = measured(random, values, 1.0)
    told: list[tuple[int, ...]] = [()] * design.growing
    lines: dict[str, int] = dict.fromkeys(("found", "kept", "moved", "withdrawn"), 0)
    vanished = 0
    for runs in range(8, 31, 2):
        for history, points in enumerate(change_points.of_histories(spans.part(0, runs))):
            found = tuple(point.place for point in points)
            revisions = revised(told[history], found, NEAR)
            for line in revisions:
                lines[line.change] += 1
            vanished += standing(told[history], revisions) != found
            told[history] = found
    return Growing(design.growing, tuple(lines.items()), vanished)
