"""Lines of logs as the room reads them: on one clock, in order, and what they show."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.reconcile import Checked
from analyzer.correlate.logs.lines.routes import route_lines
from analyzer.correlate.logs.observations import observations_from_logs, read_lines
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Detail, Event
from analyzer.model.instant import Instant, Span
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis, HostLog, evidence, ns

MEMBER = Member(HOST, cvm=CVM)
EVERYBODY = Topology(Settings(), {}, hosts=(MEMBER,), cvms={cvm: Member(cvm) for cvm in (CVM, PEER, REMOTE)})


def entry(ms: int, detail: Detail, *, number: int = 1, source: str = "genesis.out", doubt: int = 0) -> Entry:
    """A line at `ms`, known to `doubt` ns, as its clock and the reference clock have it."""
    at = Instant("capture", ns(ms), ns(ms) + doubt)
    return Entry(at, Event(at=at, detail=detail, origin=Origin(source, number)))


def context(*entries: Entry, index: int = 0, stargates: Stargates | None = None) -> Context:
    """What the line `index` of `entries` is read against; no checks are known."""
    lines = Checked(entries, frozenset(), frozenset(), None, routes=route_lines(entries))
    return Context(EVERYBODY, HaChecks((), None), lines, index, stargates or Stargates())


def local(**known: object) -> HostState:
    """A host that is on its local path, and what else is known of it."""
    return replace(HostState(MEMBER, path="local"), **known)


def read(*tellers: Genesis | HostLog) -> tuple[Checked, Topology, Clocks]:
    """The lines of logs whose clocks all are right."""
    told = evidence(*tellers)
    clocks = Clocks("capture")
    for clock in {event.at.clock for event in told.events}:
        right = ClockOffset(clock=clock, reference="capture", offset=Span(0, 0), basis="given")
        clocks = clocks.at(clock, right)
    topology = discover(told, Settings())
    return read_lines(told.events, topology, clocks), topology, clocks


def observed(*tellers: Genesis | HostLog) -> tuple[Observation, ...]:
    """What these logs show."""
    lines, topology, clocks = read(*tellers)
    return observations_from_logs(lines, topology, find_checks(evidence(*tellers).events, clocks))
