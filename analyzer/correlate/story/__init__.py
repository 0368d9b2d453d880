"""Each host's story held against itself and against who served the host, by captures: what can't be so is not judged.

Two faults of a host follow one another, a fault comes after what had ended the one before it, and a path that is left
is the one that served. Where that does not hold, one change was told twice, or an instant is of another fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.contradicted import as_denied, without_contradicted
from analyzer.correlate.story.during_failure import without_routes_during
from analyzer.correlate.story.gone_already import without_gone_already
from analyzer.correlate.story.home_meanwhile import without_returns_from_home
from analyzer.correlate.story.one_route import as_deletion, joined, told_once, without_unsure
from analyzer.correlate.story.open_stays import unlogged, with_open_ends
from analyzer.correlate.story.returned import with_returns_after_failures
from analyzer.correlate.story.stalled_before import with_stalls_before
from analyzer.correlate.story.twice import (
    united_by_repair,
    without_covered,
    without_late_halves,
    without_second_leaves,
    without_shifted,
)
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Service

__all__ = ["consistent"]


def consistent(
    observations: Iterable[Observation], served: Sequence[Service], *, understood: bool = True
) -> tuple[Observation, ...]:
    """Each fault once, without instants that the rest of its host's story, or the captures, contradict. `understood`:
    logs have what Genesis does, and no line about HA that no rule knows, so that what they don't tell did not happen.

    A fault whose begin is contradicted keeps what was done about it: how long that took is not known.
    """
    services = {service.host: service for service in served}
    told = [unlogged(as_deletion(one), understood=understood) for one in observations]
    by_host: dict[Member, list[Observation]] = {}
    for one in told:
        if one.host is not None:
            by_host.setdefault(one.host, []).append(one)
    held = {host: _of_host(mine, services) for host, mine in by_host.items()}
    nobody = [one for one in told if one.host is None]
    return (*nobody, *(one for mine in held.values() for one in mine))


def _of_host(mine: Sequence[Observation], services: Mapping[Member, Service]) -> list[Observation]:
    """What is told of a host."""
    first = without_covered(without_shifted(united_by_repair(told_once(joined(without_late_halves(mine))))))
    once = without_returns_from_home(without_second_leaves(without_routes_during(first, services)), services)
    held = without_contradicted(with_returns_after_failures(with_open_ends(without_unsure(once))), services)
    return with_stalls_before(without_gone_already([as_denied(one) for one in held]))
