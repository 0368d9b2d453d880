"""Counters over time, packed as they come: a long capture has many of them."""

from __future__ import annotations

from typing import Any

from analyzer.model.over_time.columns import Columns, Part, packed, unpacked

Integers = Any
"""A numpy array of int64: numpy is loaded where there is something to pack, not with this module."""


class Packing:
    """Rows of `width` integers of which the first `keys` tell one from another; the others are summed."""

    def __init__(self, width: int, keys: int, bits: int) -> None:
        self._width, self._keys, self._bits = width, keys, bits
        self._open: dict[int, list[Integers]] = {}
        self._done: dict[int, Part] = {}

    def take(self, rows: Integers) -> None:
        """Some more rows; parts of which no more are to be expected are packed."""
        if not len(rows):
            return
        import numpy as np

        places = rows[:, 0] >> self._bits
        for place in np.unique(places).tolist():
            part = self._done.pop(place, None)
            before = [] if part is None else [np.array(unpacked(part, self._width), np.int64).T]
            self._open.setdefault(place, before).append(rows[places == place])
        latest = max(self._open)
        for place in [place for place in self._open if place < latest - 1]:
            self._pack(place)

    def columns(self) -> Columns:
        """All rows."""
        for place in list(self._open):
            self._pack(place)
        return Columns(self._width, tuple(self._done[place] for place in sorted(self._done)))

    def _pack(self, place: int) -> None:
        import numpy as np

        rows = _summed(np.concatenate(self._open.pop(place)), self._keys)
        self._done[place] = packed(int(rows[0, 0]), int(rows[-1, 0]), np.ascontiguousarray(rows.T).tobytes())


def _summed(rows: Integers, keys: int) -> Integers:
    """The rows in order of their first columns, `keys` many; of equal ones the other columns are summed."""
    import numpy as np

    rows = rows[np.lexsort(rows[:, keys - 1 :: -1].T)]
    fresh = np.any(rows[1:, :keys] != rows[:-1, :keys], axis=1)
    starts = np.concatenate(([0], np.flatnonzero(fresh) + 1))
    return np.hstack((rows[starts, :keys], np.add.reduceat(rows[:, keys:], starts)))
