"""Hosts' logs whose clock was set while they were written: no single offset lets them agree with anything else.

A host's log has few lines, so where its clock was set can't be told, only that it was: its lines go back, or its
kernel's route changes follow one another in another time than Genesis' commands and what the captures show of the same
changes, or a check read the route otherwise than they leave it. Such a log says what was done, and nothing of when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.clocks.intersection import drifting
from analyzer.correlate.clocks.route_changes import RouteChange, Told, genesis_commands, kernel_changes
from analyzer.correlate.observation import Observation
from analyzer.correlate.refine.kernel_routes import CHANGES
from analyzer.correlate.timing import SSH_LAG
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.view import Observations, View
from analyzer.model.correlation import Contradiction
from analyzer.model.event import Detail, Event, Forwarding, HealthyChecks, IcmpRedirect, RouteAction, RouteChanged
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.over_time.intervals import Intervals, intervals

THREADS = SECOND  # lines of several threads are out of order by less than this
SLACK = 50 * MILLISECOND  # how far a log's line is from what it tells


def set_hosts(view: View, observed: Observations, timeline: Timeline) -> tuple[Contradiction, ...]:
    """The clocks of hosts' logs that were set while they were written."""
    lines: dict[str, list[Event]] = {}
    for event in timeline.ha_events:
        if event.at.clock in view.topology.logs:
            lines.setdefault(event.at.clock, []).append(event)
    set_too = {step.source for step in timeline.steps}  # which of two clocks was set is not known
    genesis = [
        event
        for event in timeline.ha_events
        if event.at.clock not in view.topology.logs and event.origin.source not in set_too
    ]
    return tuple(
        Contradiction(name="host-set", clock=clock)
        for clock, mine in sorted(lines.items())
        if _was_set(mine, view.topology.host_of_clock(clock), genesis, view, _by_command(observed, timeline))
    )


def _by_command(observed: Observations, timeline: Timeline) -> list[Observation]:
    """What captures show of hosts whose kernels log every change of the route: no router redirected them."""
    told = timeline.evidence.of(IcmpRedirect)
    redirected = {event.detail.host for event in told if isinstance(event.detail, IcmpRedirect)}
    return [one for one in observed.alone if one.host is None or one.host.address not in redirected]


def _was_set(
    lines: Sequence[Event], host: Member | None, genesis: Sequence[Event], view: View, seen: Sequence[Observation]
) -> bool:
    if _goes_back(lines):
        return True
    if host is None or host.address is None:
        return False
    clock, told = lines[0].at.clock, Told(lines, host.address)
    offset = view.clocks.in_doubt(clock) or view.clocks.offsets[clock].offset
    return (
        _apart(kernel_changes(told), _commands(genesis, host.address, view.clocks), offset)
        or _apart(_by_kernel(lines), _shown(seen, host), offset)
        or _denied(lines, host.address, genesis, view.clocks)
    )


def _goes_back(lines: Iterable[Event]) -> bool:
    """Whether a line is earlier than the one before it in the same file."""
    files: dict[str, list[Event]] = {}
    for event in lines:
        files.setdefault(event.origin.source, []).append(event)
    return any(
        later.at.most < earlier.at.least - THREADS
        for some in files.values()
        for earlier, later in pairwise(sorted(some, key=lambda event: event.origin.number))
    )


def _commands(genesis: Sequence[Event], host: str, clocks: Clocks) -> list[RouteChange]:
    """What Genesis ordered on a host, on the reference clock."""
    by_clock: dict[str, list[Event]] = {}
    for event in genesis:
        by_clock.setdefault(event.at.clock, []).append(event)
    found: list[RouteChange] = []
    for clock, events in by_clock.items():
        offset = clocks.offsets[clock].offset
        found += [
            RouteChange(one.action, host, one.least - offset.most, one.most - offset.least)
            for one in genesis_commands(events)
            if one.host == host
        ]
    return sorted(found, key=lambda change: change.least)


def _by_kernel(lines: Iterable[Event]) -> list[RouteChange]:
    """Every change that the kernel logged, by whomever."""
    return [
        RouteChange(event.detail.action, None, event.at.least, event.at.most)
        for event in lines
        if isinstance(event.detail, RouteChanged) and event.detail.by_kernel
    ]


def _shown(seen: Sequence[Observation], host: Member) -> list[RouteChange]:
    """The route changes of a host that captures show."""
    found = [
        RouteChange(action, None, one.points[name].at.least, one.points[name].at.most)
        for one in seen
        if one.host == host
        for name, action in CHANGES.get(one.kind, ())
        if name in one.points
    ]
    return sorted(found, key=lambda change: change.least)


def _apart(lines: Sequence[RouteChange], others: Sequence[RouteChange], offset: Span) -> bool:
    """Whether the same changes, one for one, are told by both, and no offset fits them all that the clock may have."""
    if [one.action for one in lines] != [one.action for one in others] or not lines:
        return False
    over = lines[-1].most - lines[0].least
    offsets = [
        drifting(Span(one.least - other.most - SLACK, one.most - other.least + SLACK), over)
        for one, other in zip(lines, others, strict=True)
    ]
    fitting = [offset, *offsets]
    return max(span.least for span in fitting) > min(span.most for span in fitting)


def _denied(lines: Sequence[Event], host: str, genesis: Iterable[Event], clocks: Clocks) -> bool:
    """Whether a check read a host's route otherwise than the kernel's changes, as they are placed, leave it."""
    changes = intervals(
        (
            (clocks.place(event.at), event.detail.action)
            for event in lines
            if isinstance(event.detail, RouteChanged) and event.detail.by_kernel
        ),
        lambda change: (change[0].least, change[0].most),
    )
    return any(_there(changes, clocks.place(at)) not in (there, None) for at, there in _read(genesis, host))


def _read(genesis: Iterable[Event], host: str) -> Iterator[tuple[Instant, bool]]:
    """When a check said what it read of a host's route, and whether the route was there."""
    for event in genesis:
        if isinstance(event.detail, HealthyChecks):
            said = [there for line in event.detail.lines if (there := _said(line, host)) is not None]
            yield from ((at, there) for at in (event.at, event.detail.last(event.at)) for there in said)
        elif (there := _said(event.detail, host)) is not None:
            yield event.at, there


def _said(detail: Detail, host: str) -> bool | None:
    """Whether a check says that a host's route is there; None where it says nothing of that."""
    match detail:
        case Forwarding(host=of) if of != host:
            return None
        case Forwarding(state="illegal"):
            return True
        case Forwarding(state="absent"):
            return False
        case Forwarding(state="correct", gateway=gateway, cvm=cvm) if gateway or cvm:
            return gateway is not None
        case _:
            return None


def _there(changes: Intervals[tuple[Instant, RouteAction]], at: Instant) -> bool | None:
    """Whether a route was there when a check that said so at `at` read it; None where that is not certain: near a
    change, where the kernel's log may not have begun yet, or have ended, or before the same change is told again: the
    route came or went between the two by what the kernel does not log, as an ICMP redirect.
    """
    before = changes.place(at.most)
    if not before or before == len(changes.items) or changes.reach[before - 1] + SSH_LAG >= at.least:
        return None
    last, following = changes.items[before - 1][1], changes.items[before][1]
    return last == "add" if following != last else None
