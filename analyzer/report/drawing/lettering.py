"""How much room words take in a drawing, and where labels stand beside one another so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analyzer.report.words import visible

_NARROW, _WIDE = frozenset(" .,:;'|!ijlI()[]-·"), frozenset("mwMW@%—+−±")


def width(words: str, size: int = 13, *, bold: bool = False) -> float:
    """The px that words of that size take at most in a usual sans-serif face (measured on DejaVu Sans, a wide one)."""
    ems = sum(0.4 if c in _NARROW else 1.0 if c in _WIDE else 0.75 if c.isupper() else 0.65 for c in visible(words))
    return ems * size * (1.1 if bold else 1)


def spread(labels: Sequence[tuple[float, float]], left: float, right: float) -> list[float] | None:
    """Where labels of (wanted middle, width) begin in one row: in their order, as near to what each wants as the others
    let it. None where they don't fit between `left` and `right`.
    """
    total = sum(wide for _, wide in labels)
    if total > right - left:
        return None
    before = 0.0
    groups: list[tuple[float, int]] = []  # (sum of the wanted starts less what stands before, members)
    for middle, wide in labels:
        group = (middle - wide / 2 - before, 1)
        while groups and groups[-1][0] * group[1] > group[0] * groups[-1][1]:  # the mean of the one before is higher
            last = groups.pop()
            group = (last[0] + group[0], last[1] + group[1])
        groups.append(group)
        before += wide
    starts = [wanted / members for wanted, members in groups for _ in range(members)]
    placed, before = [], 0.0
    for start, (_, wide) in zip(starts, labels, strict=True):
        placed.append(min(max(start, left), right - total) + before)
        before += wide
    return placed


def clear(left: float, right: float, poles: Sequence[float], margin: float = 5) -> tuple[float, float]:
    """The widest room between `left` and `right` that no pole stands in."""
    edges = sorted({left, right, *(pole for pole in poles if left < pole < right)})
    rooms = [(a + margin, b - margin) for a, b in pairwise(edges)]
    return max(rooms, key=lambda room: room[1] - room[0], default=(left, left))


def cut(words: str, room: float, size: int = 13, *, bold: bool = False) -> str:
    """As much of the words as has room, with … where some of them have none."""
    words = visible(words[: int(room)])  # no character is narrower than a px
    if width(words, size, bold=bold) <= room:
        return words
    while words and width(f"{words}…", size, bold=bold) > room:
        words = words[:-1]
    return f"{words}…"
