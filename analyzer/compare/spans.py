"""Durations as arrays of what each may be: what every room here works on."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.model.instant import Span

Times: TypeAlias = npt.NDArray[np.int64]
Counts: TypeAlias = npt.NDArray[np.int64]
Shares: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

FARTHEST = 2**60
"""What is not bounded ends here, ns: 36 years, so that sums and sorting keys stay within 64 bits."""
LIKE = 2
FINE = 10


class Spans(msgspec.Struct, frozen=True, eq=False):
    """Durations of several histories, each somewhere in [least, most]: int64, ns, shape `(histories, runs)`."""

    least: Times
    most: Times

    @property
    def histories(self) -> int:
        """How many histories there are; one, but in a study."""
        return int(self.least.shape[0])

    @property
    def runs(self) -> int:
        """How many runs each history has."""
        return int(self.least.shape[1])

    def part(self, start: int, stop: int) -> Spans:
        """The runs from `start` to before `stop` of each history."""
        return Spans(self.least[:, start:stop], self.most[:, start:stop])

    def beside(self, others: Spans) -> Spans:
        """The runs of both, of each history."""
        return Spans(np.concatenate([self.least, others.least], 1), np.concatenate([self.most, others.most], 1))

    def later(self, ns: Times) -> Spans:
        """The Spans moved by `ns`, which has the shape `(histories, 1)`, or is broadcast to it."""
        return Spans(self.least + ns, self.most + ns)


def one_history(durations: Sequence[Span] | Spans) -> Spans:
    """The durations of one history, in their order (an array of them as it is); ValueError when there are none."""
    if isinstance(durations, Spans):
        return durations
    if not durations:
        raise ValueError("no durations to compare")
    least, most = (
        np.clip(np.fromiter(map(attrgetter(end), durations), np.int64, len(durations)), -FARTHEST, FARTHEST)[None]
        for end in ("least", "most")
    )
    return Spans(least, most)


def together(histories: Sequence[Spans]) -> Spans:
    """The runs of all, one after the other, as one history."""
    return Spans(*(np.concatenate([getattr(one, end) for one in histories], 1) for end in ("least", "most")))


def alike(spans: Spans) -> Flags:
    """Of each history, whether its evidence is alike: the widest Span at most twice the narrowest, or all widths
    below a tenth of what half of the middles lie within. Runs of like evidence may change places under "no difference".
    """
    widths = spans.most - spans.least
    widest = widths.max(1)
    like = np.asarray(widest <= LIKE * widths.min(1))
    if like.all():
        return like
    middles = (spans.least + spans.most) // 2
    low, high = np.percentile(middles, (25, 75), axis=1)
    return np.asarray(like | (widest * FINE <= high - low))


def strata(spans: Spans) -> Counts:
    """Of each run of one history, in which group of like evidence it is, from 0 for the finest: by the rule of `alike`,
    each group for itself. Shape `(runs,)`.
    """
    widths = (spans.most - spans.least)[0]
    low, high = np.percentile((spans.least + spans.most)[0] // 2, (25, 75))
    widths = np.where(widths * FINE <= high - low, 0, widths)
    found = np.zeros(spans.runs, dtype=np.int64)
    different = np.unique(widths).tolist()
    number, narrowest = 0, different[0]
    for width in different:
        if width > LIKE * narrowest:
            number, narrowest = number + 1, width
        found[widths == width] = number
    return found
