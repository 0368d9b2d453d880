"""What mixed evidence could show at best: of the runs that show the figure, its true values.

A test that was analysed from captures alone has the change of the route only in a sum, so that of five runs one has no
figure to compare, and groups of 4 have 3 or fewer in most histories, which no test can tell apart at 5 %. Who knew the
true values of the others, and looked at no other figure, could find so much, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from analyzer.compare import change_points, two_groups
from analyzer.compare.runs.looks import ORDERS
from analyzer.compare.spans import Spans
from analyzer.compare.two_groups import LEVEL
from analyzer.compare.watching import RARE
from bench.compare_study.cells import Cell, cell
from bench.compare_study.design import Pools
from bench.compare_study.histories import Values, measured

LEAST, MOST = 0.8, 5.0
"""How long the change of the route takes, s (`whole_evidence`)."""
HAVING = 0.8
"""The share of the mix that shows it by itself."""
SOON = 7
HISTORIES = 2_000
SEED = 8_000


def studied(pools: Pools) -> Iterator[Cell]:
    """Every cell, by the names of those of `whole_evidence`."""
    for shift, runs in pools.sizes:
        if shift:
            random = np.random.default_rng((SEED, shift, runs))
            found = [_differs(random, runs, shift) for _ in range(HISTORIES)]
            yield cell("at best, groups", (f"{runs} + {runs}", f"+{shift} s", "mixed"), found)
    for after in pools.after:
        for name, having in (("all of it", 1.0), ("mixed", HAVING)):
            random = np.random.default_rng((SEED, after, name == "mixed"))
            told = [_told(random, after, having) for _ in range(pools.stepped)]
            yield cell("at best, steps", (f"{after}", name), told)


def _differs(random: np.random.Generator, runs: int, shift: int) -> bool:
    groups = [_values(random, int(random.binomial(runs, HAVING)), longer) for longer in (0, shift)]
    if min(one.shape[1] for one in groups) == 0:
        return False
    first, second = (measured(random, one, 0.0) for one in groups)
    return bool(two_groups.p_values(first, second).p[0] <= LEVEL)


def _told(random: np.random.Generator, after: int, having: float) -> bool:
    """Whether a change of 5 s is told within seven runs: twice running at 0.005."""
    has = random.random(after + SOON) < having
    values = _values(random, after + SOON, 0)
    values[:, after:] += 5
    spans = measured(random, values[:, has], 0.0)
    before = int(has[:after].sum())
    ps = [_p(spans.part(0, count)) for count in range(max(before, 12), spans.runs + 1)]
    return any(one <= RARE and other <= RARE for one, other in pairwise(ps))


def _p(spans: Spans) -> float:
    return change_points.scanned(spans, RARE, most_orders=ORDERS)[0].p


def _values(random: np.random.Generator, runs: int, shift: int) -> Values:
    return np.asarray(random.uniform(LEAST, MOST, (1, runs)) + shift)
