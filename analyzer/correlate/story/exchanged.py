"""A route that was exchanged before it served: Genesis added one to a CVM, by captures another CVM serves the host.

16:08:09  the own CVM fails; Genesis adds a route to A      cvm-failure
16:08:41  (somebody exchanges that route for one to B)      unexplained, found here
16:08:44  B serves the host
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.observation import Observation
from analyzer.model.instant import Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt


def with_exchanged(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, and the change that came between the repair of one and the service after it."""
    found = (_exchanged(one) for one in mine)
    return [*mine, *(one for one in found if one is not None)]


def _exchanged(one: Observation) -> Observation | None:
    added, served = one.points.get("repaired"), one.points.get("restored") or one.points.get("connected")
    other = one.kind == "cvm-failure" and one.after.kind == "remote" and None not in (one.gateway, one.after.via)
    if not other or one.gateway == one.after.via or added is None or served is None or one.adrift:
        return None
    at = Instant(served.at.clock, added.at.least, served.at.most)
    change = Observation(
        "unexplained", one.basis, one.host, at.clock, at.least, at.most, before=Path("remote", via=one.gateway),
        after=one.after, gateway=one.after.via, note="no-author",
    )  # fmt: skip
    told = change.marked("fault", at, (*added.origins, *served.origins), How("right-to-wrong"))
    return told.doubted(Doubt("author-unlogged"), "low")
