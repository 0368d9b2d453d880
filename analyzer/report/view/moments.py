"""Where things lie on the run's reference clock, for drawing and for ordering, and the window that a timeline shows."""

from __future__ import annotations

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.run import Run
from analyzer.report.words import OPEN

LONG = 120 * SECOND  # a wait that is not drawn where all else is much shorter


def reference_clock(run: Run) -> str | None:
    """The clock that the episodes' instants are on."""
    return next(
        (c.clock for c in run.clocks if c.basis == "reference"), run.clocks[0].reference if run.clocks else None
    )


class Reference:
    """The reference clock of a run, and what is known of the others."""

    def __init__(self, run: Run) -> None:
        self._clock = reference_clock(run)
        mine = [clock for clock in run.clocks if clock.reference == self._clock]
        self._offsets = {clock.clock: clock for clock in reversed(mine)}

    def place(self, at: Instant) -> Instant | None:
        """The instant on the reference clock; None when nothing is known of its clock."""
        if at.clock == self._clock:
            return at
        offset = self._offsets.get(at.clock)
        return at.on(offset.reference, offset.offset) if offset else None


def known(measured: MeasuredEpisode) -> dict[InstantName, KnownInstant]:
    """The episode's instants that the evidence shows."""
    return {i.name: i for i in measured.episode.instants if isinstance(i, KnownInstant)}


def lasting(measured: MeasuredEpisode) -> tuple[int, int] | None:
    """From the episode's first instant to its last, ns; None when none is known."""
    instants = known(measured).values()
    if not instants:
        return None
    return min(i.at.least for i in instants), max(bounded(i.at) for i in instants)


def window(measured: MeasuredEpisode) -> tuple[int, int] | None:
    """From a while before the first instant to a while after the last, ns; None when no instant is known.

    Where nothing happens for long after the first, it is left out, so that what follows can be seen.
    """
    whole = lasting(measured)
    if whole is None:
        return None
    first, last = whole
    later = [i.at.least for i in sorted(known(measured).values(), key=lambda i: i.at.middle)[1:]]
    if later and min(later) - first > max(LONG, 6 * (last - min(later))):
        first = min(later)
    margin = max(5 * SECOND, (last - first) // 6)
    return first - margin, last + margin


def bounded(at: Instant) -> int:
    """The latest that the instant can be, ns; its earliest when nothing bounds it."""
    return at.most if at.most < OPEN else at.least
