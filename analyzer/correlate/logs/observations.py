"""What the logs show: the lines of all logs in order, made consistent, and read host by host into observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.logs.lines.attribution import NONE, Kernels, attribute
from analyzer.correlate.logs.lines.entry import Entry, HostDetail
from analyzer.correlate.logs.lines.hosts import host_of
from analyzer.correlate.logs.lines.reconcile import Checked, quiet_hosts, reconciled
from analyzer.correlate.logs.power.cycles import PowerCycle
from analyzer.correlate.logs.power.opened import (
    Off,
    Serves,
    Started,
    Step,
    is_injected,
    off_again,
    off_since,
    powered,
    returned,
    right_since,
    serves,
    steps,
    stopped,
)
from analyzer.correlate.logs.state.by_hand import deleted_or_returned, failed_or_injected
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.forwarding import away_again, silent
from analyzer.correlate.logs.state.host_state import HostState, undetected, was_back
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.logs.state.transitions import apply
from analyzer.correlate.logs.state.unlogged import as_far_as_logged, in_no_order
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.topology import Topology
from analyzer.model.event import Actor, Event, HealthyChecks, RouteCommand, StargateStates
from analyzer.model.instant import Instant
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import Doubt


def read_lines(
    events: Sequence[Event],
    topology: Topology,
    clocks: Clocks,
    unread: Sequence[Instant] = (),
    kernels: Kernels = NONE,
) -> Checked:
    """The lines of HA details on the reference clock, in order: with who changed a route, and each check's finding in
    agreement with what it led to. No host's own CVM plays a part in that. `unread` is when Genesis logged what no rule
    takes, `kernels` which time the logs of the hosts' kernels have.
    """
    everybody = _all_cvms_are_known(events, topology)
    placed = [
        _entry(_with_actor(event, topology, everybody=everybody), topology, clocks)
        for event in events
        if not isinstance(event.detail, HealthyChecks)  # those on both sides say the same
    ]
    after = _after_steps(placed, clocks)
    return reconciled(
        attribute(
            sorted(placed, key=lambda entry: _in_order(entry, after)), [clocks.place(at) for at in unread], kernels
        ),
        topology,
    )


def _in_order(entry: Entry, after: Mapping[str, Sequence[tuple[int, int]]]) -> tuple[int, Origin, bool]:
    """By time and place; of what one line says, the Stargates first: it finds a host's path wrong beside these. What a
    log has after its clock was set is not `after` that by its stamp alone.
    """
    origin = entry.event.origin
    floor = max((at for line, at in after.get(origin.source, ()) if origin.number >= line), default=entry.at.middle)
    return max(entry.at.middle, floor), origin, not isinstance(entry.event.detail, StargateStates)


def _after_steps(placed: Sequence[Entry], clocks: Clocks) -> Mapping[str, Sequence[tuple[int, int]]]:
    """By log, the lines at which its clock was set, and the time (ns) of the last one before each: lines of one file
    keep their order, wherever it may be that their clock stands.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for step in clocks.steps:
        before = [
            entry.at.middle
            for entry in placed
            if entry.event.origin.source == step.source and entry.event.origin.number < step.line
        ]
        if before:
            found.setdefault(step.source, []).append((step.line, max(before)))
    return found


def _entry(event: Event, topology: Topology, clocks: Clocks) -> Entry:
    """A line on the reference clock, with its host: that whose log it is, unless what was typed ran on another."""
    wrote, about = topology.host_of_clock(event.at.clock), host_of(event.detail, topology)
    elsewhere = isinstance(event.detail, RouteCommand) and event.detail.elsewhere and (about is None or about != wrote)
    host = about if elsewhere else wrote or about
    return Entry(clocks.place(event.at), event, host=host, on_host=event.at.clock in topology.logs and not elsewhere)


class _Reading(msgspec.Struct, frozen=True):
    """How far the logs are read: each host's state, by its key, the Stargates as the checks saw them, and the CVMs that
    are off since somebody added a route by hand, by the host's key.
    """

    states: Mapping[str, HostState]
    stargates: Stargates
    off: Mapping[str, PowerCycle | Off] = MappingProxyType({})


def observations_from_logs(
    lines: Checked,
    topology: Topology,
    checks: HaChecks,
    cycles: Sequence[PowerCycle] = (),
    stops: Sequence[Off] = (),
) -> tuple[Observation, ...]:
    """Every fault that `lines` show, and the `cycles` of CVMs' power that nothing else shows, in order of time, on
    their clock: a fold. `stops` of CVMs are in no line of these.
    """
    begin = _Reading({host.key: HostState(host) for host in topology.hosts}, Stargates())
    read = partial(_read, lines, topology, checks)
    end = reduce(read, steps(lines.entries, cycles, checks, stops), begin)
    told = (in_no_order(_all(state, cycles)) for state in end.states.values())
    found = [observation for of_host in told for observation in as_far_as_logged(of_host, end.stargates)]
    return tuple(sorted(found, key=lambda observation: observation.start))


def _read(lines: Checked, topology: Topology, checks: HaChecks, reading: _Reading, step: Step) -> _Reading:
    """With one line more, or the power of a host's CVM."""
    if isinstance(step, int):
        return _read_line(lines, topology, checks, reading, step)
    host = step.host if isinstance(step, PowerCycle | Off) else step.cycle.host
    state = reading.states.get(host.key)
    if state is None:
        return reading
    off = {key: since for key, since in reading.off.items() if key != host.key}
    if is_injected(state) and (isinstance(step, PowerCycle) or (isinstance(step, Off) and step.logged)):
        off[host.key] = step  # one that is heard no more may only hang
    match step:
        case Serves():
            state = serves(state, step.cycle)
        case Started():
            state = powered(state, step.cycle)
        case Off():
            state = off_again(state, step)
        case PowerCycle():
            state = stopped(state, step, Context(topology, checks, lines, 0, reading.stargates))
    return replace(reading, states={**reading.states, host.key: state}, off=off)


def _read_line(lines: Checked, topology: Topology, checks: HaChecks, reading: _Reading, index: int) -> _Reading:
    """With one line more: a check that says nothing of a host found it right, other lines are of one host."""
    entry = lines.entries[index]
    detail = entry.event.detail
    if isinstance(detail, StargateStates):
        stargates = reading.stargates.after(entry, detail, topology.cvms)
        context = Context(topology, checks, lines, index, stargates)
        faulty = ((key, state) for key, state in reading.states.items() if state.open is not None)
        states = {**reading.states, **{key: away_again(state, context) for key, state in faulty}}
        quiet = [states[host.key] for host in quiet_hosts(lines, index, topology)]
        states |= {state.host.key: silent(state, entry, context) for state in quiet}
        return replace(reading, states=states, stargates=stargates)
    host = (entry.host or host_of(detail, topology)) if isinstance(detail, HostDetail) else None
    if host is None or not isinstance(detail, HostDetail):
        return reading
    context = Context(topology, checks, lines, index, reading.stargates)
    state, off = apply(reading.states[host.key], entry, detail, context), reading.off
    if host.key in off and not is_injected(state):  # that route is gone
        if state.open is None and state.path == "local":  # without it, the CVM has failed
            state = off_since(state, off[host.key], entry, context)
        else:
            state = right_since(state, off[host.key])
        off = {key: since for key, since in off.items() if key != host.key}
    return replace(reading, states={**reading.states, host.key: state}, off=off)


def _all(state: HostState, cycles: Sequence[PowerCycle]) -> tuple[Observation, ...]:
    """A host's faults at the end of the logs."""
    if state.open is None:
        return state.done
    came_back = next((returned(state.open, one) for one in cycles if returned(state.open, one) is not state.open), None)
    if came_back is not None:
        return *state.done, came_back
    if state.open.kind == "cvm-recovery" and state.open.points.keys() <= {"fault", "check"}:
        return state.done  # it boots, and no check has found that it serves
    last = _unchecked(state.open)
    return *state.done, replace(last.doubted(Doubt("not-repaired")), after=Path("unknown", note="log-ends"))


def _unchecked(observation: Observation) -> Observation:
    """A fault that is open at the end of the logs; of what was typed no check has whether the path was right then."""
    if undetected(observation, observation.gateway):
        return failed_or_injected(observation)
    return deleted_or_returned(observation) if was_back(observation) else observation


def _all_cvms_are_known(events: Sequence[Event], topology: Topology) -> bool:
    """Whether the inventory or a check lists the cluster's CVMs."""
    named = (event.detail for event in events if isinstance(event.detail, StargateStates))
    return bool(topology.settings.inventory.cvms) or any(one.up or one.initializing or one.down for one in named)


def _with_actor(event: Event, topology: Topology, *, everybody: bool) -> Event:
    """A scripted command's actor by where its login came from: a CVM's, as the route's gateway is one by construction.

    That one is no CVM's is known only when all CVMs (`everybody`) are: the actor stays unknown then.
    """
    detail = event.detail
    if not isinstance(detail, RouteCommand) or detail.actor != "unknown":
        return event
    login = detail.login
    of_cvm = login is not None and (login in topology.cvms or login == detail.gateway)
    if login is None or not (of_cvm or everybody):
        return event
    actor: Actor = "genesis" if of_cvm else "person"
    return replace(event, detail=replace(detail, actor=actor))
