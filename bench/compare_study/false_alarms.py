"""False alarms, and intervals that miss: groups of every pair of evidence, without a difference or with a known one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice, product

import numpy as np

from analyzer.compare import change_points, midrange, shift, two_groups
from analyzer.compare.spans import Spans
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import SECOND, Span
from bench.compare_study.cells import Cell, cell
from bench.compare_study.design import Design
from bench.compare_study.histories import (
    EVIDENCE,
    IN_TURN,
    PERIOD,
    detections,
    group,
    measured,
    middles,
    processing,
    skewed,
    two_humps,
)

UNEVEN = ((4, 10), (10, 4), (3, 12))
SHAPES = (("skewed", skewed), ("two humps", two_humps))
TRUE_SHIFT = 3.0
SEED = 1_000


def of_groups(design: Design) -> Iterator[Cell]:
    """Two groups without a difference, of every pair of evidence; and what comparing middles gives."""
    for sizes, (one, other) in product(design.groups, design.pairs):
        random = np.random.default_rng((SEED, *sizes, *_numbers(one, other)))
        first, second = (
            group(random, design.cell, size, EVIDENCE[name]) for size, name in zip(sizes, (one, other), strict=True)
        )
        names = (f"{sizes[0]} + {sizes[1]}", one, other)
        yield cell("groups", names, two_groups.p_values(first, second).p <= LEVEL)
        few = [middles(Spans(part.least[: design.middles], part.most[: design.middles])) for part in (first, second)]
        yield cell("middles", names, two_groups.p_values(few[0], few[1]).p <= LEVEL)


def of_uneven_groups(design: Design) -> Iterator[Cell]:
    """Groups of unlike size, and one of which half is of the wire alone."""
    for sizes, (one, other) in product(UNEVEN, design.pairs):
        random = np.random.default_rng((SEED + 1, *sizes, *_numbers(one, other)))
        first, second = (
            group(random, design.cell, size, EVIDENCE[name]) for size, name in zip(sizes, (one, other), strict=True)
        )
        found = two_groups.p_values(first, second).p <= LEVEL
        yield cell("uneven", (f"{sizes[0]} + {sizes[1]}", one, other), found)
    for sizes in design.groups:
        random = np.random.default_rng((SEED + 2, *sizes))
        first = group(random, design.cell, sizes[0], 1.0)
        widths = [30.0 if run % 2 else 1.0 for run in range(sizes[1])]
        second = measured(random, processing(random, design.cell, sizes[1]), widths)
        found = two_groups.p_values(first, second).p <= LEVEL
        yield cell("uneven", (f"{sizes[0]} + {sizes[1]}", "1 s", "half 1 s, half 30 s"), found)


def of_other_shapes(design: Design) -> Iterator[Cell]:
    """Groups without a difference whose processing is not normal."""
    for (name, shape), sizes, (one, other) in product(SHAPES, (*design.groups[1:2], UNEVEN[0]), design.pairs):
        random = np.random.default_rng((SEED + 7, len(name), *sizes, *_numbers(one, other)))
        values = shape(random, design.cell, sum(sizes))
        first = measured(random, values[:, : sizes[0]], EVIDENCE[one])
        second = measured(random, values[:, sizes[0] :], EVIDENCE[other])
        found = two_groups.p_values(first, second).p <= LEVEL
        yield cell("shapes", (f"{sizes[0]} + {sizes[1]}, {name}", one, other), found)


def of_change_points(design: Design) -> Iterator[Cell]:
    """Histories without a step, whose evidence changes halfway: any change point is false."""
    for runs, (one, other) in product(design.lengths, design.pairs):
        random = np.random.default_rng((SEED + 3, runs, *_numbers(one, other)))
        widths = [EVIDENCE[one]] * (runs // 2) + [EVIDENCE[other]] * (runs - runs // 2)
        spans = measured(random, processing(random, design.cell, runs), widths)
        found = [bool(points) for points in change_points.of_histories(spans)]
        yield cell("change points", (str(runs), one, other), found)


def of_change_points_in_turn(design: Design) -> Iterator[Cell]:
    """The same of histories whose evidence differs from run to run."""
    for runs, (name, widths) in product(design.lengths, IN_TURN.items()):
        random = np.random.default_rng((SEED + 8, runs, len(name)))
        spans = measured(random, processing(random, design.cell, runs), list(islice(cycle(widths), runs)))
        found = [bool(points) for points in change_points.of_histories(spans)]
        yield cell("change points in turn", (str(runs), name), found)


def of_detections(design: Design) -> Iterator[Cell]:
    """Groups without a difference of which nobody saw the checks."""
    for sizes, name, spread in product((*design.groups, *design.large), ("exact", "1 s"), (1.5, 3.0)):
        random = np.random.default_rng((SEED + 4, *sizes, round(10 * spread), _number(name)))
        first, second = (detections(random, design.cell, size, EVIDENCE[name], spread=spread) for size in sizes)
        names = (f"{sizes[0]} + {sizes[1]}", name, f"{spread} s")
        yield cell("detections", names, midrange.p_of(first, second, PERIOD, midrange.OF_A_LIMIT // 2) <= LEVEL)


def of_intervals(design: Design) -> Iterator[Cell]:
    """Groups that differ by 3 s: whether the interval holds it. It does where the test does not reject 3 s."""
    for sizes, (one, other) in product(design.groups, design.pairs):
        random = np.random.default_rng((SEED + 5, *sizes, *_numbers(one, other)))
        first = group(random, design.cell, sizes[0], EVIDENCE[one])
        second = group(random, design.cell, sizes[1], EVIDENCE[other], TRUE_SHIFT)
        back = second.later(np.array([[round(-TRUE_SHIFT * SECOND)]]))
        yield cell("interval", (f"{sizes[0]} + {sizes[1]}", one, other), two_groups.p_values(first, back).p > LEVEL)


def widths_of_intervals(design: Design) -> Iterator[tuple[Cell, int]]:
    """Whole intervals, searched for: how many hold 3 s, and their median width, ns."""
    for sizes, name in product(design.groups, ("exact", "1 s")):
        random = np.random.default_rng((SEED + 6, *sizes, _number(name)))
        first = group(random, design.intervals, sizes[0], EVIDENCE[name])
        second = group(random, design.intervals, sizes[1], EVIDENCE[name], TRUE_SHIFT)
        found = [shift.interval(_row(first, at), _row(second, at)) for at in range(design.intervals)]
        holding = [one.holds(round(TRUE_SHIFT * SECOND)) for one in found]
        width = int(np.median([one.width for one in found]))
        yield cell("whole interval", (f"{sizes[0]} + {sizes[1]}", name, name), holding), width


def _row(spans: Spans, history: int) -> list[Span]:
    return [Span(int(least), int(most)) for least, most in zip(spans.least[history], spans.most[history], strict=True)]


def _number(name: str) -> int:
    return list(EVIDENCE).index(name)


def _numbers(one: str, other: str) -> tuple[int, int]:
    return _number(one), _number(other)
