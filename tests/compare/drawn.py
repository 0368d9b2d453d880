"""Durations for the tests of the comparisons: exact ones, Spans around them, histories by a seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from analyzer.model.instant import MILLISECOND, SECOND, Span


def exact(*seconds: float) -> list[Span]:
    """Durations without doubt."""
    return [Span(round(one * SECOND), round(one * SECOND)) for one in seconds]


def between(*seconds: tuple[float, float]) -> list[Span]:
    """Durations between two numbers of seconds each."""
    return [Span(round(least * SECOND), round(most * SECOND)) for least, most in seconds]


def history(seed: int, runs: int, width: float = 1.0, shift: float = 0.0, spread: float = 1.5) -> list[Span]:
    """So many runs of 3 s by the seed, each somewhere in a Span of `width` seconds; `shift` seconds longer."""
    random = np.random.default_rng(seed)
    values = np.maximum(random.normal(3.0, spread, runs), 0.2) + shift
    least = values - random.random(runs) * width
    return between(*zip(least, least + width, strict=True))


def moved(group: Sequence[Span], ns: int) -> list[Span]:
    return [Span(one.least + ns, one.most + ns) for one in group]


def spans(least: int = 2, most: int = 8) -> st.SearchStrategy[list[Span]]:
    """Some Spans of tenths of a second, ends that are equal among them."""
    ends = st.tuples(st.integers(0, 60), st.sampled_from([0, 0, 5, 10, 40]))
    unit = 100 * MILLISECOND
    return st.lists(ends.map(lambda one: Span(one[0] * unit, (one[0] + one[1]) * unit)), min_size=least, max_size=most)
