"""Requests to end (Ctrl-C, SIGTERM, SIGHUP): while a command works they are raised in it, so that it clears up.

Before and after they end the process at once, without a word. One that whoever started us has ignored (nohup, a shell's
background job) stays ignored.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

_REQUESTS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class EndedError(BaseException):
    """Somebody asks the program to end; no `except Exception` takes it for a fault."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_status = 128 + number


@contextmanager
def requests_heeded() -> Iterator[None]:
    """A request to end raises :class:`EndedError` in here; a second one, while that is heeded, ends the process."""
    ours = (signal.SIG_DFL, signal.default_int_handler)
    heeded = tuple(number for number in _REQUESTS if signal.getsignal(number) in ours)

    def end(number: int, _: object) -> NoReturn:
        _let_end(heeded)
        raise EndedError(number)

    def lost(unraisable: sys.UnraisableHookArgs) -> None:
        """Where Python can't raise the request, as in a weak reference's callback, it ends the process now."""
        if isinstance(unraisable.exc_value, EndedError):
            signal.raise_signal(unraisable.exc_value.number)
        before(unraisable)

    before, sys.unraisablehook = sys.unraisablehook, lost
    for number in heeded:
        signal.signal(number, end)
    try:
        yield
    finally:
        _let_end(heeded)
        sys.unraisablehook = before


def _let_end(numbers: Iterable[int]) -> None:
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
