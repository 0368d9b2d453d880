"""Which operations are told: what was sent again or is fresh, and of each second the slowest of the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.ingest.capture.compiled.layout import NONE
from analyzer.ingest.capture.result import SAMPLED_A_SECOND

_SECOND = 1_000_000_000


def slowest(rows: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """The rows that are told, in no order; taking them again from more rows gives the same."""
    plain = (rows["fresh"] == 0) & (rows["calls"] == 1)
    others, rest = rows[~plain], rows[plain]
    timed = (rest["reply"] != NONE) & (rest["first"] != NONE)
    elapsed = np.where(timed, rest["reply"] - rest["first"], np.iinfo(np.int64).max)
    seconds = np.where(rest["first"] == NONE, NONE, rest["first"] // _SECOND)
    rest = rest[np.lexsort((rest["serial"], -elapsed, seconds))]
    _, starts, counts = np.unique(np.sort(seconds), return_index=True, return_counts=True)
    rank = np.arange(len(rest)) - np.repeat(starts, counts)
    told: npt.NDArray[np.void] = np.concatenate((others, rest[rank < SAMPLED_A_SECOND]))
    return told
