"""The HA checks as the logs show them, and which of them a line belongs to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import msgspec

from analyzer.correlate.observation import Point
from analyzer.correlate.timing import CHECK_PERIOD, CHECK_SLIP, LONG_REPAIR, SAME_CHECK
from analyzer.model.instant import Instant, Span
from analyzer.model.source import Origin

OFTEN = 2 * SAME_CHECK  # checks that are nearer than this can't be told apart by the time between their lines


class HaCheck(msgspec.Struct, frozen=True):
    """One check: `first` is its first line; `begin` allows for what the check did before it wrote that line; it
    `follows` without a pause on checks of a long row that are left out.
    """

    first: Instant
    begin: Instant
    origin: Origin
    follows: bool = False


@dataclass(frozen=True, slots=True)
class HaChecks:
    """The checks in order of their first lines, and the period between them in ns (None with fewer than three).

    The rest is made of them, so that no question looks at all checks: the first lines' middles, the latest begin up to
    each, and by source the places of its checks in order of their lines.
    """

    checks: tuple[HaCheck, ...]
    period: Span | None
    _firsts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _begun: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _of_source: Mapping[str, Sequence[tuple[int, int]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_firsts", tuple(check.first.middle for check in self.checks))
        object.__setattr__(self, "_begun", tuple(accumulate((check.begin.most for check in self.checks), max)))
        object.__setattr__(self, "_of_source", _by_source(self.checks))

    def latest(self, ns: int) -> HaCheck | None:
        """The last check whose first line is not after `ns`."""
        index = bisect_right(self._firsts, ns) - 1
        return self.checks[index] if index >= 0 else None

    def containing(self, at: Instant) -> HaCheck | None:
        """The check that a line at `at` belongs to."""
        check = self.latest(at.middle)
        return check if check is not None and at.least - check.first.least <= SAME_CHECK else None

    def before(self, point: Point) -> HaCheck | None:
        """The check that a line belongs to by the order of its file, which is surer than stamps of whole seconds."""
        lines = {origin.source: origin.number for origin in reversed(point.origins)}
        last = self._last_of(lines)
        if last is not None and point.at.least - last.first.most <= SAME_CHECK:
            return last
        return self.containing(point.at) if point.at.doubt <= OFTEN else None

    def _last_of(self, lines: Mapping[str, int]) -> HaCheck | None:
        """The check with the highest line that is not after the one of its source in `lines`."""
        found: list[tuple[int, int]] = []
        for source, number in lines.items():
            numbered = self._of_source.get(source, ())
            place = bisect_right(numbered, number, key=lambda item: item[0]) - 1
            if place >= 0:
                found.append(numbered[place])
        if not found:
            return None
        return self.checks[min(found, key=lambda item: (-item[0], item[1]))[1]]

    def between(self, least: int, most: int) -> tuple[HaCheck, ...]:
        """The checks that may have begun at `least` ns or later, and whose first line is not after `most` ns."""
        begin, end = bisect_left(self._begun, least), bisect_right(self._firsts, most)
        return tuple(check for check in self.checks[begin:end] if check.begin.most >= least)

    def lacking(self) -> tuple[tuple[int, int], ...]:
        """From which check to which (ns) so long passes that others between them are not in the logs."""
        period = self.period.most if self.period is not None else CHECK_PERIOD
        most = period + LONG_REPAIR + CHECK_SLIP
        ends = zip(pairwise(self._firsts), self.checks[1:], strict=True)
        return tuple((first, last) for (first, last), check in ends if last - first > most and not check.follows)


def _by_source(checks: Sequence[HaCheck]) -> dict[str, list[tuple[int, int]]]:
    """(Line, place in `checks`) of the checks of each source, in order of their lines."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place, check in enumerate(checks):
        found.setdefault(check.origin.source, []).append((check.origin.number, place))
    return {source: sorted(places) for source, places in found.items()}
