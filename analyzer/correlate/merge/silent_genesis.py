"""A failure that was mended where Genesis' log goes on before and after, and has no word of it: who did is not known.

The repair bounds what Genesis found only where Genesis did it.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SAME_TIME


def with_silence_of_genesis(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each, with why it is not known when Genesis found it where its log covers that time and does not tell."""
    return [
        one.lacking("detected", "genesis-silent") if _is_untold(one, settled.checks) else one for one in observations
    ]


def _is_untold(observation: Observation, checks: HaChecks) -> bool:
    """Whether checks of one log, before the fault and after the repair, say nothing of a failure in between."""
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if observation.kind != "cvm-failure" or fault is None or repaired is None:
        return False
    if {"detected", "decided"} & observation.points.keys():
        return False
    before = {check.origin.source for check in checks.checks if check.first.most < fault.at.least - SAME_TIME}
    return any(
        check.origin.source in before and check.first.least > repaired.at.most + SAME_TIME for check in checks.checks
    )
