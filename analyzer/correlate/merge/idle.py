"""A silence in the captures in which nothing waited, and of which no other evidence tells a fault, is no episode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CHECK_PERIOD
from analyzer.model.instant import Span
from analyzer.model.source import Source

NEAR = 2 * CHECK_PERIOD  # a log of Genesis may have no line for so long where it finds nothing


def without_idle(alone: Iterable[Observation], sources: Sequence[Source], clocks: Clocks) -> list[Observation]:
    """Those that one family of evidence shows `alone`, but for such silences.

    Of the internal switch alone it takes a log of Genesis too: the host may have gone another way, and come back.
    """
    logs = _of_genesis(sources, clocks)
    return [one for one in alone if not _is_idle(one, logs)]


def _is_idle(one: Observation, logs: Sequence[Span]) -> bool:
    if one.quiet == "everywhere":
        return True
    return one.quiet == "inside" and any(log.least - NEAR <= one.start <= log.most + NEAR for log in logs)


def _of_genesis(sources: Sequence[Source], clocks: Clocks) -> list[Span]:
    """When each log of Genesis lasted, ns on the clock of reference; one that nothing places is read as it stands."""
    found = []
    for one in sources:
        if one.kind == "genesis" and one.first is not None and one.last is not None:
            known = clocks.offsets.get(one.clock)
            ahead = known.offset if known is not None else Span(0, 0)
            found.append(Span(one.first.least - ahead.most, one.last.most - ahead.least))
    return found
