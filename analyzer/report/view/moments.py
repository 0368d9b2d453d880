"""Where things lie on the run's reference clock, for drawing and for ordering, and the window that a timeline shows."""

from __future__ import annotations

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.run import Run
from analyzer.report.words import OPEN


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


def window(measured: MeasuredEpisode) -> tuple[int, int] | None:
    """From a while before the first instant to a while after the last, ns; None when no instant is known."""
    instants = known(measured).values()
    if not instants:
        return None
    first, last = min(i.at.least for i in instants), max(bounded(i.at) for i in instants)
    margin = max(5 * SECOND, (last - first) // 6)
    return first - margin, last + margin


def bounded(at: Instant) -> int:
    """The latest that the instant can be, ns; its earliest when nothing bounds it."""
    return at.most if at.most < OPEN else at.least
