"""What is found: shifts of a known size, by groups and by change points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice, product

import numpy as np

from analyzer.compare import change_points, midrange, two_groups
from analyzer.compare.two_groups import LEVEL
from bench.compare_study.cells import Cell, cell
from bench.compare_study.design import Design
from bench.compare_study.histories import EVIDENCE, IN_TURN, PERIOD, detections, group, measured, processing

SHIFTS = ((4, 5.0), (6, 3.0), (10, 3.0), (10, 2.0))
UNSEEN = ((6, 10.0), (10, 10.0), (20, 5.0))
STEPS = ((10, 5.0), (20, 3.0), (20, 5.0))
UNLIKE = (("exact", "1 s"), ("1 s", "10 s"), ("1 s", "30 s"))
SEED = 2_000


def of_groups(design: Design) -> Iterator[Cell]:
    """Shifts between groups whose parts are known by stamps of 1 s, and by unlike evidence."""
    for runs, shift in SHIFTS:
        for one, other in (("1 s", "1 s"), *UNLIKE):
            random = np.random.default_rng((SEED, runs, round(shift), *map(list(EVIDENCE).index, (one, other))))
            first = group(random, design.cell, runs, EVIDENCE[one])
            second = group(random, design.cell, runs, EVIDENCE[other], shift)
            found = two_groups.p_values(first, second).p <= LEVEL
            yield cell("power", (f"{runs} + {runs}", one, other, f"+{shift:g} s"), found)


def of_detections(design: Design) -> Iterator[Cell]:
    """Shifts of processing where nobody saw the checks: by the midrange, and by ranks of what was detected."""
    for runs, shift in UNSEEN:
        random = np.random.default_rng((SEED + 1, runs))
        first = detections(random, design.cell, runs, 0.001)
        second = detections(random, design.cell, runs, 0.001, shift)
        names = (f"{runs} + {runs}", f"+{shift:g} s")
        found = midrange.p_of(first, second, PERIOD, midrange.OF_A_LIMIT // 2) <= LEVEL
        yield cell("power without checks", (*names, "midrange"), found)
        ranks = two_groups.p_values(first, second, feasible=20_000, sample=5_000).p <= LEVEL
        yield cell("power without checks", (*names, "ranks"), ranks)


def of_change_points(design: Design) -> Iterator[Cell]:
    """Steps halfway, with stamps of 1 s and with evidence that differs from run to run: found within two runs of where
    they are.
    """
    for (runs, shift), (name, widths) in product(STEPS, {"1 s": (1.0,), **IN_TURN}.items()):
        random = np.random.default_rng((SEED + 2, runs, round(shift)))
        values = processing(random, design.cell, runs)
        values[:, runs // 2 :] += shift
        points = change_points.of_histories(measured(random, values, list(islice(cycle(widths), runs))))
        found = [any(abs(point.place - runs // 2) <= 2 for point in one) for one in points]
        yield cell("power of change points", (str(runs), name, f"+{shift:g} s"), found)
