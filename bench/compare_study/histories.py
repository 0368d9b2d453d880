"""Histories as they are measured: processing that spreads about 3 s, and Spans as wide as the evidence.

Processing is normal with a mean of 3 s and a standard deviation of 1.5 s, drawn anew below 0.2 s. A Span is as wide as
its evidence and lies about the value with a phase of its own, as a stamp's second or a check's period does; it is cut
at 0, as no duration is negative. Where nobody saw the checks, a detection is processing and a wait for the next check,
uniform over the period.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analyzer.compare.spans import Spans
from analyzer.model.instant import SECOND

MEAN, SPREAD, SHORTEST = 3.0, 1.5, 0.2
PERIOD = 30 * SECOND
EVIDENCE = {"exact": 0.0, "1 s": 1.0, "10 s": 10.0, "30 s": 30.0}
"""Widths of Spans, s: captures and logs with milliseconds; stamps of whole seconds; a frame gap or a check between."""
IN_TURN = {"exact, 1 s": (0.0, 1.0), "exact, exact, 30 s": (0.0, 0.0, 30.0), "exact, 1 s, 30 s": (0.0, 1.0, 30.0)}
"""Widths of the Spans of one run after the other, again and again, s."""

Values = npt.NDArray[np.float64]


def processing(random: np.random.Generator, histories: int, runs: int, spread: float = SPREAD) -> Values:
    """True values, s: shape `(histories, runs)`."""
    values = random.normal(MEAN, spread, (histories, runs))
    while (short := values < SHORTEST).any():
        values[short] = random.normal(MEAN, spread, int(short.sum()))
    return values


def skewed(random: np.random.Generator, histories: int, runs: int) -> Values:
    """Processing of another shape: lognormal, with a median of 2.7 s and a long tail."""
    return np.exp(random.normal(1.0, 0.6, (histories, runs)))


def two_humps(random: np.random.Generator, histories: int, runs: int) -> Values:
    """Processing of another shape: 2 to 3 s, and in three of ten runs 10 to 11 s."""
    return np.where(random.random((histories, runs)) < 0.3, 10.0, 2.0) + random.random((histories, runs))


def measured(random: np.random.Generator, values: Values, widths: float | Sequence[float]) -> Spans:
    """The Spans of these values, by evidence of one width for all runs, or of one for each, s."""
    wide = np.broadcast_to(np.asarray(widths, dtype=np.float64), values.shape)
    least = values - random.random(values.shape) * wide
    return Spans((np.maximum(least, 0) * SECOND).astype(np.int64), ((least + wide) * SECOND).astype(np.int64))


def group(random: np.random.Generator, histories: int, runs: int, width: float, shift: float = 0.0) -> Spans:
    """A group of runs of one evidence, of which each takes `shift` seconds longer."""
    return measured(random, processing(random, histories, runs) + shift, width)


def detections(
    random: np.random.Generator, histories: int, runs: int, width: float, shift: float = 0.0, spread: float = SPREAD
) -> Spans:
    """Detections without the checks."""
    waits = random.random((histories, runs)) * (PERIOD / SECOND)
    return measured(random, processing(random, histories, runs, spread) + shift + waits, width)


def middles(spans: Spans) -> Spans:
    """What somebody compares who takes the middle of a Span for the value."""
    middle = (spans.least + spans.most) // 2
    return Spans(middle, middle)
