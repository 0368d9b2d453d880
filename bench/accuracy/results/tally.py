"""Counting rows: shares, medians, precision and recall of a group of analyses. Whole numbers all through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median_low
from typing import TypeVar

from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND, UNBOUNDED
from bench.accuracy.rows import Row, SpanRow

_Thing = TypeVar("_Thing")
NONE = "–"


class Tally:
    """The figures of a group of rows."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self.told = [one for row in self.rows for one in row.told]
        self.spans = [one for row in self.rows for one in row.spans if not one.doubt]
        self.doubted = [one for row in self.rows for one in row.spans if one.doubt]
        self.verdicts = [one for row in self.rows for one in row.verdicts if one.verdict != "NOT-JUDGED"]
        self.offsets = [one for row in self.rows for one in row.offsets]

    @property
    def precision(self) -> tuple[int, int]:
        """(episodes that are true, episodes told); a stall that is called unexplained and has a cause is neither."""
        return sum(one.right for one in self.told), sum(not one.vague for one in self.told)

    @property
    def recall(self) -> tuple[int, int]:
        """(episodes told that had to be, episodes that had to be told)."""
        due = sum(row.required for row in self.rows)
        return due - sum(row.missed for row in self.rows), due

    @property
    def holding(self) -> tuple[int, int]:
        """(Spans that hold the truth, Spans)."""
        return sum(one.holds for one in self.spans), len(self.spans)

    @property
    def undecided(self) -> tuple[int, int]:
        """(verdicts UNDECIDED, verdicts)."""
        return sum(one.verdict == "UNDECIDED" for one in self.verdicts), len(self.verdicts)

    @property
    def wrong(self) -> int:
        """Verdicts MET, LATE or MISSED that are wrong."""
        return sum(one.wrong for one in self.verdicts)

    @property
    def vague(self) -> int:
        """Stalls that were called unexplained and have a cause."""
        return sum(one.vague for one in self.told)

    @property
    def flaws(self) -> int:
        """Episodes told with a wrong path or gateway."""
        return sum(one.flaws > 0 for one in self.told)


def grouped(things: Iterable[_Thing], key: Callable[[_Thing], str]) -> dict[str, list[_Thing]]:
    """Things by a key, in the order in which the keys are met."""
    found: dict[str, list[_Thing]] = {}
    for one in things:
        found.setdefault(key(one), []).append(one)
    return found


def share(part: tuple[int, int]) -> str:
    """`99.98 %`, rounded down, so that only all is 100 %."""
    some, whole = part
    if not whole:
        return NONE
    if some in (0, whole):
        return "100 %" if some else "0 %"
    hundredths = some * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def at_least(part: tuple[int, int], per_mille: int) -> bool:
    """Whether a share reaches so much; nothing of nothing does."""
    return part[0] * 1000 >= part[1] * per_mille


def shown(ns: int) -> str:
    """A duration to two or three digits: `0`, `3 µs`, `1.25 s`."""
    if ns >= UNBOUNDED // 2:
        return "unbounded"
    for unit, size in (("s", SECOND), ("ms", MILLISECOND), ("µs", MICROSECOND)):
        if abs(ns) >= size:
            whole, rest = divmod(abs(ns), size)
            sign = "-" if ns < 0 else ""
            hundredths = rest * 100 // size
            return f"{sign}{whole}.{hundredths:02d} {unit}" if whole < 10 and hundredths else f"{sign}{whole} {unit}"
    return f"{ns} ns" if ns else "0"


def middle(values: Sequence[int]) -> str:
    """The median of durations, ns."""
    return shown(median_low(values)) if values else NONE


def of_name(spans: Iterable[SpanRow], name: str) -> list[SpanRow]:
    """The Spans of an instant or duration."""
    return [one for one in spans if one.name == name]
