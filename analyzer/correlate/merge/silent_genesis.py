"""A fault that was mended where Genesis' checks go on before and after, and no log has a word of it.

Who did is not known: the repair bounds what Genesis found only where Genesis did it.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SAME_TIME
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import UNBOUNDED, Instant, Span

MENDED: frozenset[EpisodeKind] = frozenset({"cvm-failure", "route-injection", "route-deletion"})
ANY_TIME = Span(-UNBOUNDED, UNBOUNDED)


def with_silence_of_genesis(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each, with why it is not known when Genesis found it where its logs cover that time and do not tell."""
    logs = _reach_of_logs(settled)
    return [
        one.lacking("detected", "genesis-silent")
        if _is_untold(one, settled.checks) or _is_seen_alone(one, logs)
        else one
        for one in observations
    ]


def _reach_of_logs(settled: Settled) -> tuple[Span, ...]:
    """From when until when each log of Genesis may reach: what no clock places may be of any time."""
    logs = [one for one in settled.timeline.evidence.sources if one.kind == "genesis" and one.first and one.last]
    return tuple(_reach(one.first, one.last, settled.clocks) for one in logs if one.first and one.last)


def _reach(first: Instant, last: Instant, clocks: Clocks) -> Span:
    if first.clock != clocks.reference and first.clock not in clocks.offsets:
        return ANY_TIME
    return Span(clocks.place(first).least, clocks.place(last).most)


def _is_seen_alone(observation: Observation, logs: Sequence[Span]) -> bool:
    """Whether only captures show a fault and its repair, and not Genesis' part in it, where a log of that time may."""
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if observation.basis != "wire" or fault is None or repaired is None or not _may_be_of_another(observation):
        return False
    return any(log.least <= repaired.at.most and fault.at.least <= log.most for log in logs)


def _may_be_of_another(observation: Observation) -> bool:
    """Whether nothing shows that Genesis found or ended what was mended."""
    shown = {"detected", "decided", "terminated"} & observation.points.keys()
    return observation.kind in MENDED and not shown


def _is_untold(observation: Observation, checks: HaChecks) -> bool:
    """Whether checks before the fault and after the repair say nothing of it, nor do captures show Genesis' part in it.

    They may be of two CVMs: the one that led before is often the one that failed.
    """
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if fault is None or repaired is None or not _may_be_of_another(observation):
        return False
    before = any(check.first.most < fault.at.least - SAME_TIME for check in checks.checks)
    return before and any(check.first.least > repaired.at.most + SAME_TIME for check in checks.checks)
