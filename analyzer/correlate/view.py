"""What is held of hosts and clocks, and what the evidence shows to who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from analyzer.correlate.captures.doubts import with_clock_doubts
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.logs.lines.attribution import Kernels
from analyzer.correlate.logs.lines.reconcile import Checked
from analyzer.correlate.logs.observations import observations_from_logs, read_lines
from analyzer.correlate.logs.power.cycles import PowerCycle, power_cycles
from analyzer.correlate.logs.power.opened import Off
from analyzer.correlate.matching import match
from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.captures_by_logs import as_told
from analyzer.correlate.one_change.logs_by_captures import as_seen
from analyzer.correlate.one_change.never_right import never_right
from analyzer.correlate.timing import PRIOR
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.observations import observations_in_captures
from analyzer.correlate.wire.returns import silences
from analyzer.correlate.wire.service import Service, services
from analyzer.model.event import HaUnclassified
from analyzer.model.instant import Span
from analyzer.model.over_time.stretches import Stretch
from analyzer.model.source import LOGS_ROUTES


@dataclass(frozen=True, slots=True)
class View:
    """Who is who, and how far each clock is from the reference."""

    topology: Topology
    clocks: Clocks


@dataclass(frozen=True, slots=True)
class Observations:
    """What the evidence shows under a view: who was `served` how, and each fault by its family of evidence, in time
    order; `pairs` are places of those of one fault. `lines` are the logs' lines in order, made consistent; `alone` is
    what the captures show to who has no log.
    """

    served: tuple[Service, ...]
    alone: tuple[Observation, ...]
    from_captures: tuple[Observation, ...]
    lines: Checked
    from_logs: tuple[Observation, ...]
    pairs: tuple[tuple[int, int], ...]

    def both(self) -> list[tuple[Observation, Observation]]:
        """What captures and logs show of one fault."""
        return [(self.from_captures[i], self.from_logs[j]) for i, j in self.pairs]


def observe(timeline: Timeline, view: View) -> tuple[View, Observations]:
    """What the evidence shows under `view`, which grows on the way: a fault that captures show can show a host's own
    CVM, and what follows it is read with that.
    """
    served, from_captures, taught = _observe_captures(timeline, view.topology)
    view = view if taught is view.topology else replace(view, topology=taught)
    return view, _with_logs(timeline, view, served, from_captures)


def observe_logs_again(timeline: Timeline, view: View, observed: Observations) -> Observations:
    """What the evidence shows under a view with other clocks: of captures, the same as `observed`."""
    return _with_logs(timeline, view, observed.served, observed.alone)


def _with_logs(
    timeline: Timeline, view: View, served: tuple[Service, ...], alone: tuple[Observation, ...]
) -> Observations:
    unread = [event.at for event in timeline.evidence.of(HaUnclassified)]
    lines = read_lines(timeline.ha_events, view.topology, view.clocks, unread, _of_kernels(timeline))
    checks = find_checks(timeline.ha_events, view.clocks)
    cycles = power_cycles(timeline.evidence, view.topology, view.clocks)
    stops = [*_logged(cycles, view.clocks), *_heard_no_more(timeline, view.topology)]
    alone_with_hosts = timeline.traffic is None
    shown = observations_from_logs(lines, view.topology, checks, cycles if alone_with_hosts else (), stops)
    placed = never_right([_placed(one, view.clocks) for one in shown], alone)
    from_captures = as_told(alone, placed)
    from_logs = as_seen(placed, from_captures)
    return Observations(served, alone, from_captures, lines, from_logs, tuple(match(from_captures, from_logs)))


def _of_kernels(timeline: Timeline) -> Kernels:
    """Which time the logs have that hold each route change (formats.md: known of ESXi 8, not confirmed of older)."""
    found: dict[str, list[Stretch]] = {}
    holed = {skip.source for skip in timeline.evidence.skipped if skip.reason.name == "fragment-missing"}
    for source in timeline.evidence.sources:
        if source.name in holed:
            continue
        whole = source.kind == "vmkernel" and f"({LOGS_ROUTES})" in source.format and not source.is_picked_out
        if whole and source.first is not None and source.last is not None and source.first.clock == source.last.clock:
            found.setdefault(source.first.clock, []).append((source.first.least, source.last.most))
    return found


def _logged(cycles: Sequence[PowerCycle], clocks: Clocks) -> Iterator[Off]:
    """The stops of CVMs in their hosts' logs, and whether it is known when that was among other lines than these."""
    for cycle in cycles:
        if cycle.stopped_by:
            known = all(clocks.known(event.at.clock) for event in cycle.stopped_by)
            yield Off(cycle.host, cycle.begin, known=known, logged=True)


def _heard_no_more(timeline: Timeline, topology: Topology) -> Iterator[Off]:
    """The stops of CVMs in captures."""
    if timeline.traffic is not None:
        yield from (Off(host, at) for host, at in silences(timeline.traffic, topology))


def _observe_captures(
    timeline: Timeline, topology: Topology
) -> tuple[tuple[Service, ...], tuple[Observation, ...], Topology]:
    if timeline.traffic is None:
        return (), (), topology
    served = services(timeline.traffic, topology)
    doubt = timeline.half_doubt(timeline.measured)
    shown, taught = observations_in_captures(served, timeline.traffic, topology, timeline.bursts, doubt)
    return served, with_clock_doubts(shown, timeline, topology), taught


def _placed(observation: Observation, clocks: Clocks) -> Observation:
    """With whether anything places the clocks of its logs."""
    doubtful = [clock for clock in clocks_of(observation, clocks) if not clocks.known(clock)]
    askew = any(clocks.offsets[clock].offset.meet(Span(-PRIOR, PRIOR)) is None for clock in doubtful)
    unplaced = frozenset(
        name
        for name, point in observation.points.items()
        if not all(clocks.known(clock) for clock in clocks.stamping(point.origins))
    )
    return structs.replace(observation, adrift=bool(doubtful), askew=askew, unplaced=unplaced)


def clocks_of(observation: Observation, clocks: Clocks) -> set[str]:
    """The clocks of the logs that an observation rests on."""
    return clocks.stamping(origin for point in observation.points.values() for origin in point.origins)
