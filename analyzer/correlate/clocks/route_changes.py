"""The offset of a host's clock by the route changes that its kernel logged and Genesis ordered, on the same host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec.structs import replace

from analyzer.correlate.clocks.intersection import Estimate, Pairing, agree, pairing
from analyzer.correlate.topology.topology import is_address
from analyzer.model.event import Event, RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.over_time.intervals import Intervals, intervals

ACTIONS: tuple[RouteAction, ...] = ("add", "delete")
NOBODY: Intervals[Event] = Intervals()


class RouteChange(msgspec.Struct, frozen=True):
    """A change of a route on `host` by `gateway` (addresses, or None where one is not known), ns."""

    action: RouteAction
    host: str | None
    least: int
    most: int
    gateway: str | None = None


InTime = Mapping[tuple[RouteAction, str | None], Intervals[int]]
"""The places of changes in their list, by what was done on which host, found by their time."""


class Told(msgspec.Struct, frozen=True, dict=True):
    """What one clock stamped; `host` is the address of the host whose log it is, if it is one's; `cvms` are the
    addresses that logs name as those of CVMs. What follows is read once: thousands of logs may be held against it.
    """

    events: Sequence[Event]
    host: str | None
    cvms: frozenset[str] = frozenset()

    @cached_property
    def changes(self) -> Sequence[RouteChange]:
        """What the kernel logged."""
        return kernel_changes(self)

    @cached_property
    def commands(self) -> Sequence[RouteChange]:
        """What Genesis ordered."""
        return genesis_commands(self.events)

    @cached_property
    def changes_in_time(self) -> InTime:
        """`changes` by their time."""
        return _in_time(self.changes)

    @cached_property
    def commands_in_time(self) -> InTime:
        """`commands` by their time."""
        return _in_time(self.commands)


def by_route_changes(told: Told, reference: Told, within: Span | None) -> Estimate | None:
    """A kernel's line lies between Genesis' command line and its result line; either side can be the reference."""
    if told.changes and reference.commands:
        ours, theirs, in_time = told.changes, reference.commands, reference.commands_in_time
    else:
        ours, theirs, in_time = told.commands, reference.changes, reference.changes_in_time
    pairs: list[Pairing] = []
    for i, one in enumerate(ours):
        for key, others in in_time.items():
            if key[0] == one.action and (one.host is None or key[1] in (None, one.host)):
                near = (other for other in _near(one, others, within) if _one_gateway(one, theirs[other]))
                pairs += _pairings(i, one, theirs, near, within)
    return agree(pairs, max((one.most for one in ours), default=0) - min((one.least for one in ours), default=0))


def _in_time(changes: Sequence[RouteChange]) -> InTime:
    alike: dict[tuple[RouteAction, str | None], list[int]] = {}
    for place in sorted(range(len(changes)), key=lambda each: changes[each].least):
        alike.setdefault((changes[place].action, changes[place].host), []).append(place)
    return {
        key: intervals(places, lambda place: (changes[place].least, changes[place].most))
        for key, places in alike.items()
    }


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
