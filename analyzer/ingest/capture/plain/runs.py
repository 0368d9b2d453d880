"""Runs: frames of one kind between the same parties without a pause, told by their first and last.

Memory and events follow flows and time, not packets.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from analyzer.ingest.capture.plain.records import Stamp
from analyzer.ingest.capture.result import instant
from analyzer.model.event import FrameRun
from analyzer.model.instant import SECOND, Instant

SET_BACK = SECOND  # merged captures step back by less; a clock that was set back ends a run

Key = TypeVar("Key", bound=Hashable)


class _Open:
    """A run that can still grow; times in ns."""

    __slots__ = ("bytes", "count", "first", "last", "last_frame", "last_resolution", "number", "resolution")

    def __init__(self, ts: int, at: Stamp, size: int) -> None:
        self.first = self.last = ts
        self.resolution = self.last_resolution = at.resolution
        self.number = self.last_frame = at.number
        self.count = 1
        self.bytes = size


class Runs(Generic[Key]):
    """Runs by key; a run ends where its key pauses for `pause` ns or longer (never, when None), and where its stamps go
    back.
    """

    def __init__(self, pause: int | None) -> None:
        self._pause = pause
        self._open: dict[Key, _Open] = {}
        self._closed: list[tuple[Key, _Open]] = []

    def add(self, key: Key, at: Stamp, size: int) -> None:
        """One more frame of `size` bytes; a frame without a time belongs to no run."""
        ts = at.ts
        if ts is None:
            return
        run = self._open.get(key)
        if run is None:
            self._open[key] = _Open(ts, at, size)
            return
        if self._pause is not None and (ts - run.last >= self._pause or run.last - ts > SET_BACK):
            self._closed.append((key, run))
            self._open[key] = _Open(ts, at, size)
            return
        run.count += 1
        run.bytes += size
        run.last_frame = at.number
        if ts > run.last:  # merged captures can step back a little
            run.last = ts
            run.last_resolution = at.resolution

    @property
    def held(self) -> int:
        """How many there are."""
        return len(self._closed) + len(self._open)

    def counts(self) -> Iterator[tuple[Key, int]]:
        """The key of each run, and how many frames it has."""
        for key, run in chain(self._closed, self._open.items()):
            yield key, run.count

    def keep(self, wanted: Callable[[Key], bool]) -> None:
        """Forget the runs of all other keys."""
        self._closed = [(key, run) for key, run in self._closed if wanted(key)]
        self._open = {key: run for key, run in self._open.items() if wanted(key)}

    def told(self, clock: str) -> Iterator[tuple[Key, Instant, int, FrameRun]]:
        """Each run as (key, first instant, first frame number, run)."""
        for key, run in [*self._closed, *self._open.items()]:
            last = instant(clock, run.last, run.last_resolution)
            first = instant(clock, run.first, run.resolution)
            yield key, first, run.number, FrameRun(last, run.last_frame, run.count, run.bytes)
