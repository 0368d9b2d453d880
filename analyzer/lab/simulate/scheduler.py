"""Virtual time: what will happen when, in integer ns, in an order that only the seed decides."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random

Act = Callable[..., None]


class Scheduler:
    """The agenda of a simulation. `now` is ns since the epoch on the captures' clock.

    Things due at the same instant happen in the order in which they were planned.
    """

    __slots__ = ("_agenda", "_planned", "_seed", "_stopped", "now")

    def __init__(self, seed: int, start: int) -> None:
        self.now = start
        self._seed = seed
        self._planned = 0
        self._stopped = False
        self._agenda: list[tuple[int, int, Act, tuple[object, ...]]] = []

    def at(self, time: int, act: Act, *arguments: object) -> None:
        """Have `act(*arguments)` done at `time` (ns); what is late is done next."""
        self._planned += 1
        heappush(self._agenda, (time, self._planned, act, arguments))

    def after(self, delay: int, act: Act, *arguments: object) -> None:
        """Have `act(*arguments)` done in `delay` ns."""
        self._planned += 1
        heappush(self._agenda, (self.now + delay, self._planned, act, arguments))

    def run(self, until: int) -> None:
        """Do all that is due up to `until` (ns), or up to a call of `stop`."""
        agenda = self._agenda
        while agenda and agenda[0][0] <= until and not self._stopped:
            time, _, act, arguments = heappop(agenda)
            self.now = max(self.now, time)
            act(*arguments)
        if not self._stopped:
            self.now = max(self.now, until)

    def stop(self) -> None:
        """End `run` after what is being done now."""
        self._stopped = True

    def random_of(self, name: str) -> Random:
        """A stream of random numbers of its own for the device or purpose `name`: others' draws don't shift it."""
        return Random(f"{self._seed}/{name}")  # noqa: S311 - a simulation, no secret
