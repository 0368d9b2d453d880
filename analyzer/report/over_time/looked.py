"""What a look at a cluster's history says, in words: one line after a run, and what becomes of what was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import AsBefore, Change, Changed, Few, Known, Line, Look, Told
from analyzer.report.compared.lines import figure_name
from analyzer.report.compared.settings import setting_words
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
    since = _since_words(look)
    if isinstance(look.outlook, AsBefore) and look.outlook.perhaps:
        named = ", ".join(map(figure_words, look.outlook.perhaps))
        return f"perhaps changed: {named}; where the next run shows it too, it is told as a change"
    if isinstance(look.outlook, Few) and not look.outlook.runs:
        return "nothing to compare: it has no episode with a duration that others have"
    if since:
        return since
    if isinstance(look.outlook, Few):
        return f"too few runs like it to compare: {look.outlook.runs} of the {look.outlook.needed} that it takes"
    return "as before"


def _since_words(look: Look) -> str:
    """Since which change its figures are as they are; the known step alone where that is the last."""
    standing, last = _named_changes(look)
    words = "; ".join(change_words(one, look) for one in standing)
    told = [f"the change that was told: {words}"] if words else []
    if last:
        each = "; ".join(change_words(one.change, look) for one in last)
        told.append(f"the known step {last[0].step}: {each}")
    return f"as since {', and since '.join(told)}" if told else ""


def _named_changes(look: Look) -> tuple[list[Change], list[Known]]:
    """The changes of its figures that stand, and those of the last known step, where none came later."""
    figures = {one.figure for one in look.series}
    standing = [one for one in look.standing if one.figure in figures]
    known = [one for one in look.known if one.change.figure in figures]
    newest = max(known, key=lambda one: one.change.time, default=None)
    if newest is None or any(one.time >= newest.change.time for one in standing):
        return standing, []
    return standing, [one for one in known if one.step == newest.step]


def also_told(look: Look, told: Told) -> Iterator[str]:
    """What was told of the cluster's changes beside what the look's line says."""
    standing, known = _named_changes(look)
    yield from told_words(told, (*standing, *(one.change for one in known)))


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
    each = ", ".join(
        f"{counted(one.runs, 'run')} for {setting_words(one.name, one.theirs, one.others)}" for one in look.apart
    )
    return f" (not compared, as their settings differ: {each})"


def told_words(told: Told, named: Sequence[Change] = ()) -> Iterator[str]:
    """A sentence for each change that was ever told: it stands, people explained it, or it is another now, or none;
    but for those that stand or are explained and that are `named` already.
    """
    yield from (stands_words(one) for one in told.standing if one not in named)
    yield from (_known_words(one) for one in told.known if one.change not in named)
    yield from revised_words(told.lines)


def stands_words(change: Change) -> str:
    """That a change that was told stands."""
    return (
        f"{figure_words(change.figure)}, {_WORD[change.direction]}{_by(change)} {_since(change)}, as was told, stands"
    )


def _known_words(known: Known) -> str:
    change = known.change
    named = f"{figure_words(change.figure)}, {_WORD[change.direction]}{_by(change)} {_since(change)}"
    return f"{named}, as was told, is the known step {known.step}"


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
