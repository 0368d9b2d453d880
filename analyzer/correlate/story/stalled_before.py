"""A failure that captures alone show just after a stall of the local path: a check may have found the stall.

16:08:00  no reply any more; the CVM boots
16:08:21  a check finds it down
16:08:23  it serves its host again, for a moment
16:08:24  its Stargate stops
16:08:26  the route that the check had added    captures have a failure of two seconds, or one of 26
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import LONG_REPAIR
from analyzer.model.instant import Instant
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.over_time.stretches import Stretch


def with_stalls_before(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, such a failure from the stall's begin on."""
    stalls = intervals((one for one in mine if _is_stall(one)), _over)
    return [_from(one, stalls) for one in mine]


def _is_stall(one: Observation) -> bool:
    local = one.before.kind == one.after.kind == "local"
    return one.kind == "unexplained" and local and {"fault", "restored"} <= one.points.keys()


def _over(stall: Observation) -> Stretch:
    """When a stall was over, ns."""
    restored = stall.points["restored"].at
    return restored.least, restored.most


def _from(failure: Observation, stalls: Intervals[Observation]) -> Observation:
    fault, repaired = failure.points.get("fault"), failure.points.get("repaired")
    alone = failure.kind == "cvm-failure" and failure.basis == "wire" and failure.before.kind == "local"
    if not alone or fault is None or repaired is None:
        return failure
    near = stalls.overlapping(repaired.at.least - LONG_REPAIR, fault.at.most)
    least = min((one.points["fault"].at.least for one in near), default=fault.at.least)
    if least >= fault.at.least:
        return failure
    return failure.at("fault", replace(fault, at=Instant(fault.at.clock, least, fault.at.most)))
