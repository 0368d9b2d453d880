"""Work that one other thread does, piece by piece in order, and that an interrupt at any moment leaves able to end.

`threading` and `concurrent.futures` guard what two threads share with locks that Python code takes. A signal's handler
that raises just there, in the main thread, leaves such a lock taken: the other thread waits for it for ever, and the
process, which waits for that thread, never ends. A queue of C code is whole whenever a handler runs, and a thread that
`_thread` starts is waited for by nobody but us. What is waited for is never only in what a queue gives, as that may
have been taken out just before the handler ran. Wherever the handler ran, no thread is left when the process ends: one
that decompresses while the interpreter is taken down would crash it.
"""

from __future__ import annotations

import _thread
import atexit
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
LOOKED_S = 0.1
"""So often is looked whether a thread has ended, where its last word was lost."""
PATIENCE_S = 5.0
"""So long the end of the process waits for threads that were told to end."""
_alive: dict[object, Callable[[], None]] = {}
"""What tells each thread to end that has not ended."""


class Done(NamedTuple, Generic[T]):
    """What a piece of work gave, or what it raised."""

    value: T | None
    error: BaseException | None


class Beside(Generic[T]):
    """Gives work to a thread, which begins with the first piece, and takes what came of it in the same order."""

    def __init__(self) -> None:
        self._shared: _Shared[T] | None = None

    def give(self, work: Callable[[], T]) -> None:
        """One more piece of work."""
        if self._shared is None:
            shared = _Shared[T]()
            begin(lambda: _work(shared), shared.stop)
            self._shared = shared
        self._shared.given.put(work)

    def take(self) -> T:
        """What the next piece gave, or raise what it raised; some that was given must not be taken yet."""
        if self._shared is None:
            raise LookupError("nothing was given")
        done = self._shared.done.get()
        if done.error is not None:
            raise done.error
        return done.value  # type: ignore[return-value]  # what the work gave, None too

    def finish(self) -> None:
        """Return when all that was given is done; nothing of it is taken any more."""
        if self._shared is None:
            return
        self._shared.given.put(None)
        while not self._shared.ended:
            try:
                self._shared.done.get(timeout=LOOKED_S)
            except Empty:
                continue
        self._shared = None

    def end(self) -> None:
        """Return when the thread does nothing any more; pieces that it has not begun are dropped."""
        if self._shared is not None:
            self._shared.stop()
        self.finish()


class _Shared(Generic[T]):
    """What both threads see."""

    def __init__(self) -> None:
        self.given: SimpleQueue[Callable[[], T] | None] = SimpleQueue()
        self.done: SimpleQueue[Done[T]] = SimpleQueue()
        self.dropping = self.ended = False

    def stop(self) -> None:
        """Nothing is begun any more."""
        self.dropping = True
        self.given.put(None)


def begin(work: Callable[[], None], stop: Callable[[], None]) -> None:
    """Do the work, which raises nothing, on a thread; `stop` tells it to end soon, should the process end before it."""
    which = object()
    _alive[which] = stop
    _thread.start_new_thread(_until_done, (which, work))


def _until_done(which: object, work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        _alive.pop(which, None)


@atexit.register
def _end_all() -> None:
    for stop in tuple(_alive.values()):
        stop()
    until = time.monotonic() + PATIENCE_S
    while _alive and time.monotonic() < until:
        time.sleep(LOOKED_S / 10)


def attempted(work: Callable[[], T]) -> Done[T]:
    """Do the work, and keep what it raises for another thread."""
    try:
        return Done(work(), None)
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is taken
        return Done(None, error)


def _work(shared: _Shared[T]) -> None:
    while (work := shared.given.get()) is not None:
        if not shared.dropping:
            shared.done.put(attempted(work))
    shared.ended = True
    shared.done.put(Done(None, None))  # whoever waits looks again
