"""Events become episodes: who is who, which clock is right, what captures and logs show, merged.

Evidence on one capture clock → a first view of hosts and clocks → what observations teach, until nothing more is learnt
→ one observation a fault → episodes. Nothing here knows an expectation. The rooms, each of which knows those above it:

- `timing`, `intervals`: how long things take, what overlaps a time
- `topology`: who is who
- `clocks`: how far apart clocks are
- `observation`: a fault as one family of evidence shows it
- `wire`, `logs`, `snapshots`: what captures, logs and tables show
- `cause_and_effect`: what a fault that both saw says of a log's clock
- `matching`: which observations are of one fault
- `one_change`: of which kind all evidence has a change
- `captures`: several devices on one clock, which comes first in the flow
- `view`: what is held, and what the evidence shows to who holds it
- `refine`: what observations teach
- `story`: each host's faults held against one another, and against who served it
- `merge`: one observation a fault, and the episodes
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from analyzer.config import Settings
from analyzer.correlate.captures.timeline import Timeline, on_one_capture_clock
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.merge.conclude import conclude
from analyzer.correlate.merge.merge import merge
from analyzer.correlate.refine.set_hosts import set_hosts
from analyzer.correlate.refine.settle import settle
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.view import Observations, View
from analyzer.model.correlation import Correlation
from analyzer.model.evidence import Evidence

__all__ = ["correlate"]


def correlate(evidence: Evidence, settings: Settings) -> Correlation:
    """Find the episodes in the evidence."""
    timeline = on_one_capture_clock(evidence, settings)
    view, observed = _settled(timeline)
    contradictions = set_hosts(view, observed, timeline)
    timed = timeline
    if contradictions:
        timed = timeline.without({one.clock for one in contradictions})
        view, observed = _settled(timed)
        view = replace(view, clocks=reduce(Clocks.contradicted, contradictions, view.clocks))
    return conclude(merge(observed, view, timed), observed, timeline.evidence)


def _settled(timeline: Timeline) -> tuple[View, Observations]:
    """What is held, and what the evidence shows to who holds it, once nothing more is learnt."""
    topology = timeline.topology or discover(timeline.evidence, timeline.settings)
    clocks = align(timeline.evidence, timeline.settings, topology.addresses_of_logs(), timeline.steps)
    return settle(timeline, View(topology, clocks))
