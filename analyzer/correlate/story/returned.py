"""A CVM serves again after it failed: a return is no earlier than the failure that it ends."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.model.instant import Instant
from analyzer.model.over_time.latest import LatestBefore


def with_returns_after_failures(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, its CVM's returns bounded by the last failure that was repaired before each."""
    failures: dict[str, list[tuple[int, int]]] = {}
    for one in mine:
        if one.kind == "cvm-failure" and {"fault", "repaired"} <= one.points.keys():
            repaired, fault = one.points["repaired"].at.most, one.points["fault"].at.least
            failures.setdefault(one.clock, []).append((repaired, fault))
    last = {clock: LatestBefore(pairs) for clock, pairs in failures.items()}
    return [_after(one, last.get(one.clock)) for one in mine]


def _after(one: Observation, failures: LatestBefore[int] | None) -> Observation:
    if failures is None or one.kind != "cvm-recovery" or not {"fault", "repaired"} <= one.points.keys():
        return one
    fault, least = one.points["fault"], failures.upto(one.points["repaired"].at.least)
    if least is None or not fault.at.least < least <= fault.at.most:
        return one
    later = replace(fault, at=Instant(fault.at.clock, least, fault.at.most))
    return replace(one, start=max(one.start, least)).at("fault", later)
