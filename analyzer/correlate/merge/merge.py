"""What captures and logs show of one fault becomes one observation, with its instants as exact as both allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from analyzer.correlate import matching
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.logs.lost import with_losses
from analyzer.correlate.logs.open_sessions import with_open_sessions
from analyzer.correlate.logs.power.proof import with_power
from analyzer.correlate.logs.sessions import with_sessions
from analyzer.correlate.logs.storage_lines import with_storage_lines
from analyzer.correlate.merge.absorbed import without_absorbed
from analyzer.correlate.merge.causes import in_order
from analyzer.correlate.merge.episodes import with_recovered
from analyzer.correlate.merge.exchanges import by_server, tightened
from analyzer.correlate.merge.first_check import with_first_checks
from analyzer.correlate.merge.idle import without_idle
from analyzer.correlate.merge.kernel_stamps import with_kernel_stamps
from analyzer.correlate.merge.marks import unconfirmed, with_marks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.merge.silent_genesis import with_silence_of_genesis
from analyzer.correlate.merge.stamps import stamped
from analyzer.correlate.merge.unite import unite
from analyzer.correlate.observation import SEVERAL_FIT, Observation
from analyzer.correlate.one_change.injected_first import Shown, with_injected_first
from analyzer.correlate.snapshots import with_tables
from analyzer.correlate.story.log_order import with_log_order
from analyzer.correlate.view import Observations, View
from analyzer.model.event import Event
from analyzer.model.instant import Span


class Merged(msgspec.Struct, frozen=True):
    """One observation a fault, what was settled, and the marks that nothing confirms."""

    observations: tuple[Observation, ...]
    settled: Settled
    unconfirmed: tuple[Event, ...]


def _with_storage_lines(observations: Sequence[Observation], settled: Settled) -> Sequence[Observation]:
    return with_storage_lines(observations, settled.timeline.evidence, settled.view.topology, settled.clocks)


def _with_losses(observations: Sequence[Observation], settled: Settled) -> Sequence[Observation]:
    return with_losses(observations, settled.timeline.evidence, settled.view.topology, settled.clocks)


def _with_power(observations: Sequence[Observation], settled: Settled) -> Sequence[Observation]:
    return with_power(observations, settled.timeline.evidence, settled.view.topology, settled.clocks)


def _with_injected_first(observations: Sequence[Observation], settled: Settled) -> Sequence[Observation]:
    timeline = settled.timeline
    return with_injected_first(
        observations, Shown(timeline.evidence, settled.view.topology, settled.clocks, timeline.traffic)
    )


def _with_tables(observations: Sequence[Observation], settled: Settled) -> Sequence[Observation]:
    evidence, topology = settled.timeline.evidence, settled.view.topology
    return with_tables(observations, evidence, topology, settled.clocks)


def _with_sessions(observations: Sequence[Observation], settled: Settled) -> Sequence[Observation]:
    cvms = frozenset(settled.view.topology.cvms)
    told = with_sessions(observations, settled.timeline.evidence, cvms, settled.clocks)
    return with_open_sessions(told, settled.timeline.evidence)


def _with_log_order(observations: Sequence[Observation], _: Settled) -> Sequence[Observation]:
    return with_log_order(observations)


Step = Callable[[Sequence[Observation], Settled], Sequence[Observation]]

STEPS: tuple[Step, ...] = (
    with_kernel_stamps,
    with_first_checks,
    with_silence_of_genesis,
    _with_power,
    _with_injected_first,
    _with_storage_lines,
    _with_tables,
    _with_sessions,
    with_marks,
    _with_losses,
    _with_log_order,
    with_recovered,
)
"""What makes the instants of united observations exact, and adds those that only all evidence shows; in order."""


def merge(observed: Observations, view: View, timeline: Timeline) -> Merged:
    """Every fault once, with all that the evidence shows of it."""
    clocks = view.clocks.with_all_that_fit()
    settled = Settled(view, timeline, clocks, find_checks(timeline.ha_events, clocks))
    observations: Sequence[Observation] = _united(observed, view, timeline)
    for step in STEPS:
        observations = step(observations, settled)
    return Merged(tuple(observations), settled, unconfirmed(observations, settled))


def _united(observed: Observations, view: View, timeline: Timeline) -> list[Observation]:
    """Those of both families as one, and those of one family alone, but for what is part of another."""
    traffic = timeline.traffic
    covered = Span(traffic.first, traffic.last) if traffic is not None else Span(0, 0)
    bursts = by_server(timeline.bursts)
    told = [stamped(one, view.clocks) for one in observed.from_logs]
    united = []
    for i, j in observed.pairs:
        exact = told[j] if SEVERAL_FIT in told[j].doubts else tightened(told[j], bursts, covered)
        united.append(unite(observed.from_captures[i], exact))
    paired = {i for i, _ in observed.pairs}, {j for _, j in observed.pairs}
    seen = [one for place, one in enumerate(observed.from_captures) if place not in paired[0]]
    alone = [one for place, one in enumerate(told) if place not in paired[1]]
    everything = [*united, *without_idle(_of_one_family(seen, alone), timeline.evidence.sources, view.clocks)]
    return [in_order(one) for one in without_absorbed(everything)]


def _of_one_family(seen: Sequence[Observation], told: list[Observation]) -> list[Observation]:
    """What only captures, or only logs, show; what captures show of a host without a name may be said by the logs."""
    rest = []
    for one in seen:
        doubted = matching.of_several(one, told)
        if doubted is None:
            rest.append(one)
        else:
            told = doubted
    return [*rest, *told]
