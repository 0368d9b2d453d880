"""The tests that are still to be done, in which order, and when one is set aside.

A test whose process died waits until those have had their turn that died less often. A crash is the test's own doing:
it is set aside at the third. One that was killed from outside, or whose machine went away, may be innocent: each ran
alone in its process, so only its own deaths count; it is set aside at the third at the earliest, and only where so many
would hardly come by chance at the rate at which the processes of the other tests die, or when it was begun again as
often as the user allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from analyzer.batch.values import Again, Died, Ended, Failed, Task

LEAST = 3
"""Deaths before which no test is set aside."""
CHANCE = 1e-6
"""What counts as hardly by chance."""
_ADVICE = "the system ends processes where memory is short: try fewer --workers"


class Waiting:
    """The tests, by their names; `retries` is how often one is begun again at most."""

    def __init__(self, tasks: Iterable[Task], sizes: Mapping[str, int], retries: int) -> None:
        self._tasks = {task.name: task for task in tasks}
        self._retries = retries
        self._begun, self._deaths, self._crashes = Counter[str](), Counter[str](), Counter[str]()
        self._sizes = sizes
        self._heap = [self._place(name) for name in self._tasks]
        heapify(self._heap)

    def __bool__(self) -> bool:
        """Whether one waits."""
        return bool(self._heap)

    def next(self) -> Task:
        """The one that is next: the largest of those that died least often."""
        *_, name = heappop(self._heap)
        self._begun[name] += 1
        return self._tasks[name]

    def back(self, task: Task) -> None:
        """One that was not begun after all waits again."""
        self._begun[task.name] -= 1
        heappush(self._heap, self._place(task.name))

    def died(self, task: Task, death: Died) -> Again | Ended:
        """Whether a test whose process died is begun again, or set aside."""
        name = task.name
        self._deaths[name] += 1
        self._crashes[name] += death.crashed
        if not self._given_up(name):
            heappush(self._heap, self._place(name))
            return Again(name, death.how)
        times = self._deaths[name]
        reason = f"its process died {times} time{'s' if times > 1 else ''} (the last one {death.how}); set aside"
        return Ended(Failed(name=name, reason=reason if death.crashed else f"{reason}; {_ADVICE}"))

    def _given_up(self, name: str) -> bool:
        deaths = self._deaths[name]
        if deaths > self._retries or self._crashes[name] >= LEAST:
            return True
        begun, died = self._begun.total() - self._begun[name], self._deaths.total() - deaths
        return deaths >= LEAST and (died / begun if begun else 0.0) ** deaths < CHANCE

    def _place(self, name: str) -> tuple[int, int, str]:
        return self._deaths[name], -self._sizes.get(name, 0), name
