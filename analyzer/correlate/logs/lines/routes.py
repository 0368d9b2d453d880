"""The lines of route changes, by the host that they are of: what follows one of them is found without reading on."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.topology.topology import Member
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand

_CONTRARY: Mapping[RouteAction, RouteAction] = MappingProxyType({"add": "delete", "delete": "add"})


class RouteLines(msgspec.Struct, frozen=True):
    """The places in the lines, in order: `actions` of a host's lines that add or delete a route, `by_kernel` of those
    that its kernel logged, by the clock of that log. `logged` is when a host's kernel logged a change first and last
    (ns; the latest that each may have been).
    """

    actions: Mapping[tuple[Member | None, RouteAction], Sequence[int]] = MappingProxyType({})
    by_kernel: Mapping[tuple[Member | None, str], Sequence[int]] = MappingProxyType({})
    logged: Mapping[Member | None, tuple[int, int]] = MappingProxyType({})

    def kernel_after(self, index: int, host: Member | None, clock: str) -> int | None:
        """The place of the next line after `index` that a host's kernel logged on `clock`."""
        return _after(self.by_kernel.get((host, clock), ()), index)

    def contrary_after(self, index: int, host: Member | None, action: RouteAction) -> int | None:
        """The place of the next line after `index` by which a host's route is changed the other way."""
        return _after(self.actions.get((host, _CONTRARY[action]), ()), index)


def _after(places: Sequence[int], index: int) -> int | None:
    found = bisect_right(places, index)
    return places[found] if found < len(places) else None


def route_lines(entries: Sequence[Entry]) -> RouteLines:
    """Where the lines of route changes are in `entries`."""
    actions: dict[tuple[Member | None, RouteAction], list[int]] = defaultdict(list)
    by_kernel: dict[tuple[Member | None, str], list[int]] = defaultdict(list)
    logged: dict[Member | None, tuple[int, int]] = {}
    for index, entry in enumerate(entries):
        detail = entry.event.detail
        if entry.exact:
            first, last = logged.get(entry.host, (entry.at.most, entry.at.most))
            logged[entry.host] = min(first, entry.at.most), max(last, entry.at.most)
        if not isinstance(detail, RouteCommand | RouteChanged):
            continue
        actions[entry.host, detail.action].append(index)
        if entry.exact or (isinstance(detail, RouteChanged) and detail.by_kernel):
            by_kernel[entry.host, (entry.stamp or entry.event.at).clock].append(index)
    return RouteLines(MappingProxyType(actions), MappingProxyType(by_kernel), MappingProxyType(logged))
