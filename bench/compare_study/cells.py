"""A share of simulated histories, with its doubt."""

from __future__ import annotations

from math import sqrt
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

NORMAL = 1.959964


class Cell(msgspec.Struct, frozen=True):
    """So many of so many histories, of one kind of them."""

    part: str
    names: tuple[str, ...]
    hits: int
    whole: int

    @property
    def share(self) -> float:
        """The share itself."""
        return self.hits / self.whole

    @property
    def limits(self) -> tuple[float, float]:
        """Its 95 % interval (Wilson 1927)."""
        square = NORMAL**2
        middle = (self.hits + square / 2) / (self.whole + square)
        apart = NORMAL * sqrt(self.hits * (self.whole - self.hits) / self.whole + square / 4) / (self.whole + square)
        return max(0.0, middle - apart), min(1.0, middle + apart)


def cell(part: str, names: tuple[str, ...], found: npt.NDArray[np.bool_] | list[bool]) -> Cell:
    """The cell of what was found or not in each history."""
    every: npt.NDArray[Any] = np.asarray(found)
    return Cell(part, names, int(every.sum()), len(every))


def percent(share: float) -> str:
    """A share as it stands in a table."""
    return f"{100 * share:.1f} %"


def told(one: Cell) -> str:
    """A share with its interval."""
    low, high = one.limits
    return f"{percent(one.share)} ({100 * low:.1f} to {100 * high:.1f})"
