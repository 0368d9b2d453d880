"""A route that Genesis deleted, which no check is read to have found, behind warnings on that host that no rule takes.

They may tell of the failure that ended with it.

16:08:00  … I gave host 192.168.1.24 a way round …    not understood
16:08:34  route via 192.168.1.28 deleted on 192.168.1.24
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.state.by_hand import deleted_or_returned
from analyzer.correlate.observation import UNKNOWN, Observation
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK
from analyzer.model.event import Event, HaUnclassified
from analyzer.model.evidence import Evidence
from analyzer.model.over_time.intervals import Intervals, intervals

BEFORE = 2 * CHECK_PERIOD  # lines of the check before the one that acted, and of what that did


def with_unread_before(
    observations: Iterable[Observation], evidence: Evidence, clocks: Clocks
) -> tuple[Observation, ...]:
    """Each; an injected route that such lines may deny as what it may have been."""
    logs = {source.name for source in evidence.sources if source.kind == "genesis"}
    lines: dict[str, list[Event]] = {}
    for event in evidence.of(HaUnclassified):
        if not event.is_urgent:
            continue
        lines.setdefault(event.origin.source, []).append(replace(event, at=clocks.place(event.at)))
    if not lines:
        return tuple(observations)
    for some in lines.values():
        some.sort(key=lambda event: event.at.least)
    unread = {source: intervals(some, lambda event: (event.at.least, event.at.most)) for source, some in lines.items()}
    return tuple(_told(one, unread, logs) for one in observations)


def _told(one: Observation, unread: Mapping[str, Intervals[Event]], logs: set[str]) -> Observation:
    found, address = one.points.get("detected"), one.host.address if one.host is not None else None
    deleted = found or one.points.get("repaired")
    if one.kind != "route-injection" or one.basis != "logs" or deleted is None or address is None:
        return one
    sources = {origin.source for point in one.points.values() for origin in point.origins}
    if not sources <= logs or (found is not None and found.how.name == "found-illegal"):
        return one
    first, acting = deleted.at.least - BEFORE, deleted.at.least - ONE_CHECK  # what the check that acted says is its own
    lines = (event for source in sources if source in unread for event in unread[source].overlapping(first, acting - 1))
    denied = any(address in (event.text or "") for event in lines)
    return replace(deleted_or_returned(one), before=UNKNOWN, during=UNKNOWN) if denied else one
