"""One route of a host that was told twice, or as another fault: nothing else shows that it came or went in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from analyzer.correlate.cause_and_effect import apart
from analyzer.correlate.observation import UNKNOWN, Observation
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.correlate.story.in_time import by_instants, near
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK, PAUSE
from analyzer.model.measurement import InstantName
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

LOCAL_UNSEEN = Doubt("local-path-unseen")
ENDS: tuple[InstantName, ...] = ("fault", "repaired")  # of a route
SERVED: tuple[InstantName, ...] = ("restored",)


def as_deletion(one: Observation) -> Observation:
    """A failure of a remote CVM to which Genesis moved the host again, and that did not fall silent: what was gone is
    the route to it.
    """
    back = one.kind == "cvm-failure" and one.before.kind == one.after.kind == "remote"
    fault = one.points.get("fault")
    if not back or one.before.via is None or one.before.via != one.after.via or fault is None:
        return one
    if one.gateway not in (None, one.before.via):  # it was given another CVM
        return one
    ordered = {"decided", "repaired"} <= one.points.keys()
    if not ordered or fault.how.name != "last-reply-to-unanswered":
        return one
    return replace(one, kind="route-deletion", cvm=None, gateway=one.before.via)


def without_unsure(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, without a cause a failure on a local path that nobody saw, whose repair is the very route that
    another fault has as typed: the CVM may have served all the while, and that route was injected.
    """
    typed: dict[Origin, set[int]] = {}
    for place, one in enumerate(mine):
        for claim in one.claims:
            if claim.statement.name == "typed-by-hand" and claim.statement.action == "add":
                for origin in claim.origins:
                    typed.setdefault(origin, set()).add(place)
    return [_sure(place, one, typed) for place, one in enumerate(mine)]


def _sure(place: int, one: Observation, typed: Mapping[Origin, AbstractSet[int]]) -> Observation:
    """`typed`: the places of those that have each line as typed."""
    repaired = one.points.get("repaired")
    if one.kind != "cvm-failure" or LOCAL_UNSEEN not in one.doubts or repaired is None or "decided" in one.points:
        return one
    if all(typed.get(origin, set()) <= {place} for origin in repaired.origins):
        return one
    return replace(one, kind="unexplained", before=UNKNOWN, confidence="low").doubted(FAILURE_OR_ROUTE)


def told_once(observations: Sequence[Observation]) -> list[Observation]:
    """Without those that are another one again: the same route, and neither was over when the other began; the same
    return to the own CVM; or no more than the end of the route that another has.
    """
    in_time, kept = by_instants(observations, ENDS), set[int]()
    for place in sorted(range(len(observations)), key=lambda place: _richness(observations[place]), reverse=True):
        one = observations[place]
        others = (observations[other] for other in near(one, in_time, ENDS) if other in kept)
        if not any(same(one, other) for other in others for same in (_is_same, _is_one_return, _is_end_of)):
            kept.add(place)
    return [one for place, one in enumerate(observations) if place in kept]


def _richness(one: Observation) -> int:
    """How much is known of it: of a change that is told twice, the one that more is known of stays."""
    return len(one.points)


def _is_same(one: Observation, other: Observation) -> bool:
    """Whether two are of one injected route, which is not there twice at a time."""
    alike = one.kind == other.kind == "route-injection"
    if not alike or one.gateway is None or one.gateway != other.gateway:
        return False
    return _lasts_beyond(one, other) and _lasts_beyond(other, one)


def _is_one_return(one: Observation, other: Observation) -> bool:
    """Whether two are of one return to the own CVM: the route that was deleted is the same, to some seconds, in which
    no host is moved away and back again.
    """
    end, again = one.points.get("repaired"), other.points.get("repaired")
    if not one.kind == other.kind == "cvm-recovery" or end is None or again is None:
        return False
    closed, twice = one.points.get("terminated"), other.points.get("terminated")
    if closed is not None and twice is not None and apart(closed.at, twice.at) > 0:
        return False
    return max(end.at.doubt, again.at.doubt) <= ONE_CHECK and apart(end.at, again.at) <= 0


def _is_end_of(one: Observation, route: Observation) -> bool:
    """Whether all that is known of one is how an injected route went, and that is how another by its gateway did."""
    alike = one.kind == route.kind == "route-injection" and "fault" not in one.points and "fault" in route.points
    end, again = one.points.get("repaired"), route.points.get("repaired")
    if not alike or one.gateway is None or one.gateway != route.gateway or end is None or again is None:
        return False
    return end.at.meet(again.at) is not None and max(end.at.doubt, again.at.doubt) < CHECK_PERIOD


def _lasts_beyond(one: Observation, other: Observation) -> bool:
    """Whether one was surely not over when the other began."""
    repaired, fault = one.points.get("repaired"), other.points.get("fault")
    return repaired is not None and fault is not None and fault.at.most < repaired.at.least


def joined(mine: Sequence[Observation]) -> list[Observation]:
    """With a route that replies seemed to end, and that Genesis found all the same, as one."""
    ordered = sorted(mine, key=lambda one: one.start)
    restored = by_instants(ordered, SERVED)
    kept: list[Observation] = []
    where: dict[int, int] = {}  # in `kept`, of what ends with each
    for place, one in enumerate(ordered):
        fault = one.points.get("fault")
        near_it = restored.overlapping(fault.at.least - PAUSE, fault.at.least) if fault is not None else ()
        before = sorted((where[other], other) for other in near_it if other in where)
        at, last = next(((at, last) for at, last in before if _goes_on(kept[at], one)), (len(kept), place))
        if at == len(kept):
            kept.append(one)
        else:
            first = kept[at]
            whole = replace(one, start=first.start, before=first.before, claims=(*first.claims, *one.claims))
            kept[at] = whole.at("fault", first.points["fault"])
            del where[last]
        where[place] = at
    return kept


def _goes_on(first: Observation, second: Observation) -> bool:
    """Whether an injected route was there before and after some replies to calls that were older than it: nobody took
    it back, and nobody added it again.
    """
    alike = first.kind == second.kind == "route-injection"
    if not alike or first.gateway is None or first.gateway != second.gateway:
        return False
    repaired, restored, fault = first.points.get("repaired"), first.points.get("restored"), second.points.get("fault")
    if repaired is None or restored is None or fault is None or "fault" not in first.points:
        return False
    by_replies = repaired.how.name == "old-path-to-new" and fault.how.name == "last-reply-to-unanswered"
    return by_replies and 0 <= fault.at.least - restored.at.most <= PAUSE
