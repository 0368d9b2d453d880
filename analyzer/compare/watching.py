"""A look after every run: when to alarm, and what became of the change points that were told before.

Who looks after every run and alarms at p <= 0.05 alarms once in half of all healthy histories. An alarm wants a p-value
of at most 0.005 twice running.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

RARE = 0.005
RUNNING = 2

Change = Literal["found", "kept", "moved", "withdrawn"]


class Revision(msgspec.Struct, frozen=True):
    """What a look makes of one change point, by the places of its first run at the look before and now: those of one
    that is `found` and of one that is `withdrawn` are equal.
    """

    change: Change
    before: int
    now: int


def alarmed(p_values: Sequence[float], rare: float = RARE, running: int = RUNNING) -> bool:
    """Whether the last look alarms: the p-values of the looks so far, the last of which counts with those before it."""
    return len(p_values) >= running and all(one <= rare for one in p_values[-running:])


def revised(told: Sequence[int], found: Sequence[int], near: int) -> tuple[Revision, ...]:
    """What became of every change point that was told, and which are new, by their places. One that is found at most
    `near` runs away is the same one; none is left out.
    """
    left = sorted(found)
    lines = []
    for before in sorted(told):
        nearest = min(left, key=lambda now: (abs(now - before), now), default=None)
        if nearest is None or abs(nearest - before) > near:
            lines.append(Revision("withdrawn", before, before))
            continue
        left.remove(nearest)
        lines.append(Revision("kept" if nearest == before else "moved", before, nearest))
    return (*lines, *(Revision("found", now, now) for now in left))


def standing(told: Sequence[int], revisions: Sequence[Revision]) -> tuple[int, ...]:
    """The change points that are told after these revisions; ValueError when one of them has none."""
    missing = set(told) - {one.before for one in revisions if one.change != "found"}
    if missing:
        raise ValueError(f"no revision says what became of the change points at {sorted(missing)}")
    return tuple(sorted(one.now for one in revisions if one.change != "withdrawn"))
