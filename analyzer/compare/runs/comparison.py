"""Groups of tests, figure by figure: how much longer the second one's are, and what that is worth.

All comparisons of groups that are asked for at once share the level (`family`), and are corrected for being several
(Holm).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from analyzer.compare import answers, midrange, several_groups, shift, smallest, sure, two_groups
from analyzer.compare.holm import corrected
from analyzer.compare.runs import family, unseen_checks
from analyzer.compare.runs.figures import in_order
from analyzer.compare.shift import MOST_KEPT
from analyzer.compare.spans import Spans, one_history, together
from analyzer.compare.splits import MOST_RUNS, Drawn
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Among, Group, Versus
from analyzer.model.over_time.comparison import Compared, Figure, Grade, Groups, Method, Nothing, OneSided, Pair, Shown


class _Durations(NamedTuple):
    """The durations of a figure in a group's tests, and the same as arrays, of which a group's many comparisons are."""

    told: tuple[Span, ...]
    arrays: Spans


_Known: TypeAlias = Mapping[Figure, _Durations]


class _Both(NamedTuple):
    """A figure that both of two groups have, one of them in several tests: its durations, and the comparison's p-value;
    `period` (ns) where it is compared by the midrange; by how much the wait for a check spreads it, ns, is `chance`.
    """

    figure: Figure
    one: _Durations
    other: _Durations
    p: float
    drawn: Drawn
    period: int | None
    chance: int

    @property
    def first(self) -> tuple[Span, ...]:
        return self.one.told

    @property
    def second(self) -> tuple[Span, ...]:
        return self.other.told


_Line: TypeAlias = _Both | Pair | OneSided


def versus(pairs: Sequence[tuple[Group, Group]], size: int) -> tuple[Versus, ...]:
    """Each pair of groups compared: a line for every figure that either has; `size` is the largest difference that
    would not matter, ns.
    """
    groups = {id(group): group for pair in pairs for group in pair}
    known = {key: _durations(group) for key, group in groups.items()}
    lines = [[*_lines(pair, known)] for pair in pairs]
    worth = iter(_among([line for each in lines for line in each if isinstance(line, _Both)], [*known.values()]))
    return tuple(
        Versus(first, second, tuple(_worth(line, worth, size) for line in each))
        for (first, second), each in zip(pairs, lines, strict=True)
    )


def p_values(first: Group, second: Group) -> Mapping[Figure, tuple[float, float]]:
    """Of each figure of which there are groups, its p-value, and that among all."""
    known = {id(group): _durations(group) for group in (first, second)}
    lines = [line for line in _lines((first, second), known) if isinstance(line, _Both)]
    among = _among(lines, [*known.values()])
    return {line.figure: (line.p, one.p) for line, one in zip(lines, among, strict=True)}


def among_all(groups: Sequence[Group]) -> tuple[Among, ...]:
    """Whether any of the groups differs from another, for every figure that three of them have."""
    found = []
    durations = [_durations(group) for group in groups] if len(groups) > 2 else []
    for figure in in_order(figure for each in durations for figure in each):
        spans = [each[figure].arrays for each in durations if figure in each]
        if len(spans) > 2 and max(one.runs for one in spans) > 1:
            found.append((figure, len(spans), several_groups.compared(spans)))
    turns = _turns([figure for figure, _, _ in found], durations)
    shares = family.shares([turns[figure] for figure, _, _ in found], [0.0] * len(found))
    among = corrected([one.p for _, _, one in found], shares)
    return tuple(
        Among(figure, number, one.p, p, one.drawn.how, one.drawn.count)
        for (figure, number, one), p in zip(found, among, strict=True)
    )


def _turns(figures: Sequence[Figure], durations: Sequence[_Known]) -> dict[Figure, int]:
    """When each figure is asked, by the durations of all groups."""
    known = {
        figure: together([each[figure].arrays for each in durations if figure in each])
        for figure in dict.fromkeys(figures)
    }
    return {figure: turn for turn, figure in enumerate(family.in_turn(known))}


class _Among(NamedTuple):
    """What a comparison is among all: its p-value, and the share of the level that it has where runs are enough."""

    p: float
    share: float


def _among(lines: Sequence[_Both], durations: Sequence[_Known]) -> list[_Among]:
    turns = _turns([line.figure for line in lines], durations)
    pairs = Counter(line.figure for line in lines)
    reach = [two_groups.least_p(len(line.first), len(line.second)) for line in lines]
    among = corrected([line.p for line in lines], family.shares([turns[line.figure] for line in lines], reach))
    return [
        _Among(p, family.asked_share(turns[line.figure], len(turns), pairs[line.figure]))
        for p, line in zip(among, lines, strict=True)
    ]


def _lines(pair: tuple[Group, Group], known: Mapping[int, _Known]) -> Iterator[_Line]:
    first, second = pair
    firsts, seconds = known[id(first)], known[id(second)]
    for figure in in_order((*firsts, *seconds)):
        one, other = firsts.get(figure), seconds.get(figure)
        if one is None or other is None:
            yield OneSided(figure, len(one.told) if one else 0, len(other.told) if other else 0)
        elif len(one.told) == len(other.told) == 1:
            yield Pair(figure, one.told[0], other.told[0], _apart(one.told[0], other.told[0]))
        else:
            period = unseen_checks.period(figure, first.tests, second.tests)
            found = (
                two_groups.compared(one.arrays, other.arrays)
                if period is None
                else midrange.compared(one.told, other.told, period)
            )
            chance = unseen_checks.spread_by_wait(figure, (*first.tests, *second.tests))
            yield _Both(figure, one, other, found.p, found.drawn, period, chance)


def _durations(group: Group) -> dict[Figure, _Durations]:
    found: dict[Figure, list[Span]] = {}
    for one in group.tests:
        for figure, span in one.durations:
            found.setdefault(figure, []).append(span)
    return {figure: _Durations(tuple(spans), one_history(spans)) for figure, spans in found.items()}


def _worth(line: _Line, among: Iterator[_Among], size: int) -> Compared:
    """The line with what it is worth, where groups are compared: `among` has what these are among all."""
    if not isinstance(line, _Both):
        return line
    p, share = next(among)
    by, grade, shown = _found(line)
    method: Method = "ranks" if line.period is None else "midrange"
    return Groups(
        figure=line.figure,
        first=line.first,
        second=line.second,
        p=line.p,
        corrected=p,
        share=share,
        grade=grade,
        interval=by,
        shown=shown,
        answer=answers.concluded(line.first, line.second, p, by, grade, size, share=share, chance=line.chance),
        how=line.drawn.how,
        draws=line.drawn.count,
        method=method,
    )


def _found(line: _Both) -> tuple[Span, Grade, Shown | Nothing]:
    if line.period is None:
        by = shift.interval(line.one.arrays, line.other.arrays)
        if line.p > LEVEL:  # of very many runs the interval is that of a sample
            by = Span(min(by.least, 0), max(by.most, 0))
        return by, sure.grade(line.one.arrays, line.other.arrays), _shown(line, by)
    return unseen_checks.worth(line.first, line.second, line.period)


def _shown(line: _Both, by: Span) -> Shown | Nothing:
    runs = len(line.first), len(line.second)
    if sum(runs) <= MOST_RUNS:
        return smallest.smallest(line.first, line.second, chance=line.chance)
    return smallest.of_interval(by, (min(runs[0], MOST_KEPT), min(runs[1], MOST_KEPT)), runs)


def _apart(first: Span, second: Span) -> Span:
    """By how much the second is longer; not bounded where a duration is not."""
    least = -UNBOUNDED if not first.bounded else second.least - first.most
    return Span(least, UNBOUNDED if not second.bounded else second.most - first.least)
