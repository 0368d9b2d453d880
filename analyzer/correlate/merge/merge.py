"""What captures and logs show of one fault becomes one observation, with its instants as exact as both allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.correlate import matching
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.absorbed import without_absorbed
from analyzer.correlate.merge.causes import in_order
from analyzer.correlate.merge.episodes import with_recovered
from analyzer.correlate.merge.exchanges import by_server, tightened
from analyzer.correlate.merge.first_check import with_first_check
from analyzer.correlate.merge.kernel_stamps import with_kernel_stamps
from analyzer.correlate.merge.marks import with_marks
from analyzer.correlate.merge.stamps import SEVERAL_FIT, stamped
from analyzer.correlate.merge.unite import unite
from analyzer.correlate.observation import Observation
from analyzer.correlate.view import Observations, View
from analyzer.model.event import Event
from analyzer.model.instant import Span


@dataclass(frozen=True, slots=True)
class Merged:
    """One observation a fault; the clocks as they are told, the HA checks, and the marks that nothing confirms."""

    observations: tuple[Observation, ...]
    clocks: Clocks
    checks: HaChecks
    unconfirmed: tuple[Event, ...]


def merge(observed: Observations, view: View, timeline: Timeline) -> Merged:
    """Every fault once, with all that the evidence shows of it."""
    evidence, clocks = timeline.evidence, view.clocks.with_all_that_fit()
    exact = with_kernel_stamps(_united(observed, view, timeline), evidence.events, view)
    checks = find_checks(timeline.ha_events, clocks)
    checked = [with_first_check(one, checks) for one in exact]
    noted, unconfirmed = with_marks(checked, evidence.events, clocks)
    return Merged(with_recovered(noted, timeline), clocks, checks, tuple(unconfirmed))


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
    everything = [*united, *_of_one_family(seen, alone)]
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
