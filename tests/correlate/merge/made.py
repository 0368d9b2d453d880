"""What is settled when observations are merged, made by hand."""

from __future__ import annotations

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.view import View


def settled(view: View, timeline: Timeline) -> Settled:
    """A view that nothing more is learnt from, without any HA check."""
    return Settled(view, timeline, view.clocks, HaChecks((), None))
