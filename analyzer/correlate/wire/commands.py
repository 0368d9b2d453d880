"""Commands that a CVM ran on a host by SSH, beside what each check reads there: one may have changed the host's route.

A check reads a host's routes once a period. What comes sooner after it is something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median_high

import msgspec

from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK, SAME_CHECK, SSH_SLACK, TAKEN_AS_ONE
from analyzer.correlate.topology.topology import Topology
from analyzer.model.instant import Instant
from analyzer.model.over_time.intervals import Intervals, intervals

SOONER = 80  # per cent of the usual time between two exchanges
NONE: Intervals[Burst] = Intervals()


class Commands(msgspec.Struct, frozen=True):
    """The exchanges of CVMs with each host, by its address: `every` one, and those `beside` a check's reading. `apart`:
    how far the captures' clocks may be from each other, ns.
    """

    every: Mapping[str, Intervals[Burst]]
    beside: Mapping[str, Intervals[Burst]]
    apart: int = TAKEN_AS_ONE


def commands_on(bursts: Sequence[Burst], topology: Topology, doubt: int = 0) -> Commands:
    """The exchanges of CVMs with hosts; `bursts` in order of time, `doubt` that of the captures' clocks, ns."""
    by_server: dict[str, list[Burst]] = {}
    for burst in bursts:
        if _is_cvm(burst.client, topology):
            by_server.setdefault(burst.server, []).append(burst)
    return Commands(
        {server: _in_time(mine) for server, mine in by_server.items()},
        {server: _in_time(_beside_checks(mine)) for server, mine in by_server.items()},
        TAKEN_AS_ONE + doubt,
    )


def ran_at(commands: Commands, address: str | None, at: Instant) -> Burst | None:
    """The command that was running on a host at an instant, as far as that is known."""
    mine = commands.beside.get(address or "", NONE)
    return next(mine.overlapping(at.least - SSH_SLACK, at.most), None)


def none_ran(commands: Commands, address: str | None, at: Instant) -> bool:
    """Whether no CVM ran a command on a host at an instant: the one that reads its routes did so in the check before
    and in the one after, and not then.
    """
    mine = commands.every.get(address or "", NONE)
    first, last = at.least - commands.apart, at.most + commands.apart
    if mine.any_overlapping(first, last):
        return False
    before = {burst.client for burst in mine.overlapping(first - CHECK_PERIOD - SAME_CHECK, first)}
    return any(burst.client in before for burst in mine.overlapping(last, last + CHECK_PERIOD + SAME_CHECK))


def _in_time(bursts: Iterable[Burst]) -> Intervals[Burst]:
    return intervals(bursts, lambda burst: (burst.first, burst.last))


def _beside_checks(mine: Sequence[Burst]) -> Iterator[Burst]:
    steps = [later.first - burst.first for burst, later in pairwise(mine)]
    usual = median_high([step for step in steps if step > ONE_CHECK] or steps or [0])
    for step, burst in zip(steps, mine[1:], strict=True):
        if step * 100 < usual * SOONER or len(steps) == 1:
            yield burst


def _is_cvm(address: str, topology: Topology) -> bool:
    owners = (mac for mac, addresses in topology.owners.items() if address in addresses)
    return address in topology.cvms or any(topology.like_a_cvm(mac) for mac in owners)
