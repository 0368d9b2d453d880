"""The smallest shift that is printed, beside what simulation finds: at which shift are 80 % found?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from analyzer.compare import midrange, smallest, two_groups
from analyzer.compare.smallest import POWER
from analyzer.compare.spans import Spans
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.comparison import Nothing, Shown
from bench.compare_study.design import Design
from bench.compare_study.histories import PERIOD, detections, group

GRID = 0.03
SEED = 4_000


class Size(msgspec.Struct, frozen=True):
    """Of so many runs a side: the smallest shift by simulation, and what is printed of single histories (the lower
    quartile, the median, the upper one), ns.
    """

    runs: int
    checks: str
    simulated: int
    printed: tuple[int, int, int]

    @property
    def off(self) -> float:
        """By how much the median of what is printed differs from what simulation finds, of that."""
        return self.printed[1] / self.simulated - 1


def sizes(design: Design) -> Iterator[Size]:
    """Every line, with stamps of 1 s on the parts, and where nobody saw the checks."""
    for runs in design.shown:
        random = np.random.default_rng((SEED, runs))
        drawn = group(random, design.cell // 2, runs, 1.0), group(random, design.cell // 2, runs, 1.0)
        simulated = _simulated(_found, *drawn)
        printed = [smallest.smallest(*_rows(*drawn, at)) for at in range(design.sizes)]
        yield Size(runs, "seen", simulated, _quartiles(printed))
    for runs in design.unseen:
        random = np.random.default_rng((SEED + 1, runs))
        drawn = detections(random, design.cell // 2, runs, 0.001), detections(random, design.cell // 2, runs, 0.001)
        simulated = _simulated(_detected, *drawn)
        printed = [smallest.of_detections(*_rows(*drawn, at), PERIOD) for at in range(design.sizes)]
        yield Size(runs, "not seen", simulated, _quartiles(printed))


def _found(first: Spans, second: Spans, shift: int) -> float:
    later = second.later(np.array([[shift]]))
    found = two_groups.p_values(first, later, feasible=20_000, sample=2_000, tolerance=smallest.ROUGHLY)
    return float((found.p <= LEVEL).mean())


def _detected(first: Spans, second: Spans, shift: int) -> float:
    later = second.later(np.array([[shift]]))
    return float((midrange.p_of(first, later, PERIOD, midrange.OF_A_LIMIT // 2) <= LEVEL).mean())


def _simulated(power: Callable[[Spans, Spans, int], float], first: Spans, second: Spans) -> int:
    """The shift that 80 % find, by halving, to 3 %."""
    low, high = 0, SECOND
    while power(first, second, high) < POWER:
        low, high = high, 2 * high
    while high - low > GRID * high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(first, second, middle) >= POWER else (middle, high)
    return (low + high) // 2


def _rows(first: Spans, second: Spans, at: int) -> tuple[list[Span], list[Span]]:
    one, other = (
        [Span(int(least), int(most)) for least, most in zip(spans.least[at], spans.most[at], strict=True)]
        for spans in (first, second)
    )
    return one, other


def _quartiles(printed: list[Shown | Nothing]) -> tuple[int, int, int]:
    shifts = [one.shift for one in printed if isinstance(one, Shown)]
    low, middle, high = np.percentile(shifts, (25, 50, 75))
    return int(low), int(middle), int(high)
