"""Logs of checks, and the checks that are found in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Event, Forwarding, HealthyChecks, StargateStates
from analyzer.model.instant import Span
from tests.correlate.builder import REMOTE, Genesis, HostLog

NAME = "log:genesis"


def checks_of(log: Genesis, *, doubt: int = 0) -> HaChecks:
    """The checks, with the log's clock known to ± `doubt` ns."""
    offset = ClockOffset(clock=NAME, reference="capture", offset=Span(-doubt, doubt), basis="assumed")
    return find_checks(log.events, Clocks("capture").at(NAME, offset))


def checks(log: Genesis, *times: int) -> Genesis:
    for ms in times:
        log.all_up(ms)
    return log


def healthy_then(*, checks: int = 2) -> tuple[Genesis, int]:
    """A log with some healthy checks 30 s apart, and when the next one is due (ms)."""
    log = Genesis()
    log.started(0)
    for index in range(checks):
        log.all_up(2_000 + index * 30_000)
    return log, 2_000 + checks * 30_000


def failed(log: Genesis, due: int) -> int:
    """The CVM is found down at the next check, and the route is added 2 s later; gives the check after."""
    log.cvm_down(due + 2_000)
    log.absent(due + 2_000)
    log.repairs(due + 4_000, "add", REMOTE)
    return due + 30_000


def cut_off() -> tuple[Genesis, HostLog]:
    """genesis.out ends with a check that found the path right; the kernel logs a change of the route 10 s later."""
    log, due = healthy_then()
    kernel = HostLog()
    kernel.kernel(due - 20_000, "add", REMOTE)
    return log, kernel


def as_one(events: Sequence[Event], begin: int, end: int) -> list[Event]:
    """Lines of checks by twos, with those of the checks from place `begin` to before `end` as one event."""
    chosen = events[2 * begin : 2 * end]
    firsts = chosen[::2]
    detail = HealthyChecks(
        lines=tuple(one.detail for one in chosen[:2] if isinstance(one.detail, StargateStates | Forwarding)),
        steps=tuple(b.at.least - a.at.least for a, b in pairwise(firsts)),
        apart=tuple(b.origin.number - a.origin.number for a, b in pairwise(firsts)),
    )
    return [*events[: 2 * begin], replace(firsts[0], detail=detail), *events[2 * end :]]
