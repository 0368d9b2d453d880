"""A fault that was mended where Genesis' checks go on before and after, and no log has a word of it; or where captures
show its SSH exchanges with the host, and none as the route changed.

Who did is not known: the repair bounds what Genesis found only where Genesis did it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.exchanges import by_server
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CHECK_PERIOD, CHECK_SLIP, SAME_TIME
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import HealthyChecks
from analyzer.model.instant import SECOND, UNBOUNDED, Instant, Span
from analyzer.model.over_time.intervals import Intervals

MENDED: frozenset[EpisodeKind] = frozenset({"cvm-failure", "route-injection", "route-deletion"})
NEAR = 2 * SECOND  # an exchange that changes a route is this near, where two captures have one clock but for so much
NOTHING: Mapping[str, int] = MappingProxyType({})
ANY_TIME = Span(-UNBOUNDED, UNBOUNDED)


def with_silence_of_genesis(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each, with why it is not known when Genesis found it where its logs cover that time and do not tell."""
    logs, begins = _reach_of_logs(settled), _begins_of_logs(settled)
    bursts = by_server(settled.timeline.bursts)
    return [
        one
        if one.absent.get("detected") == "forwarded-ahead"
        else one.lacking("detected", "genesis-silent")
        if _is_untold(one, settled.checks, begins) or _is_seen_alone(one, logs)
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
    """From when until when each log of Genesis may have what it did for hosts, by its lines on that, and until the next
    check is due: a CVM that does not lead writes none. What no clock places may be of any time.
    """
    logs = {one.name for one in settled.timeline.evidence.sources if one.kind == "genesis"}
    told: dict[str, list[Instant]] = {}
    for event in settled.timeline.ha_events:
        if event.origin.source in logs:
            last = event.detail.last(event.at) if isinstance(event.detail, HealthyChecks) else event.at
            told.setdefault(event.origin.source, []).extend((event.at, last))
    period = settled.checks.period
    due = max(period.least - CHECK_SLIP, 0) if period is not None else 0
    return tuple(_reach(mine, due, settled.clocks) for mine in told.values())


def _begins_of_logs(settled: Settled) -> dict[str, int]:
    """When each log of Genesis begins at the earliest, ns, as far as something places it."""
    clocks = settled.clocks
    logs = ((one.name, one.first) for one in settled.timeline.evidence.sources if one.kind == "genesis")
    return {
        name: clocks.place(first).least for name, first in logs if first is not None and first.clock in clocks.offsets
    }


def _reach(told: Sequence[Instant], due: int, clocks: Clocks) -> Span:
    if not {at.clock for at in told} <= {clocks.reference, *clocks.offsets}:
        return ANY_TIME
    placed = [clocks.place(at) for at in told]
    return Span(min(at.least for at in placed), max(at.most for at in placed) + due)


def _is_seen_alone(observation: Observation, logs: Sequence[Span]) -> bool:
    """Whether only captures show a fault and its repair, and not Genesis' part in it, where a log that goes on beyond
    the repair may.
    """
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if observation.basis != "wire" or fault is None or repaired is None or not _may_be_of_another(observation):
        return False
    return any(log.least <= repaired.at.most and repaired.at.least <= log.most for log in logs)


def _may_be_of_another(observation: Observation) -> bool:
    """Whether nothing shows that Genesis found or ended what was mended."""
    shown = {"detected", "decided", "terminated"} & observation.points.keys()
    return observation.kind in MENDED and not shown


def _is_untold(observation: Observation, checks: HaChecks, begins: Mapping[str, int] = NOTHING) -> bool:
    """Whether checks before the fault and after the repair say nothing of it, nor do captures show Genesis' part in it.

    They may be of two CVMs: the one that led before is often the one that failed. A log that `begins` (ns) after the
    repair does not have it.
    """
    fault, repaired = observation.points.get("fault"), observation.points.get("repaired")
    if fault is None or repaired is None or not _may_be_of_another(observation):
        return False
    before = any(check.first.most < fault.at.least - SAME_TIME for check in checks.checks)
    return before and any(
        check.first.least > repaired.at.most + SAME_TIME
        and begins.get(check.origin.source, repaired.at.most) <= repaired.at.most
        for check in checks.checks
    )
