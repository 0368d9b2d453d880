"""When a table was printed, on the reference clock, and how far that may be wrong: what it is held against depends on
how well its clock is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judge.dossier import Dossier
from analyzer.model.clock import ClockOffset
from analyzer.model.correlation import ContradictionName
from analyzer.model.instant import SECOND, Instant

IN_STEP = 10 * SECOND
"""Machines of one cluster, which a time server keeps, are taken to be nearer than this where nothing compares them."""
ANY_CLOCK = 60 * SECOND
"""The same of a clock of which nothing tells whose it is: anybody may have stamped the table."""
MACHINES = ("cvm:", "esxi:")
PRIOR = 600 * SECOND  # a clock that is taken for right may be off by this
SET: frozenset[ContradictionName] = frozenset({"set-back", "set-forward"})


def printed(dossier: Dossier, at: Instant) -> Instant | None:
    """When a table that says `at` may have been printed; None where nothing places its clock.

    A clock that the evidence compares with the others, or that is theirs, is held exactly; one that is only taken for
    right is as good as its kind, and no better than the worst that was measured.
    """
    likeliest = said(dossier, at)
    if likeliest is None:
        return None
    within = taken_within(dossier, at.clock)
    if within is None:
        return dossier.placed(at)
    return Instant(likeliest.clock, likeliest.least - within, likeliest.most + within)


def said(dossier: Dossier, at: Instant) -> Instant | None:
    """The same by the time that the table says: in the middle of where its clock may be."""
    placed = dossier.placed(at)
    if placed is None:
        return None
    half = at.doubt // 2
    return Instant(placed.clock, placed.middle - half, placed.middle - half + at.doubt)


def taken_within(dossier: Dossier, clock: str) -> int | None:
    """How far a clock is taken to be off at most, ns; None where that is all that its offset says."""
    sets = [abs(one.by) for one in dossier.found.contradictions if one.clock == clock and one.name in SET]
    if sets:  # the lines of a log after it are on another clock than a table, which may be of before or after it
        return ANY_CLOCK + sum(sets)
    if clock == dossier.reference:
        return 0
    offset = next((one for one in dossier.clocks if one.clock == clock), None)
    if offset is None or offset.basis != "assumed" or offset.offset.width < 2 * IN_STEP:
        return None
    if max(-offset.offset.least, offset.offset.most) > PRIOR:
        return None
    usual = IN_STEP if clock.startswith(MACHINES) else ANY_CLOCK
    return max(usual, *(abs(ns) for ns in _measured(dossier.clocks)), 0)


def _measured(clocks: tuple[ClockOffset, ...]) -> Iterator[int]:
    """How far clocks are off for certain, ns, of those that the evidence compares."""
    for one in clocks:
        if one.basis == "measured":
            yield max(one.offset.least, -one.offset.most, 0)
