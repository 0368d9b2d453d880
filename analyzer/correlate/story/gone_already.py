"""A failure that only has a host go by the remote path on which it was already: the fault before it tells of that.

16:08:00  root adds a route by 192.168.1.105       an injected route; the host is idle
16:08:04  its own CVM is off                       the route is right now
16:08:14  the host's first reply by 192.168.1.105  no repair of the failure
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.model.instant import UNBOUNDED
from analyzer.model.measurement import InstantName

MOVES: tuple[InstantName, ...] = ("fault", "repaired")


def without_gone_already(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, such a failure as part of the one before it."""
    placed = sorted((place for place, one in enumerate(mine) if one.points), key=lambda place: _begin(mine[place]))
    told, last = dict(enumerate(mine)), None
    for place in placed:
        one = told[place]
        if last is not None and _was_gone(told[last], one):
            told[last] = replace(told[last], claims=(*told[last].claims, *one.claims))
            del told[place]
        else:
            last = place
    return list(told.values())


def _begin(one: Observation) -> int:
    return min(point.at.least for point in one.points.values())


def _was_gone(before: Observation, failure: Observation) -> bool:
    """Whether a fault left its host on the path on which a failure has it that no log of Genesis tells of."""
    alone = failure.kind == "cvm-failure" and failure.before.kind == "local" and "detected" not in failure.points
    if not alone or before.kind == "unexplained" or failure.after.via is None:
        return False
    if max((before.points[name].at.most for name in MOVES if name in before.points), default=UNBOUNDED) > _begin(
        failure
    ):
        return False
    return before.after.kind == failure.after.kind == "remote" and before.after.via == failure.after.via
