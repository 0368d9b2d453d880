"""The HA checks of all CVMs: their lines grouped on the clock that stamped them, and placed on the reference clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.model.event import Event, HealthyChecks
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin

SAME_CHECK = 5 * SECOND  # lines of one check are nearer than this

Placing = Callable[[Instant], Instant | None]


@dataclass(frozen=True, slots=True)
class Check:
    """A check's first and last line, the CVM that wrote them, and the first one's place on the reference clock; it
    `follows` without a pause on checks of a long row that are left out.
    """

    first: Instant
    last: Instant
    origin: Origin
    cvm: str
    placed: Instant
    follows: bool = False


def checks_in(events: Iterable[Event], placing: Placing, wrote: Mapping[str, str]) -> tuple[Check, ...]:
    """The checks of which `events` are the lines, in order of time; `wrote` is who wrote each source. Of a long row
    only the ends are there, where no other log has checks that may be between them.
    """
    logs: dict[str, list[Event]] = {}
    for event in events:
        logs.setdefault(event.at.clock, []).append(event)
    found: list[Check] = []
    for lines in logs.values():
        found += _grouped(
            sorted(lines, key=lambda event: (event.at.middle, event.origin)), placing, wrote, alone=len(logs) == 1
        )
    found.sort(key=lambda check: (check.placed.middle, check.origin))
    return tuple(found)


def _grouped(events: Sequence[Event], placing: Placing, wrote: Mapping[str, str], *, alone: bool) -> list[Check]:
    found: list[Check] = []
    for event in events:
        placed = placing(event.at)
        if placed is None:
            continue
        cvm = wrote.get(event.origin.source, event.at.clock)
        if isinstance(event.detail, HealthyChecks):
            found += _healthy(event, event.detail, cvm, placed, alone=alone)
        elif found and event.at.least - found[-1].last.most <= SAME_CHECK:
            found[-1] = Check(found[-1].first, event.at, found[-1].origin, cvm, found[-1].placed)
        else:
            found.append(Check(event.at, event.at, event.origin, cvm, placed))
    return found


def _healthy(event: Event, detail: HealthyChecks, cvm: str, placed: Instant, *, alone: bool) -> Iterator[Check]:
    """The checks that are told as one; their last lines are taken for their first."""
    whole = ((at, origin, ()) for at, origin in detail.checks(event.at, event.origin))
    for at, origin, follows in detail.outer(event.at, event.origin) if alone else whole:
        yield Check(at, at, origin, cvm, placed.later(at.least - event.at.least), bool(follows))
