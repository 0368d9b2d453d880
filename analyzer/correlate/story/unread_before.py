"""A route that Genesis deleted, which no check is read to have found, behind lines on that host that no rule takes.

They may tell of the failure that ended with it.

16:08:00  … I gave host 192.168.1.24 a way round …    not understood
16:08:34  route via 192.168.1.28 deleted on 192.168.1.24
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.state.by_hand import deleted_or_returned
from analyzer.correlate.observation import UNKNOWN, Observation
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK
from analyzer.model.event import Event, HaUnclassified
from analyzer.model.evidence import Evidence

BEFORE = 2 * CHECK_PERIOD  # lines of the check before the one that acted, and of what that did


def with_unread_before(
    observations: Iterable[Observation], evidence: Evidence, clocks: Clocks
) -> tuple[Observation, ...]:
    """Each; an injected route that such lines may deny as what it may have been."""
    logs = {source.name for source in evidence.sources if source.kind == "genesis"}
    unread: dict[str, list[Event]] = {}
    for event in evidence.of(HaUnclassified):
        unread.setdefault(event.origin.source, []).append(event)
    return tuple(_told(one, unread, logs, clocks) for one in observations) if unread else tuple(observations)


def _told(one: Observation, unread: dict[str, list[Event]], logs: set[str], clocks: Clocks) -> Observation:
    found, address = one.points.get("detected"), one.host.address if one.host is not None else None
    deleted = found or one.points.get("repaired")
    if one.kind != "route-injection" or one.basis != "logs" or deleted is None or address is None:
        return one
    sources = {origin.source for point in one.points.values() for origin in point.origins}
    if not sources <= logs or (found is not None and found.how.name == "found-illegal"):
        return one
    lines = (event for source in sources for event in unread.get(source, ()) if address in (event.text or ""))
    acting = deleted.at.least - ONE_CHECK  # what the check that acted says is what it found
    near = any(
        deleted.at.least - BEFORE <= (at := clocks.place(event.at)).most and at.least < acting for event in lines
    )
    return replace(deleted_or_returned(one), before=UNKNOWN, during=UNKNOWN) if near else one
