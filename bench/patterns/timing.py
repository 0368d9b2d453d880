"""How the time of an expression grows with the text: the worst of its near misses."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time_ns
from types import FrameType
from typing import NamedTuple

from bench.patterns.found import Found
from bench.patterns.near_misses import Text, near_misses

SIZE = 4096
"""Characters of a text, of which a half is tried too where it takes long."""
SHORTEST = 256
FAST_NS = 2_000_000
"""What a text may take however the time grew: less can't be measured well."""
WITHIN_NS = 50_000_000
"""What an expression that sees no more than a message may take for the longest one: that is all it can take."""
MOST = 3.3
"""Times as long for twice the text: of what is linear it is 2."""
_GIVEN_UP_S = 0.3


class Growth(NamedTuple):
    """The worst text of an expression: how long it takes (ns; None: given up), and how many times that of its half."""

    found: Found
    text: str
    time: int | None
    ratio: float

    @property
    def is_linear(self) -> bool:
        """Whether twice the text takes about twice the time, or hardly any."""
        return self.time is not None and (self.time <= FAST_NS or self.ratio <= MOST)

    @property
    def is_bounded(self) -> bool:
        """Whether it is linear, or its longest text takes little, as there is none that is longer."""
        return self.is_linear or (self.found.has_longest and self.time is not None and self.time <= WITHIN_NS)


class _TooLongError(Exception):
    """An expression is tried for too long."""


def growth(found: Found) -> Growth | None:
    """How the time of an expression grows, by the worst of its near misses; None for one that repeats nothing."""
    grown: list[Growth] = []
    for text in near_misses(found.compiled):
        grown.append(_of_text(found, text))
        if not grown[-1].is_bounded:
            break
    return max(grown, key=lambda one: (not one.is_bounded, not one.is_linear, one.time or 0), default=None)


def _of_text(found: Found, text: Text) -> Growth:
    size, time = SIZE, _time(found, text(SIZE))
    while time is None and size > SHORTEST:  # what is given up is told by shorter ones
        size //= 2
        time = _time(found, text(size))
    if time is None or (time <= FAST_NS and size == SIZE):
        return Growth(found, text(24), time, 0.0 if time is not None else float("inf"))
    half = min(_time(found, text(size // 2)) or 1 for _ in range(2))
    time = min(time, _time(found, text(size)) or time)  # another process may have been in the way
    return Growth(found, text(24), time * SIZE // size, time / half)


def _time(found: Found, text: str) -> int | None:
    """How long an expression is tried on a text, ns; None where that is given up."""
    compiled, text = found.compiled, found.text(text)
    given = text.encode("latin-1", "replace") if isinstance(compiled.pattern, bytes) else text
    begun = process_time_ns()
    try:
        with _alarm():
            if found.at_one_place:
                compiled.match(given)
            else:
                for _ in compiled.finditer(given):
                    pass
    except _TooLongError:
        return None
    return process_time_ns() - begun


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, _GIVEN_UP_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
