"""From a first view to the one that the evidence leaves: what observations teach, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.chained import by_way_of_another
from analyzer.correlate.refine import own_cvms, ports
from analyzer.correlate.refine.kernel_routes import bounded_by_kernel_routes
from analyzer.correlate.refine.leaders import in_order_of_leaders
from analyzer.correlate.refine.log_clocks import bounded_by_faults
from analyzer.correlate.view import Observations, View, observe, observe_logs_again

Refinement = Callable[[View, Observations, Timeline], View]


def placed_by_others(view: View, observed: Observations, timeline: Timeline) -> View:
    """With clocks that only another log bounds placed by way of that one's."""
    clocks = by_way_of_another(view.clocks, timeline.evidence)
    return view if clocks is view.clocks else replace(view, clocks=clocks)


REFINEMENTS: tuple[Refinement, ...] = (
    ports.by_silence,
    ports.by_cvm,
    bounded_by_kernel_routes,
    placed_by_others,
    in_order_of_leaders,
    own_cvms.shown_by_logs,
    bounded_by_faults,
)


def settle(timeline: Timeline, view: View) -> tuple[View, Observations]:
    """The view that nothing more is learnt from, and what the evidence shows under it.

    Each refinement is applied in order, and the evidence observed again only when one has learnt something. Once a log
    has named a host, all that is learnt may be learnt of it too; that ends, as each time there is one host less.
    """
    view, observed = observe(timeline, view)
    while True:
        for refine in REFINEMENTS:
            view, observed = _refined(refine, timeline, view, observed)
        before = view
        view, observed = _refined(ports.by_log, timeline, view, observed)
        if view is before:
            return view, observed


def _refined(refine: Refinement, timeline: Timeline, view: View, observed: Observations) -> tuple[View, Observations]:
    learnt = refine(view, observed, timeline)
    if learnt is view:
        return view, observed
    if learnt.topology is view.topology:
        return learnt, observe_logs_again(timeline, learnt, observed)
    return observe(timeline, learnt)
