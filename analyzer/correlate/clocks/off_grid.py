"""Lines on Stargates off the grid of checks: Genesis has noticed something between two of them.

Checks come one period after the other. Where the one behind such a line follows the one before it as it should, no
check came late and no clock was set, whatever else the log says of Stargates in between.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.timing import CHECK_SLIP, SAME_CHECK
from analyzer.model.event import Event, Forwarding, StargateStates


def of_checks(lines: Sequence[Event], period: int | None) -> list[Event]:
    """The lines in order, without those between two checks that are one period apart."""
    if period is None:
        return [*lines]
    found: list[Event] = []
    place = 0
    while place < len(lines):
        behind = _behind(lines, place)
        if not (found and behind < len(lines) and _is_between(lines, place, behind, period)):
            found += lines[place:behind]
        place = behind
    return found


def _behind(lines: Sequence[Event], place: int) -> int:
    """The place behind the lines that follow each other from there on as those of one check do."""
    behind = place + 1
    while behind < len(lines) and not _apart(lines, behind):
        behind += 1
    return behind


def _apart(lines: Sequence[Event], place: int) -> bool:
    """Whether a line is too late for the check of the line before it."""
    return place == 0 or (lines[place].at - lines[place - 1].at).least > SAME_CHECK


def _is_between(lines: Sequence[Event], place: int, behind: int, period: int) -> bool:
    """Whether lines speak of Stargates alone, and a check began one period before the one behind them."""
    if not all(isinstance(line.detail, StargateStates) for line in lines[place:behind]) or not _begins(lines, behind):
        return False
    following = lines[behind].at
    for earlier in range(place - 1, -1, -1):
        step = (following - lines[earlier].at).least
        if step > period + CHECK_SLIP:
            return False
        if step >= period - CHECK_SLIP and _begins(lines, earlier):
            return True
    return False


def _begins(lines: Sequence[Event], place: int) -> bool:
    return isinstance(lines[place].detail, StargateStates | Forwarding) and _apart(lines, place)
