"""A host that Genesis forwarded though its own CVM served it: Genesis did not reach that CVM, and nobody lost it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.captures.doubts import TWO_CLOCKS
from analyzer.correlate.observation import SEVERAL_FIT, UNKNOWN, Observation, Point
from analyzer.correlate.timing import FAILOVER, LONG_REPAIR, ONE_CHECK, PAUSE
from analyzer.correlate.wire.service import Segment, Service
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

LOCAL, MAY_SERVE = Path("local"), Path("unknown", note="may-serve")
OF_CAPTURES: frozenset[InstantName] = frozenset({"connected", "restored"})
LONGEST = SECOND  # between the replies of a CVM that did not stop
AS_LONG = 2 * SECOND  # a silence lasts as long as the host was elsewhere, within this: a repair takes longer
IDLE = Doubt("no-call-outstanding")


def with_still_served(
    observations: Iterable[Observation],
    served: Sequence[Service],
    seen: Sequence[Observation] = (),
    suspected: Collection[frozenset[str]] = (),
) -> tuple[Observation, ...]:
    """Each; a failure of the own CVM that captures of the host, and what is `seen` in them, deny is told as what
    Genesis saw. Where the hosts' captures are `suspected` of another clock, by the hosts' MACs, one of both is wrong.
    """
    services, every = {service.host.macs: service for service in served}, tuple(observations)
    stalls = [one for one in seen if one.kind == "unexplained"]
    nameless = any(service.host.address is None and _inside(service) for service in served)
    known = ((one, services.get(one.host.macs) if one.host is not None else None) for one in every)
    told = (
        (one, _told(one, service, every, stalls) if service else _left_open(one, nameless)) for one, service in known
    )
    return tuple(
        _in_doubt(one) if denied is not one and one.host is not None and one.host.macs in suspected else denied
        for one, denied in told
    )


def _in_doubt(one: Observation) -> Observation:
    """Whether the own CVM served, and since when not, where that hangs on the clock of a capture."""
    return replace(one.without("fault", "check"), during=UNKNOWN).doubted(TWO_CLOCKS)


def _left_open(one: Observation, nameless: bool) -> Observation:
    """What a log at no known time tells of a host that may be one without a name, of which a capture has the inside."""
    return replace(one, during=UNKNOWN) if nameless and _is_down_by_log(one) and one.adrift else one


def _is_down_by_log(one: Observation) -> bool:
    """Whether only a log has that the own CVM was down as its host was forwarded."""
    away = one.before.kind == "local" and one.during.kind == "dead"
    return one.kind == "cvm-failure" and _is_of_logs(one) and away


def _is_of_logs(one: Observation) -> bool:
    """Whether nothing in captures tells of it."""
    fault = one.points.get("fault")
    by_checks = fault is None or fault.how.name == "right-to-wrong"
    return one.basis == "logs" and by_checks and one.points.keys().isdisjoint(OF_CAPTURES)


def _told(
    one: Observation, service: Service, every: Sequence[Observation], stalls: Sequence[Observation]
) -> Observation:
    segment = _served(one, service)
    if segment is not None:
        return _as_served(one, (segment.first.first_origin, segment.last.last_origin))
    left = _left(one, every, stalls)
    if left is not None and _served_until(left, service):
        return _as_served(one, left.points["fault"].origins)
    untied = _is_down_by_log(one) and one.adrift and _are_fewer(service, every, stalls)
    return replace(one, during=MAY_SERVE) if untied or _may_have_served(one, service) else one


def _are_fewer(service: Service, every: Sequence[Observation], stalls: Sequence[Observation]) -> bool:
    """Whether a host's own CVM stalled less often than logs at no known time have it down: one of these was none."""
    down = [one for one in every if one.host == service.host and _is_down_by_log(one) and one.adrift]
    mine = [one for one in stalls if one.host == service.host and one.before.kind == "local" and one.note == "stalled"]
    return bool(_inside(service)) and len(mine) < len(down)


def _may_have_served(one: Observation, service: Service) -> bool:
    """Whether captures of the host deny that its own CVM was down when it was forwarded, as only a log tells: it served
    since Genesis had found it, and what check did is not known; or when that was is not known.
    """
    found, repaired = one.points.get("detected") or one.points.get("decided"), one.points.get("repaired")
    if not _is_down_by_log(one) or found is None:
        return False
    inside = _inside(service)
    if one.adrift:
        return bool(inside) and not _paused(service, inside[0].start, inside[-1].end)
    if found.at.doubt > LONGEST:  # by the earliest that it may be
        return any(segment.start <= found.at.least <= segment.end for segment in inside)
    since, until = found.at.least, max(found.at.most, (repaired or found).at.least)
    around = any(segment.start <= since and until <= segment.end + LONGEST for segment in inside)
    return around and not _is_near(one.points.get("check"), found) and not _paused(service, since, until)


def _inside(service: Service) -> list[Segment]:
    """When the own CVM served."""
    return [segment for segment in service.segments if segment.path.kind == "local"]


def _is_near(check: Point | None, found: Point) -> bool:
    """Whether a check is that which found something."""
    return check is not None and found.at.least - check.at.most <= ONE_CHECK


def _as_served(one: Observation, proof: Sequence[Origin]) -> Observation:
    told = one.claimed(Statement("still-served", of=one.cvm, path=LOCAL), proof)
    return replace(told, during=LOCAL, note="still-served")


def _left(one: Observation, every: Sequence[Observation], stalls: Sequence[Observation]) -> Observation | None:
    """The silence in which no call was outstanding, and as long as the host was elsewhere by a log that alone tells of
    the failure: the host left its own CVM when Genesis moved it, and that served it until then. None where another
    stall, or another failure, may be the one.
    """
    stay = _stay(one, every)
    if stay is None:
        return None
    mine = [stall for stall in stalls if stall.host == one.host and _may_be_then(stall, one)]
    fitting = [stall for stall in mine if _is_silence(stall) and abs(_length(stall) - stay.width) <= AS_LONG]
    if len(fitting) != 1:
        return None
    others = [other for other in every if other is not one and other.host == one.host]
    stays = [other for one in others if _may_be_then(fitting[0], one) and (other := _stay(one, every)) is not None]
    if any(_alike(other, stay) for other in stays):
        return None
    rivals = any(stall is not fitting[0] and _holds(stall, stay) for stall in mine)
    return fitting[0] if not rivals or _in_order(fitting[0], stay, mine, stays) else None


def _in_order(silence: Observation, stay: Span, stalls: Sequence[Observation], others: Sequence[Span]) -> bool:
    """Whether there are as many stalls as stays, each long enough for the one in its place, and this one in its own."""
    stays = sorted([stay, *others], key=lambda one: one.least)
    ordered = sorted(stalls, key=lambda stall: stall.points["fault"].at.least)
    fits = len(stays) == len(ordered) and all(map(_holds, ordered, stays))
    return fits and ordered[stays.index(stay)] is silence


def _stay(one: Observation, every: Sequence[Observation]) -> Span | None:
    """From when until when a host was elsewhere after a failure of which nothing in captures tells, ns."""
    if not _is_by_log_alone(one):
        return None
    repaired = one.points["repaired"].at.middle
    back = [other.points["repaired"].at.middle for other in every if _is_back(other, one)]
    returned = min((at for at in back if at > repaired), default=None)
    return None if returned is None else Span(repaired, returned)


def _alike(other: Span, stay: Span) -> bool:
    """Whether two stays are as long, within what tells them apart, or end with the same return."""
    return other.most == stay.most or abs(other.width - stay.width) <= 2 * AS_LONG


def _may_be_then(stall: Observation, one: Observation) -> bool:
    """Whether a silence may have begun when a host was moved, or before, as far as that is known."""
    fault, repaired = stall.points.get("fault"), one.points.get("repaired")
    if SEVERAL_FIT in one.doubts:
        return True
    if fault is None or repaired is None:
        return False
    return repaired.at.least - FAILOVER <= fault.at.least <= repaired.at.most + AS_LONG


def _holds(stall: Observation, stay: Span) -> bool:
    """Whether a stall is as long as the host was elsewhere, or longer."""
    return "restored" not in stall.points or _length(stall) + AS_LONG >= stay.width


def _served_until(silence: Observation, service: Service) -> bool:
    """Whether replies came without a pause for as long before a silence as Genesis may take to find and repair."""
    until = silence.points["fault"].at.least
    since = until - LONG_REPAIR
    return service.segments[0].start <= since and not _paused(service, since, until - 1)


def _is_by_log_alone(one: Observation) -> bool:
    """Whether it is a failure of the own CVM that was repaired, and nothing in captures tells of it."""
    repaired = one.before.kind == "local" and "repaired" in one.points
    return one.kind == "cvm-failure" and repaired and _is_of_logs(one)


def _is_silence(seen: Observation) -> bool:
    """Whether a host was silent, and its own CVM served it before, and on a new connection after; no call waited."""
    within = IDLE in seen.doubts and {"fault", "connected", "restored"} <= seen.points.keys()
    return within and seen.before.kind == seen.after.kind == "local"


def _is_back(other: Observation, one: Observation) -> bool:
    return other.kind == "cvm-recovery" and other.host == one.host and "repaired" in other.points


def _length(silence: Observation) -> int:
    return silence.points["restored"].at.middle - silence.points["fault"].at.least


def _served(one: Observation, service: Service) -> Segment | None:
    """The replies of the own CVM while a check found it down; None where they paused, or are too few to tell."""
    found, check = one.points.get("detected") or one.points.get("decided"), one.points.get("check")
    if one.kind != "cvm-failure" or one.before.kind != "local" or found is None:
        return None
    near = check if _is_near(check, found) else None
    since = min(found.at.least, near.at.least) if near is not None else found.at.least - LONG_REPAIR
    until, repaired = max(found.at.most, since + PAUSE), one.points.get("repaired")
    if repaired is not None:  # whatever the clocks' doubt, Genesis forwarded it after it had found it
        until = min(until, max(since, repaired.at.most))
    segment = next(
        (segment for segment in _inside(service) if segment.start <= since and until <= segment.end + LONGEST), None
    )
    return None if segment is None or _paused(service, since, until) else segment


def _paused(service: Service, since: int, until: int) -> bool:
    """Whether no reply came for a while between `since` and `until`, ns."""
    if max(segment.end for segment in service.segments) < until:
        return True
    first = bisect_left(service.runs, since, key=lambda run: run.first)
    last = bisect_right(service.runs, until + LONGEST, key=lambda run: run.first)
    around = pairwise(service.runs[max(first - 1, 0) : last + 1])
    return any(later.first - run.last > LONGEST for run, later in around if later.first >= since and run.last <= until)
