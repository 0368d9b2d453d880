"""Which offset between two clocks explains most pairs of cause and effect: intervals that overlap, counted.

Each line of a log and each mark on the other clock that could belong together allow the offset an interval. The offset
that most lines and marks agree on is the estimate, and the overlap of their intervals is its bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from analyzer.model.instant import SECOND, Instant, Span

Numbered = tuple[int, int, int]  # which line or mark it is, and between which ns it lies
DRIFT_PER_MILLION = 100  # two clocks that nothing disciplines drift apart by this at most (crystals: 50 each)
ONE_OFFSET = 2 * SECOND  # offsets nearer than this are not alternatives but one offset with more doubt


class Pairing(msgspec.Struct, frozen=True):
    """A line (its index and interval on the log's clock) that may belong to a mark (on the reference clock)."""

    line: int
    mark: int
    offset: Span


class Estimate(msgspec.Struct, frozen=True):
    """The best offsets: their span, how many lines and marks agree, and the spans that did equally well.

    `other`: the offset on which all lines before, or after, those that agree do so, as of a clock that was set between.
    """

    offset: Span
    score: int
    lines: int
    alternatives: tuple[Span, ...]
    other: Span | None = None


def pairing(line: Numbered, mark: Numbered, within: Span | None) -> list[Pairing]:
    """The pair of a line and a mark, each (index, least, most), or nothing when its offset can't lie in `within`."""
    offset = Span(line[1] - mark[2], line[2] - mark[1])
    return [Pairing(line[0], mark[0], offset)] if within is None or offset.meet(within) is not None else []


def agree(pairs: Sequence[Pairing], over: int) -> Estimate | None:
    """The span of offsets in which the most lines and marks agree, or None without pairs.

    The lines are `over` ns apart at most, in which clocks drift.
    """
    best: list[tuple[Span, int]] = []
    best_score = 0
    for span, agreeing, marks in tally(pairs):
        score = agreeing + min(marks, agreeing)  # a mark more than there are lines is of none of them
        if score >= best_score:
            if score > best_score:
                best, best_score = [], score
            best.append((span, agreeing))
    return _ballot(best, best_score, over)


def agree_pairs(pairs: Sequence[Pairing], over: int) -> Estimate | None:
    """The same where each line is of one mark and each mark of one line: the span that allows most pairs at once."""
    best: list[tuple[Span, int]] = []
    most = 1
    for span in _regions(pairs):
        made = pairs_at(pairs, span)
        if made >= most:
            if made > most:
                best, most = [], made
            best.append((span, made))
    return _ballot(best, most, over)


def pairs_at(pairs: Sequence[Pairing], span: Span) -> int:
    """How many pairs can be made of those that allow all of `span`."""
    marks: dict[int, list[int]] = {}
    for pair in pairs:
        if pair.offset.least <= span.least and span.most <= pair.offset.most:
            marks.setdefault(pair.line, []).append(pair.mark)
    taken: Mapping[int, int] = {}
    for line in marks:
        taken = _with_place_for(line, marks, taken)
    return len(taken)


def _with_place_for(line: int, marks: Mapping[int, Sequence[int]], taken: Mapping[int, int]) -> Mapping[int, int]:
    """Which line has which mark, by mark, with one line more where others can make room for it; else the same."""
    reached: dict[int, int] = {}
    queue = [line]
    for one in queue:
        for mark in marks[one]:
            if mark in reached:
                continue
            reached[mark] = one
            if mark not in taken:
                return {**taken, **_moved(mark, line, reached, {who: had for had, who in taken.items()})}
            queue.append(taken[mark])
    return taken


def _moved(mark: int, line: int, reached: Mapping[int, int], had: Mapping[int, int]) -> dict[int, int]:
    """Who takes which mark so that `line` gets one: each the one from which the search reached it."""
    moved: dict[int, int] = {}
    while True:
        one = reached[mark]
        moved[mark] = one
        if one == line:
            return moved
        mark = had[one]


def _regions(pairs: Sequence[Pairing]) -> Iterator[Span]:
    """The ends of the pairs' offsets, and what lies between two of them."""
    edges = sorted({edge for pair in pairs for edge in (pair.offset.least, pair.offset.most)})
    for place, edge in enumerate(edges):
        yield Span(edge, edge)
        if place + 1 < len(edges):
            yield Span(edge, edges[place + 1])


def _ballot(best: Sequence[tuple[Span, int]], best_score: int, over: int) -> Estimate | None:
    if not best:
        return None
    regions = [(drifting(region, over), lines) for region, lines in _merge(best)]
    span, agreeing = regions[0]
    return Estimate(span, best_score, agreeing, tuple(region for region, _ in regions))


def drifting(offset: Span, over: int) -> Span:
    """An offset that pairs agree on which are `over` ns apart at most, as one that holds at any time among them."""
    drift = over * DRIFT_PER_MILLION // 10**6
    return Span(offset.least - drift, offset.most + drift)


def reach(times: Iterable[Instant]) -> int:
    """How far apart instants of one clock are, ns."""
    known = list(times)
    return max(at.most for at in known) - min(at.least for at in known) if known else 0


def tally(pairs: Sequence[Pairing]) -> Iterator[tuple[Span, int, int]]:
    """(span, how many lines agree, how many marks) of each span of offsets between two ends of pairs."""
    lines: dict[int, int] = {}
    marks: dict[int, int] = {}
    edges = sorted(
        [(pair.offset.least, 0, index) for index, pair in enumerate(pairs)]
        + [(pair.offset.most, 1, index) for index, pair in enumerate(pairs)]
    )
    for position, (value, closes, index) in enumerate(edges):
        pair = pairs[index]
        step = -1 if closes else 1
        lines[pair.line] = lines.get(pair.line, 0) + step
        marks[pair.mark] = marks.get(pair.mark, 0) + step
        if not lines[pair.line]:
            del lines[pair.line]
        if not marks[pair.mark]:
            del marks[pair.mark]
        # a pair that ends where another says the same takes no vote away: the region goes on
        if position + 1 < len(edges):
            yield Span(value, edges[position + 1][0]), len(lines), len(marks)


def _merge(best: Sequence[tuple[Span, int]]) -> list[tuple[Span, int]]:
    """Spans that are nearly the same offset are one, with the doubt of all."""
    regions: list[tuple[Span, int]] = []
    for span, lines in sorted(best, key=lambda item: item[0].least):
        if regions and span.least - regions[-1][0].most <= ONE_OFFSET:
            last, votes = regions[-1]
            regions[-1] = (Span(last.least, max(last.most, span.most)), max(votes, lines))
        else:
            regions.append((span, lines))
    return regions
