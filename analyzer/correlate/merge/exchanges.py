"""What the SSH exchange that a log line is about says of an instant: the captures show it, the log only stamps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import SSH_LAG, SSH_SLACK
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.over_time.intervals import Intervals, intervals

CHECK_AND_COMMAND = 2  # SSH exchanges: the check reads the routes, then the command changes them
WHOLE_SECOND = SECOND // 2


def by_server(bursts: Sequence[Burst]) -> Mapping[str, Intervals[Burst]]:
    """The exchanges of each host, by its address."""
    found: dict[str, list[Burst]] = {}
    for burst in bursts:
        found.setdefault(burst.server, []).append(burst)
    return {server: intervals(mine, lambda burst: (burst.first, burst.last)) for server, mine in found.items()}


def tightened(observation: Observation, bursts: Mapping[str, Intervals[Burst]], covered: Span) -> Observation:
    """With the instants bounded by SSH exchanges: a check's line follows one, a route changes during one.

    The captures show the exchange only where they cover (ns) all of the time in which it may have been.
    """
    mine = bursts.get(observation.host.address or "") if observation.host is not None else None
    if mine is None:
        return observation
    detected, repaired = observation.points.get("detected"), observation.points.get("repaired")
    near = mine.overlapping(detected.at.least - SSH_LAG, detected.at.most) if detected else ()
    read = [b for b in near if detected and b.last <= detected.at.most]
    ran = list(mine.overlapping(repaired.at.least, repaired.at.most)) if repaired else []
    if detected is not None and _covers(covered, detected) and read != ran:  # the only one ran the command
        observation = observation.at("detected", _read(detected, read))
    ordered = not observation.by_hand  # what a person typed ran in no exchange of Genesis
    if repaired is not None and ordered and _covers(covered, repaired) and repaired.at.doubt > 0:
        if len(ran) == CHECK_AND_COMMAND and read == ran[:1]:  # with more, the second may be the next check's
            ran = ran[1:]
        observation = observation.at("repaired", _ran(repaired, ran))
    return observation


def _covers(covered: Span, point: Point) -> bool:
    return covered.least <= point.at.least - SSH_LAG and point.at.most + SSH_LAG <= covered.most


def _read(detected: Point, read: Sequence[Burst]) -> Point:
    """The line of a check, after the one exchange that read the routes; a finer stamp says more than the exchange."""
    if detected.at.doubt <= WHOLE_SECOND or len(read) != 1:
        return detected
    least = read[0].last if read[0].clean else read[0].first
    if least <= detected.at.least:
        return detected
    at = Instant(detected.at.clock, least, detected.at.most)
    return replace(detected, at=at, origins=(*detected.origins, read[0].origin))


def _ran(repaired: Point, ran: Sequence[Burst]) -> Point:
    """The route's change, during the one exchange that ran the command."""
    if len(ran) != 1:
        return repaired
    met = repaired.at.meet(Instant(repaired.at.clock, ran[0].first, ran[0].last + SSH_SLACK))
    if met is None:
        return repaired
    return replace(repaired, at=met, origins=(*repaired.origins, ran[0].origin), how=How("ssh-exchange"))
