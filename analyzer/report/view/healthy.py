"""HA checks that are told as one, in words."""

from __future__ import annotations

from statistics import median_low

from analyzer.model.event import HealthyChecks, each_of
from analyzer.model.instant import SECOND, Instant
from analyzer.report import words


def healthy_words(first: Instant, detail: HealthyChecks) -> str:
    """`1,200 HA checks found all well, every 30 s, from 2026-11-22 07:04:46.500 to 2026-11-22 17:04:46.500`."""
    every = ""
    if detail.steps:
        usual = (median_low(each_of(detail.steps)) + SECOND // 2) // SECOND * SECOND
        every = f", every {words.exact(usual)}"
    span = f"from {words.stamp(first.least)} to {words.stamp(detail.last(first).least)}"
    return f"{words.counted(detail.count, 'HA check')} found all well{every}, {span}"
