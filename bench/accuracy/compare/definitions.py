"""What the figures mean against which a run is held: written from the contract's text, and from nothing of the program.

A stage lies between two instants. The detection that is judged is fault → detected for a CVM failure, and fault →
repaired for a route that was changed. What is expected of it was published once each; the bound is the check period
(30 s where no log tells it) and 10 s for the processing. Of storage that is away, 36 s are expected of every kind, and
51 s are the bound: between these a host declares All Paths Down.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import InstantName

STAGES: Mapping[str, tuple[InstantName, InstantName]] = {
    "wait": ("fault", "check"),
    "detect": ("check", "detected"),
    "decide": ("detected", "decided"),
    "repair": ("decided", "repaired"),
    "reconnect": ("repaired", "connected"),
    "resume": ("connected", "restored"),
    "recover": ("restored", "recovered"),
    "stall": ("fault", "restored"),
}
DETECTION_ENDS: Mapping[str, InstantName] = {
    "cvm-failure": "detected",
    "route-injection": "repaired",
    "route-deletion": "repaired",
    "cvm-recovery": "repaired",
}
EXPECTED: Mapping[str, int] = {
    "cvm-failure": 23 * SECOND,
    "route-injection": 35 * SECOND,
    "route-deletion": 19 * SECOND,
}
POLLING_PERIOD = 30 * SECOND
ALLOWANCE = 10 * SECOND
OUTAGE_EXPECTED, OUTAGE_BOUND = 36 * SECOND, 51 * SECOND
APD_AFTER = Span(36 * SECOND, 51 * SECOND)


def ends_of(metric: str, kind: str) -> tuple[InstantName, InstantName] | None:
    """The instants between which a duration lies, if it does; of `wait + detect`, the first's and the last's."""
    if metric == "detection":
        end = DETECTION_ENDS.get(kind)
        return None if end is None else ("fault", end)
    parts = metric.split(" + ")
    return (STAGES[parts[0]][0], STAGES[parts[-1]][1]) if set(parts) <= STAGES.keys() else None
