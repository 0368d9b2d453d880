"""The answer of a comparison as it is read first: a word, one or two sentences, and what else matters, briefly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from analyzer.model.instant import Span
from analyzer.model.over_time.compared_groups import Comparison, Versus
from analyzer.model.over_time.comparison import (
    CantTell,
    Figure,
    Groups,
    MoreRuns,
    NoRuns,
    OneSided,
    Pair,
    Shown,
)
from analyzer.report.compared.answer_over_time import changes_told, over_time_points, over_time_sentences
from analyzer.report.compared.lines import down, figure_title, more_words, pair_words, up
from analyzer.report.compared.sentences import (
    LEVEL,
    NOTHING,
    among_words,
    not_compared,
    only_words,
    several_levels,
)
from analyzer.report.compared.words import (
    BETTER,
    UNTOLD,
    WAIT,
    WORSE,
    counted_lines,
    counted_words,
    is_told_by_parts,
    matters_not,
    word_for,
    word_for_all,
)
from analyzer.report.names import KINDS, STAGES, metric_name
from analyzer.report.view.parts import Badge
from analyzer.report.words import counted, exact

NAMED = 3
"""Figures, clusters or pairs of groups of which a sentence tells each; of more it says how many."""
TWO_RUNS = "That holds for these two runs and says nothing of their clusters."


class Answer(msgspec.Struct, frozen=True):
    """The word for all of it, the sentences, and the points."""

    badge: Badge
    sentences: tuple[str, ...]
    points: tuple[str, ...]


def answer(of: Comparison) -> Answer:
    """The answer of a comparison."""
    if of.versus:
        sentences, points = _versus_sentences(of), _versus_points(of)
    else:
        sentences, points = over_time_sentences(of.over_time), over_time_points(of.over_time)
    told = (*_left(of), *sentences) or (f"{NOTHING[:1].upper()}{NOTHING[1:]}.",)
    every = dict.fromkeys((*_whence(of), *points, *not_compared(of)))
    return Answer(word_for_all(of), told, tuple(every))


def _left(of: Comparison) -> Iterator[str]:
    """That of some groups nothing is left to compare."""
    empty = [group.name for group in of.groups if not group.tests]
    if empty:
        yield f"Of {', '.join(empty)} nothing is left to compare, as settings differ."


def _whence(of: Comparison) -> Iterator[str]:
    for group in of.groups:
        if group.whence:
            yield f"{group.name} is {group.whence}, {counted(len(group.tests), 'run')}"


def _versus_sentences(of: Comparison) -> Iterator[str]:
    shown = [one for one in of.versus if any(not isinstance(line, OneSided) for line in one.lines)]
    different = [one for one in shown if {WORSE, BETTER} & {*counted_words(one, of.size)}]
    for one in different[:NAMED]:
        yield _differs(one, of.size)
    if len(different) > NAMED:
        yield f"{counted(len(different) - NAMED, 'more pair')} of groups differ, which stand below."
    others = [one for one in shown if one not in different]
    for one in others[:NAMED]:
        yield from _no_difference(one, of.size)
    if len(others) > NAMED:
        yield f"Of {counted(len(others) - NAMED, 'more pair')} of groups no difference is shown."
    if any(map(_is_of_two_runs, shown)):
        yield TWO_RUNS


def _is_of_two_runs(of: Versus) -> bool:
    return len(of.first.tests) == len(of.second.tests) == 1


def _differs(of: Versus, size: int) -> str:
    first, second = of.first.name, of.second.name
    lines = [line for line in counted_lines(of) if not matters_not(line, size)]
    slower = [line for line in lines if word_for(line, size) == WORSE]
    faster = [line for line in lines if word_for(line, size) == BETTER]
    if slower and faster:
        return f"{second} is slower than {first}: {_by_how_much(slower)}; and faster: {_by_how_much(faster)}."
    if slower:
        return f"{second} is slower than {first}: {_by_how_much(slower)}."
    untold = [line for line in lines if word_for(line, size) == UNTOLD]
    whether = f" Whether it is slower elsewhere can't be told: {_names(untold)}." if untold else ""
    return f"{second} is faster than {first}: {_by_how_much(faster)}.{whether}"


def _by_how_much(lines: Sequence[Pair | Groups]) -> str:
    most = sorted(lines, key=lambda line: -_least(line))
    named = [f"{_title(line.figure, lines)} by at least {down(_least(line))}" for line in most[:NAMED]]
    more = f", and {counted(len(most) - NAMED, 'more figure')}" if len(most) > NAMED else ""
    return f"{', '.join(named)}{more}"


def _title(figure: Figure, lines: Sequence[Pair | Groups]) -> str:
    """The figure, the kind of episode with the first of them alone where all are of one."""
    kinds = {line.figure[0] for line in lines}
    if len(kinds) > 1 or figure == max(lines, key=_least).figure:
        return figure_title(figure)
    return _short(figure)


def _least(line: Pair | Groups) -> int:
    """By how much the figure differs at least, ns."""
    by = line.longer if isinstance(line, Pair) else line.interval
    return max(by.least, -by.most)


def _no_difference(of: Versus, size: int) -> Iterator[str]:
    first, second = of.first.name, of.second.name
    lines = counted_lines(of)
    if lines and UNTOLD not in counted_words(of, size):
        limit = max(max(abs(by.least), abs(by.most)) for by in map(_possible, lines))
        yield f"{second} is as fast as {first}: no stage differs by more than {up(limit)}."
        return
    yield f"No difference between {first} and {second} is shown, nor is one ruled out{_too_few(of)}."
    asked = [line for line in lines if isinstance(line, Groups) and isinstance(line.answer, CantTell)]
    if asked:
        yield _would_tell(max(asked, key=lambda line: line.share), size)


def _possible(line: Pair | Groups) -> Span:
    return line.longer if isinstance(line, Pair) else line.interval


def _too_few(of: Versus) -> str:
    groups = [line for line in of.lines if isinstance(line, Groups)]
    if groups and all(isinstance(one.answer, CantTell) and one.answer.why == "too-few-runs" for one in groups):
        return f": {counted(len(of.first.tests), 'run')} and {len(of.second.tests)} can't show a difference of any size"
    return ""


def _would_tell(line: Groups, size: int) -> str:
    """What such runs could show of the figure that has most of the level, and what would tell."""
    shown = (
        f"Such runs would show {up(line.shown.shift)} or more in {_short(line.figure)} (in 80 %)"
        if isinstance(line.shown, Shown)
        else ""
    )
    would = line.answer.would if isinstance(line.answer, CantTell) else None
    match would:
        case MoreRuns(more=runs, better=better):
            more = f"{more_words(runs, line.figure[1], better=better)} would show {exact(size)}"
        case NoRuns():
            more = f"no number of runs with evidence like this would show {exact(size)}"
        case _:
            more = f"{exact(size)} would take more runs than anybody makes, with evidence like this"
    return f"{shown}; {more}." if shown else f"In {_short(line.figure)} {more}."


def _short(figure: Figure) -> str:
    return figure[1] if figure[1] in STAGES else metric_name(figure[1])


def _versus_points(of: Comparison) -> Iterator[str]:
    yield from (among_words(one) for one in of.among if one.corrected <= LEVEL)
    changes = [said for history in of.over_time for said in changes_told(history)]
    yield from changes or several_levels(of)
    for one in of.versus if len(of.versus) <= NAMED else ():
        begin = f"{one.second.name} against {one.first.name}, " if len(of.versus) > 1 else ""
        yield from (f"{begin}{point}" for point in _points_of(one, of.size))
        if alone := [line for line in one.lines if isinstance(line, Pair) and not _is_of_two_runs(one)]:
            yield f"{begin}of one run a side, which says nothing of the other runs: {_names(alone)}"
        yield from only_words(one.lines, one.first.name, one.second.name)
    if len(of.versus) > NAMED:
        yield f"what else is shown of {len(of.versus):,} pairs of groups stands with each below, and in comparison.json"


def _points_of(of: Versus, size: int) -> Iterator[str]:
    lines = [line for line in of.lines if not isinstance(line, OneSided)]
    there, counting = {line.figure for line in lines}, counted_lines(of)
    same = [line for line in lines if matters_not(line, size)]
    apart = [line for line in lines if isinstance(line, Pair) and line not in (*counting, *same)]
    waits = [line for line in apart if word_for(line, size) != UNTOLD]
    if waits:
        each = ", ".join(f"{_short(line.figure)} ({pair_words(line.longer, of.second.name)})" for line in waits)
        yield f"with the wait for the next check in it, which is chance: {each}"
    hints = [line for line in lines if isinstance(line, Groups) and _is_hint(line)]
    if hints:
        named = ", ".join(f"{figure_title(line.figure)} (p {line.p:.2g})" for line in hints)
        yield f"perhaps chance, among so many figures: {named}"
    if same:
        yield f"no difference that matters ({exact(size)}): {_names(same)}"
    untold = [line for line in lines if word_for(line, size) == UNTOLD and line not in hints]
    if untold:
        sums = any(is_told_by_parts(line.figure, there) or line.figure[1] == WAIT for line in untold)
        chance = " (the wait for the next check, which is chance, is in sums)" if sums else ""
        yield f"can't tell: {_names(untold)}{chance}"


def _is_hint(line: Groups) -> bool:
    return isinstance(line.answer, CantTell) and line.answer.why == "among-several"


def _names(lines: Sequence[Pair | Groups]) -> str:
    """The figures, by kind where there are several."""
    kinds = dict.fromkeys(line.figure[0] for line in lines)
    named = {kind: ", ".join(_short(line.figure) for line in lines if line.figure[0] == kind) for kind in kinds}
    if len(named) == 1:
        return "".join(named.values())
    return "; ".join(f"{KINDS[kind]}: {names}" for kind, names in named.items())
