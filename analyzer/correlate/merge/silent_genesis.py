"""A fault that was mended where Genesis' checks go on before and after, and no log has a word of it.

Who did is not known: the repair bounds what Genesis found only where Genesis did it.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SAME_TIME
from analyzer.model.episode import EpisodeKind

MENDED: frozenset[EpisodeKind] = frozenset({"cvm-failure", "route-injection", "route-deletion"})


def with_silence_of_genesis(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each, with why it is not known when Genesis found it where its logs cover that time and do not tell."""
    return [
        one.lacking("detected", "genesis-silent") if _is_untold(one, settled.checks) else one for one in observations
    ]


def _is_untold(observation: Observation, checks: HaChecks) -> bool:
    """Whether checks before the fault and after the repair say nothing of it, nor do captures show Genesis' part in it.

    They may be of two CVMs: the one that led before is often the one that failed.
    """
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if observation.kind not in MENDED or fault is None or repaired is None:
        return False
    if {"detected", "decided", "terminated"} & observation.points.keys():
        return False
    before = any(check.first.most < fault.at.least - SAME_TIME for check in checks.checks)
    return before and any(check.first.least > repaired.at.most + SAME_TIME for check in checks.checks)
