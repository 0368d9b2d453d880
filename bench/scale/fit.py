"""A curve through what sizes cost: a + b·n^p, where the constant a, the factor b and the power p are all found.

What a run costs whatever it is given (a) was once taken from one input that is next to nothing, and subtracted: a tenth
of a second by which that was off bent the logarithms of all small sizes, and a line had the power 1.9. Here it is one
size among the others, and a is found with the rest: for each p the a and b, neither below 0, with the least sum of
squares, each size weighed by its scatter. The best p is the one with the least sum of all.

The sum as a function of p also says which powers the scatter allows: those whose sum is at most `ALLOWED` (95 % of
chi-square, one degree of freedom) above the least (profile likelihood; W. H. Press et al., Numerical Recipes, 15.6).
Where even the best curve misses by more than the scatter, the scatter was larger than the runs of a size show, and is
taken to be so (the scale factor of the Particle Data Group, Review of Particle Physics, introduction, 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

ALLOWED = 3.84
LEAST_SIZES = 4
"""A curve of three unknowns goes through any three sizes, and shows nothing."""
LEAST_SCATTER = 0.02
"""Part of a cost by which two runs of one size differ at least: caches, clocks of processors."""
_TICK_S = 0.01
"""CPU time is counted so coarsely at worst, s."""
_POWERS: NDArray[np.float64] = np.arange(10, 301) / 100
_FLAT = 0.02
"""Growth of less than this part of the whole is none: no power can be told of it."""

Floats = NDArray[np.float64]


class Fit(msgspec.Struct, frozen=True):
    """`constant` (s) + `factor` (s) · (n / the largest n)^`power`; the scatter allows powers from `least` to `most`."""

    constant: float
    factor: float
    power: float
    least: float
    most: float

    @property
    def flat(self) -> bool:
        """Whether the cost does not grow, so that there is no power to tell."""
        return self.factor <= _FLAT * (self.constant + self.factor)

    def at(self, times: float) -> float:
        """What so many times the largest size costs by the curve, s; as a line at least, where the power is below 1."""
        return float(self.constant + self.factor * times ** max(self.power, 1.0))


def fitted(points: Sequence[tuple[int, float]], scatter: float = LEAST_SCATTER) -> Fit:
    """The curve through (n, cost in s) of at least `LEAST_SIZES` sizes; `scatter` is the standard deviation of a cost,
    as a part of it. ValueError where there are fewer.
    """
    if len({n for n, _ in points}) < LEAST_SIZES:
        raise ValueError(f"{len(points)} points: a curve needs {LEAST_SIZES} sizes at least")
    sizes, costs = (np.array(column, np.float64) for column in zip(*points, strict=True))
    weights = 1 / np.hypot(max(scatter, LEAST_SCATTER) * costs, _TICK_S)
    found = [_line(power, sizes / sizes.max(), costs, weights) for power in _POWERS]
    sums = np.array([total for _, _, total in found])
    best = int(sums.argmin())
    free = len(points) - 3
    allowed = _POWERS[sums <= sums[best] + ALLOWED * max(1.0, float(sums[best]) / free)]
    constant, factor, _ = found[best]
    return Fit(constant, factor, float(_POWERS[best]), float(allowed.min()), float(allowed.max()))


def _line(power: float, sizes: Floats, costs: Floats, weights: Floats) -> tuple[float, float, float]:
    """The constant and the factor for a power, neither below 0, and the weighted sum of squares that they leave."""
    grown = sizes**power
    tries = [
        _solved(columns, costs, weights) for columns in ((grown**0, grown), (grown**0, 0 * grown), (0 * grown, grown))
    ]
    return min((one for one in tries if one[0] >= 0 and one[1] >= 0), key=lambda one: one[2])


def _solved(columns: tuple[Floats, Floats], costs: Floats, weights: Floats) -> tuple[float, float, float]:
    matrix = np.column_stack(columns)
    (constant, factor), *_ = np.linalg.lstsq(matrix * weights[:, None], costs * weights, rcond=None)
    left = (costs - matrix @ (constant, factor)) * weights
    return float(constant), float(factor), float(left @ left)
