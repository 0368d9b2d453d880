"""How much of each part is studied: the whole, and the slice that the tests run."""

from __future__ import annotations

from itertools import product

import msgspec

from bench.compare_study.histories import EVIDENCE

PAIRS = tuple(product(EVIDENCE, EVIDENCE))


class Pools(msgspec.Struct, frozen=True):
    """Of the study from end to end: how many tests there are of each shift (s), and how many histories of each part are
    drawn from them.
    """

    tests: tuple[tuple[int, int], ...]
    healthy: int
    stepped: int
    groups: int
    """Of two groups that differ."""
    alike: int
    """Of two groups that do not."""
    looks: int = 50
    after: tuple[int, ...] = (14, 20)
    """Runs before a change."""
    sizes: tuple[tuple[int, int], ...] = ((0, 4), (0, 6), (0, 10), (5, 4), (3, 6), (3, 10))
    """Of groups: the shift, s, and the runs a side."""
    later: int = 15
    """Runs since a change."""


class Design(msgspec.Struct, frozen=True):
    """Histories of each part, and which cells there are."""

    cell: int
    """Histories of a cell of false alarms, of power and of intervals."""
    middles: int
    """Of a cell in which the middles of Spans are compared."""
    intervals: int
    """Of which whole intervals are searched for."""
    healthy: int
    """Of 50 runs, looked at after each."""
    stepped: int
    """With a step, looked at after each."""
    growing: int
    """Of which the change points are told again and again."""
    sizes: int
    """Of which the smallest shift is printed."""
    pairs: tuple[tuple[str, str], ...] = PAIRS
    """The evidence of the first group and that of the second."""
    groups: tuple[tuple[int, int], ...] = ((4, 4), (6, 6), (10, 10))
    """Runs of the first group and of the second."""
    lengths: tuple[int, ...] = (10, 20)
    """Runs of a history in which change points are looked for."""
    large: tuple[tuple[int, int], ...] = ((20, 20),)
    """Further groups of which nobody saw the checks."""
    shown: tuple[int, ...] = (4, 6, 10, 20)
    """Runs a side of which the smallest shift is printed."""
    whole: Pools | None = None
    """Of histories from end to end; None: there are none."""
    unseen: tuple[int, ...] = (6, 10)
    """The same where nobody saw the checks."""


WHOLE = Design(
    cell=4000,
    middles=1000,
    intervals=20,
    healthy=4000,
    stepped=1000,
    growing=1000,
    sizes=21,
    whole=Pools(tests=((0, 100), (3, 30), (5, 40)), healthy=100, stepped=60, groups=300, alike=1500),
)
SLICE = Design(
    cell=200,
    middles=100,
    intervals=2,
    healthy=4,
    stepped=4,
    growing=4,
    sizes=3,
    pairs=(("1 s", "1 s"), ("exact", "30 s")),
    groups=((4, 4), (6, 6)),
    lengths=(10,),
    large=(),
    shown=(4,),
    unseen=(),
)
SLICE_OF_POOLS = Pools(
    tests=((0, 14), (5, 8)),
    healthy=1,
    stepped=1,
    groups=2,
    alike=2,
    looks=14,
    after=(14,),
    sizes=((0, 4), (5, 4)),
    later=8,
)
"""A slice of the study from end to end, which is none of its own of the other parts."""
