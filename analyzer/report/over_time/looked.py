"""What a look at a cluster's history says, in words: one line after a run, and what becomes of what was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import AsBefore, Change, Changed, Few, Line, Look
from analyzer.report.compared.lines import SETTINGS, figure_name
from analyzer.report.names import KINDS
from analyzer.report.words import amount, counted, day

_WORD = {"longer": "slower", "shorter": "faster"}


def look_line(look: Look) -> str:
    """`run 12 of cluster a: as before`, or what changed."""
    return f"{run_words(look)}: {outlook_words(look)}{_apart(look)}"


def run_words(look: Look) -> str:
    """`run 12 of cluster a`; of one that is not the newest, `run 5 of 12 of cluster a`."""
    among = "" if look.number == look.tests else f" of {look.tests}"
    return f"run {look.number}{among} of cluster {look.cluster}"


def outlook_words(look: Look) -> str:
    """What the look finds."""
    new = look.outlook.changes if isinstance(look.outlook, Changed) else told_after(look)
    if new:
        directions = {change.direction for change in new}
        word = _WORD[directions.pop()] if len(directions) == 1 else "different"
        return f"second run in a row that is {word}: {'; '.join(change_words(one, look) for one in new)}"
    since = "; ".join(change_words(one, look) for one in look.standing)
    if isinstance(look.outlook, AsBefore) and look.outlook.perhaps:
        named = ", ".join(map(figure_words, look.outlook.perhaps))
        return f"perhaps changed: {named}; where the next run shows it too, it is told as a change"
    if isinstance(look.outlook, Few) and not look.outlook.runs:
        return "nothing to compare: it has no episode with a duration that others have"
    if since:
        return f"as since the change that was told: {since}"
    if isinstance(look.outlook, Few):
        return f"too few runs like it to compare: {look.outlook.runs} of the {look.outlook.needed} that it takes"
    return "as before"


def told_after(look: Look) -> tuple[Change, ...]:
    """The changes that stand and were told first after this very test."""
    return tuple(one for one in look.standing if one.told_after == look.test)


def figure_words(figure: Figure) -> str:
    """`CVM failure, repair (the route is changed)`."""
    return f"{KINDS[figure[0]]}, {figure_name(figure[1])}"


def change_words(change: Change, look: Look) -> str:
    """`run 8 (2026-03-01), CVM failure, repair (the route is changed) slower by 3.1 s to 5.2 s`."""
    since = f"since run {number} ({day(change.time)})" if (number := _number(change, look)) else _since(change)
    return f"{figure_words(change.figure)} {_WORD[change.direction]}{_by(change)} {since}"


def _since(change: Change) -> str:
    return f"since {day(change.time)}"


def _number(change: Change, look: Look) -> int:
    """The number of the first test of the new level; 0 where it is not among those that are looked at."""
    runs = next((one.runs for one in look.series if one.figure == change.figure), ())
    return next((one.number for one in runs if one.time >= change.time), 0)


def _by(change: Change) -> str:
    """How much, as far as the interval says; nothing where that has no end or holds no difference too."""
    least, most = change.by.least, change.by.most
    if change.direction == "shorter":
        least, most = -most, -least
    if least <= 0:
        return "" if most >= UNBOUNDED else f" by at most {_rounded(most, up=True)}"
    if most >= UNBOUNDED:
        return f" by at least {_rounded(least)}"
    return f" by {_rounded(least)} to {_rounded(most, up=True)}"


def _rounded(ns: int, *, up: bool = False) -> str:
    step = 100 * MILLISECOND if ns >= SECOND else MILLISECOND
    return amount((-(-ns // step) if up else ns // step) * step, step)


def _apart(look: Look) -> str:
    if not look.apart:
        return ""
    each = ", ".join(f"{counted(number, 'run')} for {SETTINGS[name]}" for name, number in look.apart)
    return f" (not compared, as their settings differ: {each})"


def revised_words(lines: Sequence[Line]) -> Iterator[str]:
    """A sentence for each change point that was told and is another now, or none."""
    for line in lines:
        change = line.change
        named = f"{figure_words(change.figure)}, {_WORD[change.direction]}"
        match line.said:
            case "moved":
                yield f"{named} not since {day(line.earlier)}, as was told, but {_since(change)}"
            case "withdrawn":
                yield f"{named} since {day(line.earlier)}, as was told, is found no more"
            case "found":
                continue
            case other:
                assert_never(other)
