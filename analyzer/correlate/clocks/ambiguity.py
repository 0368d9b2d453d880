"""Checks repeat, so a log that is moved by whole periods fits the captures about as well: which offset may be wrong so.

The offset with the most votes is only the one where the two overlap the most. Another that is nearer to what clocks are
like, and that leaves no more lines without the mark that they should have, may as well be the true one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.correlate.clocks.intersection import ONE_OFFSET, Estimate, Numbered, Pairing, tally
from analyzer.correlate.timing import PRIOR
from analyzer.model.instant import SECOND, Span

QUARTER = 900 * SECOND  # the zones of the earth differ by multiples of it
FEWEST_PAIRS = 3
EXCHANGE_SLIP = 3 * SECOND  # whole periods off within this are one: a dead CVM's probe takes 2 s, an exchange below 1

Lines = Mapping[int, tuple[Numbered, str]]  # by index: the line and which host's marks it must be among


def rivalled(
    estimate: Estimate,
    pairs: Sequence[Pairing],
    lines: Lines,
    marks: Mapping[str, Sequence[Numbered]],
    *,
    period: int | None,
    zone: bool,
) -> Estimate:
    """`estimate`, or one whose first offset is the more natural alternative.

    `period` is that of the log's checks (ns), where it tells it; `zone`: a clock may be off by a time zone.
    """
    best = min(_unnatural(span, zone=zone) for span in estimate.alternatives)
    if best <= ONE_OFFSET:
        return estimate
    wrong = _in_vain(min(estimate.alternatives, key=lambda span: _unnatural(span, zone=zone)), pairs, lines, marks)
    alternative: tuple[Span, int] | None = None
    for span, agreeing in _more_natural(pairs, best - ONE_OFFSET, zone=zone):
        if agreeing >= FEWEST_PAIRS and _in_vain(span, pairs, lines, marks) <= wrong:
            alternative = span, agreeing
            break
    near = Span(-PRIOR, PRIOR)
    if not zone and (alternative is None or _unnatural(alternative[0], zone=zone) > PRIOR):
        whole = any(_by_whole_checks(span, period) for span in estimate.alternatives)
        alternative = (near, 0) if whole and _in_vain(near, pairs, lines, marks) <= wrong else alternative
    return (
        estimate
        if alternative is None
        else Estimate(alternative[0], estimate.score, alternative[1], (alternative[0], *estimate.alternatives))
    )


def doubtful(estimate: Estimate) -> Estimate:
    """The same with the doubt that checks leave which are about as near to each other as their lines to the marks."""
    wide = tuple(Span(span.least - ONE_OFFSET, span.most + ONE_OFFSET) for span in estimate.alternatives)
    offset = Span(estimate.offset.least - ONE_OFFSET, estimate.offset.most + ONE_OFFSET)
    return Estimate(offset, estimate.score, estimate.lines, wide)


def _unnatural(span: Span, *, zone: bool) -> int:
    """How far an offset is from zero, or from any time zone, ns."""
    if span.holds(0):
        return 0
    nearest = [round(end / QUARTER) * QUARTER if zone else 0 for end in (span.least, span.most)]
    return min(abs(span.least - nearest[0]), abs(span.most - nearest[1]))


def _more_natural(pairs: Sequence[Pairing], than: int, *, zone: bool) -> list[tuple[Span, int]]:
    """(offset, lines that agree) of the best offset of each neighbourhood nearer than `than` ns; the nearest first."""
    best: dict[int, tuple[Span, int, int]] = {}
    for span, agreeing, agreed in tally(pairs):
        place, score = (span.least + span.most) // 2 // (2 * ONE_OFFSET), agreeing + agreed
        if agreeing and _unnatural(span, zone=zone) < than and (place not in best or score > best[place][1]):
            best[place] = span, score, agreeing
    found = [(span, agreeing) for span, _, agreeing in best.values()]
    return sorted(found, key=lambda item: (_unnatural(item[0], zone=zone), item[0].least))


def _by_whole_checks(offset: Span, period: int | None) -> bool:
    """Whether an offset is as many checks: a clock is seldom wrong by just that, but a log may end before a capture."""
    middle = (offset.least + offset.most) // 2
    return period is None or min(middle % period, -middle % period) <= EXCHANGE_SLIP


def _in_vain(offset: Span, pairs: Sequence[Pairing], lines: Lines, marks: Mapping[str, Sequence[Numbered]]) -> int:
    """How many lines have no mark at `offset`, though the captures cover their time."""
    met = {pair.line for pair in pairs if pair.offset.meet(offset) is not None}
    return sum(index not in met for index in _expected(offset, lines, marks))


def _expected(offset: Span, lines: Lines, marks: Mapping[str, Sequence[Numbered]]) -> list[int]:
    """The lines that lie among the marks of their host at `offset`."""
    found = []
    for index, (line, host) in lines.items():
        mine = marks.get(host, ())
        if mine and mine[0][2] <= line[1] - offset.most and line[2] - offset.least <= mine[-1][1]:
            found.append(index)
    return found
