"""A CVM serves again after it failed: a return is no earlier than the failure that it ends."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.model.instant import Instant


def with_returns_after_failures(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, its CVM's returns bounded by the last failure that was repaired before each."""
    failures = [one for one in mine if one.kind == "cvm-failure" and {"fault", "repaired"} <= one.points.keys()]
    return [_after(one, failures) for one in mine]


def _after(one: Observation, failures: Sequence[Observation]) -> Observation:
    if one.kind != "cvm-recovery" or not {"fault", "repaired"} <= one.points.keys():
        return one
    fault, until = one.points["fault"], one.points["repaired"].at
    before = [
        failure.points["fault"].at.least
        for failure in failures
        if failure.clock == one.clock and failure.points["repaired"].at.most <= until.least
    ]
    least = max(before, default=fault.at.least)
    if not fault.at.least < least <= fault.at.most:
        return one
    later = replace(fault, at=Instant(fault.at.clock, least, fault.at.most))
    return replace(one, start=max(one.start, least)).at("fault", later)
