"""Time: an instant on a named clock with its doubt, and the span between two instants.

All times are integer nanoseconds. No float ever holds a timestamp. An :class:`Instant` is an interval because no
stamp is exact: a whole-second log stamp of S means [S, S + 1 s), a microsecond capture stamp means a microsecond.
Subtracting instants of different clocks is an error, never a number (design, section 7).
"""

from __future__ import annotations

import msgspec

from analyzer.errors import ClocksNotAlignedError

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
UNBOUNDED = 2**62  # the `most` of a span that the evidence does not bound from above ("at least …"), ns


class Span(msgspec.Struct, frozen=True, gc=False):
    """A difference of two instants: somewhere in [least, most], in ns."""

    least: int
    most: int

    def __post_init__(self) -> None:
        if self.least > self.most:
            raise ValueError(f"a span's least ({self.least}) is beyond its most ({self.most})")

    @property
    def width(self) -> int:
        """The doubt, in ns."""
        return self.most - self.least

    def __add__(self, other: Span) -> Span:
        return Span(self.least + other.least, self.most + other.most)

    @property
    def bounded(self) -> bool:
        """False for a span that is only known to be at least `least`."""
        return self.most < UNBOUNDED

    def holds(self, ns: int) -> bool:
        """Whether `ns` lies within the span."""
        return self.least <= ns <= self.most

    def meet(self, other: Span) -> Span | None:
        """What both allow, or None when they contradict each other."""
        least, most = max(self.least, other.least), min(self.most, other.most)
        return Span(least, most) if least <= most else None


class Instant(msgspec.Struct, frozen=True, gc=False):
    """A moment, somewhere in [least, most]: ns since 1970-01-01T00:00:00Z as `clock` told it."""

    clock: str
    least: int
    most: int

    def __post_init__(self) -> None:
        if self.least > self.most:
            raise ValueError(f"an instant's least ({self.least}) is beyond its most ({self.most})")

    @property
    def doubt(self) -> int:
        """The width of the interval, in ns."""
        return self.most - self.least

    @property
    def middle(self) -> int:
        """The interval's middle, ns; for drawing and sorting, never for arithmetic."""
        return (self.least + self.most) // 2

    def __sub__(self, earlier: Instant) -> Span:
        """The span from `earlier` to this; :class:`ClocksNotAlignedError` when their clocks differ."""
        if self.clock != earlier.clock:
            raise ClocksNotAlignedError(self.clock, earlier.clock)
        return Span(self.least - earlier.most, self.most - earlier.least)

    def later(self, ns: int) -> Instant:
        """This instant `ns` later, with the same doubt."""
        return Instant(self.clock, self.least + ns, self.most + ns)

    def on(self, clock: str, offset: Span) -> Instant:
        """This instant on the clock `clock`, when this clock is ahead of that one by `offset`."""
        return Instant(clock, self.least - offset.most, self.most - offset.least)

    def meet(self, other: Instant) -> Instant | None:
        """What both allow, or None when they contradict each other; the clocks must be the same."""
        if self.clock != other.clock:
            raise ClocksNotAlignedError(self.clock, other.clock)
        least, most = max(self.least, other.least), min(self.most, other.most)
        return Instant(self.clock, least, most) if least <= most else None


NO_TIME = Instant("none", 0, 0)
"""That of what has no time: no clock is called so."""
