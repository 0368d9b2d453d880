"""What is settled when observations are merged: the steps that complete them share it."""

from __future__ import annotations

import msgspec

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.view import View


class Settled(msgspec.Struct, frozen=True):
    """The view and the timeline; `clocks` as they are told, each with all that fits it; and the HA checks by them."""

    view: View
    timeline: Timeline
    clocks: Clocks
    checks: HaChecks
