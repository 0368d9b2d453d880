"""How much of one capture is told, whatever it holds: a flood must neither fill the memory nor hide in silence.

Details of the storage traffic are told up to the moment at which there are so many of a kind; from there on the capture
shows nothing, as if it had been cut there. Of what stands beside (MACs, their addresses, ARP, SSH) a MAC is told with
all of its runs or with none, as half of them would look like a silence: first those that the storage traffic knows,
then those that speak most steadily.
"""

from __future__ import annotations

from typing import Any, NamedTuple

RUNS_AT_MOST = 66_000
CONTROLS_AT_MOST = 15_000
"""Connections opened and ended, and redirects."""
OPERATIONS_AT_MOST = 16_500
WAYS_AT_MOST = 4_000
"""Pairs of a sender and a receiver, by MAC and address: a cluster has some hundred."""
BESIDE_AT_MOST = 50_000

Integers = Any
"""A numpy array of int64: numpy is loaded where there is a flood, not with this module."""


class Left(NamedTuple):
    """What of a capture is not told: everything from `end` on (ns, None: nothing is cut), of which `frame` is the first
    frame and `details` how many there are; and so many `macs`.
    """

    end: int | None = None
    frame: int = 0
    details: int = 0
    macs: int = 0


def end_of(firsts: Integers, most: int) -> int | None:
    """The stamp before which at most `most` of the details begin that begin at `firsts` (ns); None where all do."""
    import numpy as np

    return None if len(firsts) <= most else int(np.partition(firsts, most)[most])


def earliest(*ends: int | None) -> int | None:
    """The earliest of some ends, None being none."""
    return min((end for end in ends if end is not None), default=None)


def steady(macs: Integers, frames: Integers, known: Integers, most: int) -> Integers:
    """The MACs that are told, sorted, when row i is a run of `frames[i]` frames of `macs[i]`: together they have `most`
    runs at most.
    """
    import numpy as np

    each, places, runs = np.unique(macs, return_inverse=True, return_counts=True)
    spoken = np.bincount(places, weights=frames).astype(np.int64) // runs
    order = np.lexsort((each, -spoken, ~np.isin(each, known)))
    return np.sort(each[order][np.cumsum(runs[order]) <= most])
