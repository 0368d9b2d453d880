"""Logs of checks, and the checks that are found in them."""

from __future__ import annotations

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.find_checks import find_checks
from analyzer.correlate.logs.ha_checks import HaChecks
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import Span
from tests.correlate.builder import Genesis

NAME = "log:genesis"


def checks_of(log: Genesis, *, doubt: int = 0) -> HaChecks:
    """The checks, with the log's clock known to ± `doubt` ns."""
    offset = ClockOffset(clock=NAME, reference="capture", offset=Span(-doubt, doubt), basis="assumed")
    return find_checks(log.events, Clocks("capture").at(NAME, offset))


def checks(log: Genesis, *times: int) -> Genesis:
    for ms in times:
        log.all_up(ms)
    return log
