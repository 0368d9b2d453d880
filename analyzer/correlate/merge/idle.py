"""A silence in the captures in which nothing waited, and of which no other evidence tells a fault, is no episode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CHECK_PERIOD
from analyzer.model.instant import Span
from analyzer.model.source import Source

NEAR = 2 * CHECK_PERIOD  # a log of Genesis may have no line for so long where it finds nothing


def without_idle(alone: Iterable[Observation], sources: Sequence[Source], clocks: Clocks) -> list[Observation]:
    """Those that one family of evidence shows `alone`, but for such silences.

    Of the internal switch alone it takes a log of Genesis too: the host may have gone another way, and come back. Where
    the capture's clock was set forward, what follows is stamped as much later.
    """
    found = list(alone)
    idle = _idle(found, _of_genesis(sources, clocks))
    return [one for place, one in enumerate(found) if place not in idle]


def _idle(alone: Sequence[Observation], logs: Sequence[Span]) -> set[int]:
    """The places of such silences, of each host in order of time."""
    found: set[int] = set()
    late: Counter[frozenset[str]] = Counter()
    for place, one in sorted(enumerate(alone), key=lambda each: each[1].start):
        host = one.host.macs if one.host is not None else frozenset()
        if _is_idle(one, logs, late[host]):
            found.add(place)
            late[host] += one.end - one.start
    return found


def _is_idle(one: Observation, logs: Sequence[Span], late: int) -> bool:
    if one.quiet == "everywhere":
        return True
    return one.quiet == "inside" and any(log.least - NEAR <= one.start <= log.most + late + NEAR for log in logs)


def _of_genesis(sources: Sequence[Source], clocks: Clocks) -> list[Span]:
    """When each log of Genesis lasted, ns on the clock of reference; one that nothing places is read as it stands."""
    found = []
    for one in sources:
        if one.kind == "genesis" and one.first is not None and one.last is not None:
            known = clocks.offsets.get(one.clock)
            ahead = known.offset if known is not None else Span(0, 0)
            found.append(Span(one.first.least - ahead.most, one.last.most - ahead.least))
    return found
