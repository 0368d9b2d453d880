"""Tests done by processes of this machine, several at a time."""

from __future__ import annotations

import selectors
from collections.abc import Iterator

from analyzer.batch.process import Process, too_large
from analyzer.batch.values import Begun, Died, Ended, Event, Said, Task
from analyzer.batch.waiting import Waiting


def done_here(waiting: Waiting, workers: int) -> Iterator[Event]:
    """Do what waits, `workers` tests at a time, and tell what happens. However this ends, no process is left.

    Raises :class:`~analyzer.errors.UsageError` where no process can be started.
    """
    idle = [(str(number), Process()) for number in range(workers, 0, -1)]
    every = [process for _, process in idle]
    try:
        with selectors.DefaultSelector() as selector:
            while waiting or len(idle) < workers:
                while waiting and idle:
                    by, process = idle.pop()
                    task = waiting.next()
                    process.give(task)
                    selector.register(process, selectors.EVENT_READ, (by, process, task))
                    yield Begun(task.name, by)
                for key, _ in selector.select():
                    by, process, task = key.data
                    event = _heard(process, task, waiting, selector)
                    if event is not None:
                        idle.append((by, process))
                        yield event
    finally:
        for process in every:
            process.end()


def _heard(process: Process, task: Task, waiting: Waiting, selector: selectors.BaseSelector) -> Event | None:
    """What became of a test, where that is known now; it is listened to no more."""
    descriptor = process.fileno()
    heard = process.hear()
    if heard is None:
        return None
    selector.unregister(descriptor)
    if isinstance(heard, Died):
        return waiting.died(task, heard)
    return Ended(heard.outcome, heard.before) if isinstance(heard, Said) else Ended(too_large(task))
