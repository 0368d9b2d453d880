"""How the figures that are compared at once share the level of 5 %.

Shared equally among nine figures none of four runs a side could ever be told, however slow: their smallest p-value is
0.029. So one figure is asked first and has most of the level: of the stages that are Genesis' work, that in which the
runs differ by the most seconds. That is read from all runs together, whosever they are, so that it does not depend on
which group is slower, and the level stays what it is (Kropf and Läuter 2002, Biom. J. 44(7); the shares are those of
Holm 1979). After Genesis' stages come those of the host's NFS client, which may give a connection up after 6 s or 60 s;
then the sums of stages, and the wait for a check, which is chance, last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analyzer.compare.runs.figures import HEADLINES, in_order
from analyzer.compare.shift import kept
from analyzer.compare.spans import FARTHEST, Spans, one_history
from analyzer.compare.turnbull import estimated
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import Figure

FIRST = 0.8
"""What of the level the figure has that is asked first; the others share the rest."""
WAIT, CHAIN = "wait", " + "
GENESIS = frozenset({"detect", "decide", "repair"})
SUMS = 2
LATER = 1e-4
"""One that could use no share of the rest has so little that it is asked once those before it are told."""
ROUGHLY = 1e-2
"""The tolerance of an estimate that orders figures."""


def in_turn(durations: Mapping[Figure, Sequence[Span] | Spans]) -> tuple[Figure, ...]:
    """The figures in the order in which they are asked, by the durations of all runs of all groups."""
    told = in_order(durations)
    places = {one: _place(one[1]) for one in told}
    spreads = {one: _spread(durations[one]) if places[one] < SUMS else 0.0 for one in told}
    return tuple(sorted(told, key=lambda one: (places[one], -spreads[one])))


def _place(name: str) -> int:
    """Of Genesis' stages 0, of the client's 1, of sums with the wait in them 2, of the wait 3."""
    if name == WAIT:
        return SUMS + 1
    if name in HEADLINES or WAIT in name:
        return SUMS
    return int(not set(name.split(CHAIN)) <= GENESIS)


def shares(turns: Sequence[int], reach: Sequence[float]) -> tuple[float, ...]:
    """The share of the level of each comparison: `turns` has the place of its figure in the order, from 0, which may be
    that of several pairs of groups, `reach` the smallest p-value that so many runs can give.
    """
    if not turns:
        return ()
    first = [turn == min(turns) for turn in turns]
    others = sorted((reach[at], turns[at], at) for at in range(len(turns)) if not first[at])
    usable = {at for _, _, at in others[: _usable([least for least, _, _ in others])]}
    of_first = (FIRST if usable else 1.0) / sum(first)
    return tuple(
        of_first if first[at] else (1 - FIRST) / len(usable) if at in usable else LATER ** (1 + turns[at])
        for at in range(len(turns))
    )


def asked_share(turn: int, figures: int, pairs: int) -> float:
    """The share of the level that one of so many figures and pairs has where there are enough runs to use it."""
    of_figure = (FIRST if turn == 0 else (1 - FIRST) / (figures - 1)) if figures > 1 else 1.0
    return of_figure / pairs


def _usable(reach: Sequence[float]) -> int:
    """The most comparisons, those that reach the smallest p-values, that could each use an equal share of the rest."""
    return max((n for n, least in enumerate(reach, 1) if least <= LEVEL * (1 - FIRST) / n), default=0)


def _spread(durations: Sequence[Span] | Spans) -> float:
    """The variance of the values, ns², by Turnbull's estimate of all of them: a mass in the middle of where it lies, or
    at the least that it may be where there is no most.
    """
    estimate = estimated(kept(one_history(durations)), ROUGHLY)
    least, most = estimate.least[0].astype(np.float64), estimate.most[0].astype(np.float64)
    values = np.where(most < FARTHEST, (least + most) / 2, least)
    mass = estimate.mass[0]
    return float(mass @ (values - mass @ values) ** 2)
