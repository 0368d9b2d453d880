"""The offset of a host's clock by the route changes that its kernel logged and Genesis ordered, on the same host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from analyzer.correlate.clocks.intersection import Estimate, Pairing, agree, pairing
from analyzer.correlate.topology.topology import is_address
from analyzer.model.event import Event, RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.over_time.intervals import Intervals, intervals

ACTIONS: tuple[RouteAction, ...] = ("add", "delete")
NOBODY: Intervals[Event] = Intervals()


class Told(msgspec.Struct, frozen=True):
    """What one clock stamped; `host` is the address of the host whose log it is, if it is one's; `cvms` are the
    addresses that logs name as those of CVMs.
    """

    events: Sequence[Event]
    host: str | None
    cvms: frozenset[str] = frozenset()


def by_route_changes(told: Told, reference: Told, within: Span | None) -> Estimate | None:
    """A kernel's line lies between Genesis' command line and its result line; either side can be the reference."""
    ours, theirs = kernel_changes(told), genesis_commands(reference.events)
    if not (ours and theirs):
        ours, theirs = genesis_commands(told.events), kernel_changes(reference)
    alike: dict[tuple[RouteAction, str | None], list[int]] = {}
    for j in sorted(range(len(theirs)), key=lambda place: theirs[place].least):
        alike.setdefault((theirs[j].action, theirs[j].host), []).append(j)
    in_time = {
        key: intervals(places, lambda place: (theirs[place].least, theirs[place].most)) for key, places in alike.items()
    }
    pairs: list[Pairing] = []
    for i, one in enumerate(ours):
        for key, others in in_time.items():
            if key[0] == one.action and (one.host is None or key[1] in (None, one.host)):
                near = (other for other in _near(one, others, within) if _one_gateway(one, theirs[other]))
                pairs += _pairings(i, one, theirs, near, within)
    return agree(pairs, max((one.most for one in ours), default=0) - min((one.least for one in ours), default=0))


def _near(one: RouteChange, others: Intervals[int], within: Span | None) -> Iterable[int]:
    """The places of changes that may be the same one, if its clock is off by no more than `within`."""
    if within is None:
        return others.items
    return others.overlapping(one.least - within.most, one.most - within.least)


def _one_gateway(one: RouteChange, other: RouteChange) -> bool:
    """Whether two changes may be of a route by the same gateway."""
    return None in (one.gateway, other.gateway) or one.gateway == other.gateway


def _pairings(
    place: int, one: RouteChange, theirs: Sequence[RouteChange], places: Iterable[int], within: Span | None
) -> list[Pairing]:
    found: list[Pairing] = []
    for other in places:
        mark = (other, theirs[other].least, theirs[other].most)
        found += pairing((place, one.least, one.most), mark, within)
    return found


class RouteChange(msgspec.Struct, frozen=True):
    """A change of a route on `host` by `gateway` (addresses, or None where one is not known), ns."""

    action: RouteAction
    host: str | None
    least: int
    most: int
    gateway: str | None = None


def kernel_changes(told: Told) -> list[RouteChange]:
    """What the kernel logged, but for what a person ordered just before, on the host or in a session from elsewhere."""
    typed: dict[tuple[RouteAction, str], list[Event]] = {}
    for event in told.events:
        if isinstance(event.detail, RouteCommand) and _of_person(event.detail, told.cvms):
            typed.setdefault((event.detail.action, event.at.clock), []).append(event)
    in_time = {
        key: intervals(some, lambda event: (event.at.least, event.at.most + SECOND)) for key, some in typed.items()
    }

    def by_hand(change: RouteChanged, at: Instant) -> bool:
        near = in_time.get((change.action, at.clock), NOBODY).overlapping(at.least, at.most)
        commands = (event.detail for event in near)
        return any(
            isinstance(one, RouteCommand) and (None in (one.gateway, change.gateway) or one.gateway == change.gateway)
            for one in commands
        )

    return [
        RouteChange(event.detail.action, told.host, event.at.least, event.at.most, event.detail.gateway)
        for event in told.events
        if isinstance(event.detail, RouteChanged) and event.detail.by_kernel and not by_hand(event.detail, event.at)
    ]


def _of_person(command: RouteCommand, cvms: frozenset[str]) -> bool:
    """Whether a person ordered it: typed on the host, or in a session from what is neither a CVM nor the gateway."""
    if command.actor != "unknown" or command.login is None or not cvms:
        return command.actor == "person"
    return command.login not in cvms | {command.gateway}


def genesis_commands(events: Sequence[Event]) -> list[RouteChange]:
    """Each route command of Genesis, from its line to its result's; one that failed, by that, changed nothing."""
    found: list[RouteChange] = []
    for event in events:
        detail = event.detail
        if isinstance(detail, RouteCommand) and detail.actor == "genesis":
            host = detail.host if detail.host and is_address(detail.host) else None
            gateway = detail.gateway if detail.gateway and is_address(detail.gateway) else None
            found.append(RouteChange(detail.action, host, event.at.least, event.at.most + SECOND, gateway))
        elif isinstance(detail, RouteChanged) and not detail.by_kernel and found and found[-1].action == detail.action:
            if detail.done:
                found[-1] = replace(found[-1], most=event.at.most)
            else:
                found.pop()
    return found
