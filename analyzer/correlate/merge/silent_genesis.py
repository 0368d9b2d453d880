"""A fault that was mended where Genesis' checks go on before and after, and no log has a word of it; or where captures
show its SSH exchanges with the host, and none as the route changed.

Who did is not known: the repair bounds what Genesis found only where Genesis did it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.exchanges import by_server
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CHECK_PERIOD, SAME_TIME
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, UNBOUNDED, Instant, Span
from analyzer.model.over_time.intervals import Intervals

MENDED: frozenset[EpisodeKind] = frozenset({"cvm-failure", "route-injection", "route-deletion"})
NEAR = 2 * SECOND  # an exchange that changes a route is this near, where two captures have one clock but for so much
ANY_TIME = Span(-UNBOUNDED, UNBOUNDED)


def with_silence_of_genesis(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each, with why it is not known when Genesis found it where its logs cover that time and do not tell."""
    logs = _reach_of_logs(settled)
    bursts = by_server(settled.timeline.bursts)
    return [
        one
        if one.absent.get("detected") == "forwarded-ahead"
        else one.lacking("detected", "genesis-silent")
        if _is_untold(one, settled.checks) or _is_seen_alone(one, logs)
        else one.lacking("detected", "no-exchange")
        if _is_not_ordered(one, bursts)
        else one
        for one in observations
    ]


def _is_not_ordered(observation: Observation, bursts: Mapping[str, Intervals[Burst]]) -> bool:
    """Whether captures have SSH exchanges with the host soon after a repair, and none at it, as Genesis' has."""
    repaired, host = observation.points.get("repaired"), observation.host
    mine = bursts.get(host.address or "") if host is not None else None
    if repaired is None or mine is None or not _may_be_of_another(observation):
        return False
    least, most = repaired.at.least - NEAR, repaired.at.most + NEAR
    after = next(mine.overlapping(most, most + 2 * CHECK_PERIOD), None)
    return after is not None and next(mine.overlapping(least, most), None) is None


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
