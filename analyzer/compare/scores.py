"""The rank of each run among all: Wilcoxon-Mann-Whitney scores for Spans.

A run's score is the mass below its Span less the mass above, by the estimate of all runs together: the score of the
proportional odds model (Fay and Shaw 2010, J. Stat. Softw. 36(2)). Without doubt it is the rank; a Span in which all
mass may lie has 0.
"""

from __future__ import annotations

import numpy as np

from analyzer.compare.spans import Counts, Spans
from analyzer.compare.turnbull import TOLERANCE, estimated

GRID = 256
"""Scores are whole numbers, in steps of 1 / (256 runs), so that sums are exact and equal ones are seen to be equal. A
rank's score is a whole number of steps.
"""


def scored(spans: Spans, tolerance: float = TOLERANCE) -> Counts:
    """The score of each run of each history, shape `(histories, runs)`: from -runs * GRID to runs * GRID, higher for
    longer durations. `tolerance` is that of the estimate.
    """
    estimate = estimated(spans, tolerance)
    below = np.take_along_axis(estimate.below, estimate.first, 1)
    within = np.take_along_axis(estimate.below, estimate.after, 1)
    return np.rint((below + within - 1.0) * (spans.runs * GRID)).astype(np.int64)


def centred(scores: Counts) -> Counts:
    """The scores less their mean, times the number of runs, so that they stay whole: each history's sum is 0."""
    return np.asarray(scores * scores.shape[1] - scores.sum(1, keepdims=True))
