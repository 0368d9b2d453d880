"""A judgement as a bar of characters: `.` is MET, `-` LATE, `=` MISSED, and `#` the span that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.episode import Judgement

WIDTH = 24


def bar(judgement: Judgement, width: int = WIDTH) -> str:
    """The scale from 0 with the measured span on it, of `width` characters; empty where nothing was judged."""
    measured, expected = judgement.measured, judgement.expected
    if measured is None or expected is None or judgement.verdict == "NOT-JUDGED":
        return ""
    met = expected + judgement.tolerance
    late = max(met, judgement.bound or 0)
    most = measured.most if measured.bounded else 2 * max(measured.least, late)
    scale = max(late + late // 4, most, 1)

    def place(ns: int) -> int:
        return min(width - 1, ns * width // scale)

    zones = "".join("." if at <= place(met) else "-" if at <= place(late) else "=" for at in range(width))
    first, last = place(measured.least), place(most)
    return zones[:first] + "#" * (last - first + 1) + zones[last + 1 :]
