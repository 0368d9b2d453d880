"""How much the plain scan holds, where it has to take a large capture as the kernels can't be had.

It looks now and then. Of the MACs beside the storage traffic those that speak most steadily stay. Where there is a
third more of the storage traffic than is told of a capture, this is told as if the capture had been cut there: joining
what goes on over usual pauses, by which the kernels come farther, is only done with what is held then.
"""

from __future__ import annotations

from typing import NamedTuple

from analyzer.ingest.capture import limits
from analyzer.ingest.capture.limits import Left
from analyzer.ingest.capture.plain.neighbours import Neighbours
from analyzer.ingest.capture.plain.records import Stamp
from analyzer.ingest.capture.plain.storage import Storage

LOOKED = 1024
"""Frames between two looks."""
RUNS_HELD, BESIDE_HELD, CONTROLS_HELD, OPERATIONS_HELD = (
    most * 4 // 3
    for most in (limits.RUNS_AT_MOST, limits.BESIDE_AT_MOST, limits.CONTROLS_AT_MOST, limits.OPERATIONS_AT_MOST)
)


class _End(NamedTuple):
    """From when on nothing is told (ns), and the first frame of that."""

    at: int
    frame: int


class Bounds:
    """Looks at what is held of one capture; `storage` is the storage address."""

    def __init__(self, storage: Storage, neighbours: Neighbours) -> None:
        self._storage, self._neighbours = storage, neighbours
        self._end: _End | None = None
        self._macs = 0

    def look(self, at: Stamp) -> None:
        """Hold less, where there is too much, when the frame at `at` was taken."""
        if self._end is not None or at.ts is None:
            return
        if self._neighbours.held > BESIDE_HELD:
            self._macs += self._neighbours.keep_steady(self._storage.macs(), BESIDE_HELD * 3 // 4)
        runs, controls, operations = self._storage.held()
        if (
            runs > RUNS_HELD
            or max(controls, self._neighbours.redirects) > CONTROLS_HELD
            or operations > OPERATIONS_HELD
            or self._neighbours.held > BESIDE_HELD
        ):
            self._end = _End(at.ts, at.number)
            self._storage.ended = self._neighbours.ended = True

    def joined(self, left: Left) -> Left:
        """What is not told, `left` being that of what is held."""
        left = left._replace(macs=left.macs + self._macs)
        if self._end is None:
            return left
        frame = min(filter(None, (left.frame, self._end.frame)))
        return left._replace(
            end=limits.earliest(left.end, self._end.at), frame=frame, details=left.details + self._storage.left
        )
