"""One change of a route is one: where captures and logs take the same change for two kinds, all evidence decides.

Captures can't tell whether a CVM that is heard served, and logs alone not whether one had failed before a person typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from analyzer.correlate.matching import apart, same_host
from analyzer.correlate.observation import Observation, Point, by_somebody, whose
from analyzer.correlate.timing import SAME_TIME, UNPLACED
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import EpisodeKind
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.path import Path
from analyzer.model.told import Doubt

FAILURE_OR_ROUTE = Doubt("failure-or-route")
AFTERWARDS: tuple[InstantName, ...] = ("terminated", "repaired", "reset", "connected", "restored", "recovered")
CVM_UNSEEN = Doubt("public-side-unseen")
RUN_AGAIN = Doubt("run-again")
BY_GENESIS: tuple[InstantName, ...] = ("detected", "decided")


def as_told(wire: Sequence[Observation], logs: Sequence[Observation]) -> tuple[Observation, ...]:
    """What captures show, with each injected route as the failure that logs show the same change to be.

    Captures can't tell whether a CVM that is heard served; what Genesis did about it can.
    """
    found: list[Observation] = []
    in_time = _in_time(logs)
    for seen in _stays(wire, logs, in_time):
        near = _near(seen, logs, in_time)
        if seen.kind == "route-injection" and seen.otherwise and _is_failure(seen, near):
            found += seen.otherwise
        elif seen.kind == "route-injection" and seen.either and not _is_injection(seen, near):
            found += seen.either
        elif _is_recovery(seen, near):
            found += [*_injected_before(seen, near), _returned(seen)]
        elif _was_too_early(seen, near):
            found.append(_too_early(seen))
        elif _was_added(seen, near, wire):
            found = _with_its_end(found, _added(seen), near)
        else:
            found.append(seen)
    return tuple(sorted(found, key=lambda one: one.start))


def _stays(wire: Sequence[Observation], logs: Sequence[Observation], in_time: Intervals[int]) -> Sequence[Observation]:
    """What captures show, with a host's stay on a remote path as the injected route that the logs show its end to be:
    of a failure and a return of which no frame of the CVM tells, only the path is known.
    """
    left: dict[Member | None, Observation] = {}
    kept = list(wire)
    for seen in wire:
        begun = left.pop(seen.host, None)
        if begun is not None and seen.kind == "cvm-recovery" and _was_injected(begun, seen, _near(seen, logs, in_time)):
            kept = [one for one in kept if one not in (begun, seen)] + [_injected(begun, seen)]
        if seen.kind == "cvm-failure" and CVM_UNSEEN in seen.doubts:
            left[seen.host] = seen
    return kept


def _was_injected(failed: Observation, back: Observation, logs: Sequence[Observation]) -> bool:
    """Whether the logs show the deletion of the route as that of an injected one, and none of it as a return."""
    added, deleted = failed.points.get("repaired"), back.points.get("repaired")
    if added is None or deleted is None:
        return False
    mine = [told for told in logs if same_host(back, told) and not told.adrift and "repaired" in told.points]
    ended = [told for told in mine if apart(deleted.at, told.points["repaired"].at) <= SAME_TIME]
    faults = [told.points.get("fault") for told in ended if told.kind == "route-injection"]
    return any(one is not None and apart(added.at, one.at) <= SAME_TIME for one in faults) and not any(
        told.kind == "cvm-recovery" for told in ended
    )


def _injected(failed: Observation, back: Observation) -> Observation:
    """The route as injected, from when it took the host away until it was deleted."""
    route = replace(
        back.at("fault", failed.points["repaired"]),
        kind="route-injection",
        start=failed.start,
        before=failed.before,
        during=back.before,
        gateway=failed.gateway,
        gateway_valid=True,
    )
    return replace(route, cvm=None, claims=(*failed.claims, *back.claims))


def _in_time(some: Sequence[Observation]) -> Intervals[int]:
    """The places of observations, by when their instants are."""
    dated = sorted((place for place, one in enumerate(some) if one.points), key=lambda place: _reach(some[place])[0])
    return intervals(dated, lambda place: _reach(some[place]))


def _reach(one: Observation) -> tuple[int, int]:
    """From when until when the instants of an observation may be, ns."""
    return min(point.at.least for point in one.points.values()), max(point.at.most for point in one.points.values())


def _near(one: Observation, others: Sequence[Observation], in_time: Intervals[int]) -> list[Observation]:
    """Those of `others` that may have an instant of the same change, in their order."""
    if not one.points:
        return []
    first, last = _reach(one)
    return [others[place] for place in sorted(in_time.overlapping(first - UNPLACED, last + UNPLACED))]


def _is_recovery(seen: Observation, logs: Sequence[Observation]) -> bool:
    """Whether the logs show the end of what looks like an injected route as that of a failover, and no such route."""
    if seen.kind != "route-injection" or "repaired" not in seen.points:
        return False
    deleted = seen.points["repaired"]
    mine = [told for told in logs if same_host(seen, told) and not told.adrift and "repaired" in told.points]
    ended = [told.kind for told in mine if apart(deleted.at, told.points["repaired"].at) <= SAME_TIME]
    return "cvm-recovery" in ended and "route-injection" not in ended


def _was_too_early(seen: Observation, logs: Sequence[Observation]) -> bool:
    """Whether what looks like the return of the own CVM is by the logs the deletion of a route that was right still:
    that CVM takes the host as soon as it is alive, and a check found it not initialised.
    """
    deleted = seen.points.get("repaired")
    if seen.kind != "cvm-recovery" or deleted is None:
        return False
    mine = [told for told in logs if told.kind == "route-deletion" and same_host(seen, told) and not told.adrift]
    early = [told.points.get("fault") for told in mine if told.after.kind == "local" and told.confidence == "high"]
    return any(point is not None and apart(deleted.at, point.at) <= SAME_TIME for point in early)


def _too_early(seen: Observation) -> Observation:
    """What looked like the return of the own CVM, as the deletion of the route."""
    deleted = seen.points["repaired"]
    path = replace(seen, kind="route-deletion", during=Path("dead"), start=deleted.at.least)
    return path.without("check", "repaired", "terminated").at("fault", deleted)


def _was_added(seen: Observation, logs: Sequence[Observation], wire: Sequence[Observation]) -> bool:
    """Whether what looks like the return of the own CVM, which was not heard for a while, is by the logs the end of a
    route that was added while it served; captures that show it to have failed before the route came deny that.
    """
    if seen.kind != "cvm-recovery":
        return False
    ended = [told for told in logs if same_host(seen, told) and not told.adrift and _ends_with(seen, told)]
    injected = [told for told in ended if told.kind == "route-injection" and told.confidence == "high"]
    if len(injected) != len(ended) or _moved_meanwhile(seen, wire):
        return False
    failed = [one for one in wire if one.kind == "cvm-failure" and CVM_UNSEEN not in one.doubts]
    mine = [one.points["repaired"] for one in failed if same_host(one, seen) and "repaired" in one.points]
    added = [told.points["fault"] for told in injected if "fault" in told.points]
    return bool(added) and not any(apart(at.at, point.at) <= SAME_TIME for at in mine for point in added)


def _moved_meanwhile(seen: Observation, wire: Sequence[Observation]) -> bool:
    """Whether the host appeared elsewhere, and why is open, before its own CVM was heard again, which was gone then; no
    check has to have met that.
    """
    back = seen.points.get("fault")
    came = [one for one in wire if one.host == seen.host and _is_open(one) and one.start <= seen.start]
    first = came[-1].points.get("restored") if came else None
    return back is not None and first is not None and first.at.most < back.at.least


def _is_open(one: Observation) -> bool:
    """Whether captures show a host to appear elsewhere, and neither its local path nor whether its CVM had failed."""
    appeared = one.kind == "unexplained" and FAILURE_OR_ROUTE in one.doubts
    return appeared and one.before.kind == "unknown" and one.after.kind == "remote"


def _added(seen: Observation) -> Observation:
    """What looked like the return of the own CVM, as the injected route."""
    injected = replace(seen.without("fault", "check"), kind="route-injection", gateway_valid=True, cvm=None)
    return replace(injected, before=Path("local"), during=seen.before)


def _with_its_end(found: Sequence[Observation], ended: Observation, logs: Sequence[Observation]) -> list[Observation]:
    """With the end of an injected route that its own observation lacks, as the own CVM fell silent meanwhile: by the
    logs the route was illegal all the while, so no check missed that one.
    """
    begun = [one for one in found if one.host == ended.host][-1:]
    told = [one for one in logs if one.kind == "route-injection" and same_host(ended, one) and _ends_with(ended, one)]
    same = [one for one in begun if one.absent.get("repaired") == "right-since-failure"]
    same = [one for one in same if any(_at_once(one, injected, "fault") for injected in told)]
    return [
        *(one for one in found if one not in same),
        *(_whole(one, ended) for one in same),
        *([] if same else [ended]),
    ]


def _whole(begun: Observation, ended: Observation) -> Observation:
    """An injected route with its end."""
    points = MappingProxyType({**ended.points, **begun.points})
    absent = MappingProxyType({name: why for name, why in begun.absent.items() if name != "repaired"})
    claims = (*begun.claims, *ended.claims)
    return replace(begun, points=points, absent=absent, claims=claims, after=ended.after, end=ended.end)


def _injected_before(seen: Observation, logs: Sequence[Observation]) -> list[Observation]:
    """The beginning of what looked like an injected route until its end, where it was typed while the own CVM served;
    that failed then, which made the route right, and has returned.
    """
    typed = any(
        same_host(seen, told) and FAILURE_OR_ROUTE in told.doubts and _at_once(seen, told, "fault") for told in logs
    )
    return [replace(seen.without(*AFTERWARDS), after=seen.during)] if typed else []


def _returned(seen: Observation) -> Observation:
    """What looked like an injected route, as the recovery at its end."""
    return replace(seen.without("fault"), kind="cvm-recovery", before=seen.during, gateway_valid=None)


def _is_failure(seen: Observation, logs: Sequence[Observation]) -> bool:
    """Whether the logs show the change to the remote path as the end of a failure, and none as an injected route's."""
    mine = [told for told in logs if same_host(seen, told) and _one_gateway(seen, told)]
    injected = any(told.kind == "route-injection" and _at_once(seen, told, "fault") for told in mine)
    return not injected and any(told.kind == "cvm-failure" and _at_once(seen, told, "repaired") for told in mine)


def _is_injection(seen: Observation, logs: Sequence[Observation]) -> bool:
    """Whether the logs show the route as injected, as it came or as it went, or as typed."""
    repaired = seen.points.get("repaired")
    for told in logs:
        ended = told.points.get("repaired")
        near = UNPLACED if told.adrift else SAME_TIME
        typed = told.kind == "route-injection" or FAILURE_OR_ROUTE in told.doubts
        if same_host(seen, told) and typed and _at_once(seen, told, "fault"):
            return True
        gone = repaired is not None and ended is not None and apart(repaired.at, ended.at) <= near
        if same_host(seen, told) and told.kind == "route-injection" and gone:
            return True
    return False


def _one_gateway(one: Observation, other: Observation) -> bool:
    """Whether two may be of a route by the same gateway."""
    return None in (one.gateway, other.gateway) or one.gateway == other.gateway


def _at_once(seen: Observation, told: Observation, name: InstantName) -> bool:
    """Whether the route that captures show to come may be what a log has at `name`."""
    added, point = seen.points.get("fault"), told.points.get(name)
    if added is None or point is None:
        return False
    return apart(added.at, point.at) <= (UNPLACED if told.adrift else SAME_TIME)


def as_seen(logs: Sequence[Observation], wire: Sequence[Observation]) -> tuple[Observation, ...]:
    """What logs show, with each route that a person changed as the repair of the fault that captures show it to end."""
    in_time = _in_time(wire)
    nearby = [(told, _near(told, wire, in_time)) for told in logs]
    nearby = [(part, near) for told, near in nearby for part in _returned_by_hand(told, near)]
    nearby = [(_failed_since(_mended_once(told, near), near), near) for told, near in nearby]
    return tuple(_ordered(_mended(_given_back(told, near), near), near) for told, near in nearby)


def _mended_once(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A fault of which the command was run again, as one that its first run mended, where captures show that: what
    came after is another fault, of which they show more.
    """
    detected, repaired = told.points.get("detected"), told.points.get("repaired")
    if RUN_AGAIN not in told.doubts or told.adrift or detected is None or repaired is None:
        return told
    mine = [seen for seen in wire if same_host(seen, told) and seen.kind == told.kind]
    for seen in mine:
        mended, restored = seen.points.get("repaired"), seen.points.get("restored")
        if mended is None or restored is None or mended.at.most < detected.at.least - SAME_TIME:
            continue
        if restored.at.most + SAME_TIME < repaired.at.least:
            once = replace(told.without("repaired"), end=min(told.end, restored.at.most))
            left = tuple(doubt for doubt in told.doubts if doubt.name not in ("run-again", "no-result"))
            return replace(once, doubts=left)
    return told


def _returned_by_hand(told: Observation, wire: Sequence[Observation]) -> tuple[Observation, ...]:
    """A deletion by hand that by the captures gave the host back to its own CVM, as that one's return; what Genesis
    found long after service was back is the next failure.
    """
    deleted, found = told.points.get("fault"), told.points.get("detected")
    if told.kind != "route-deletion" or told.adrift or deleted is None or found is None:
        return (told,)
    mine = [seen for seen in wire if seen.kind == "cvm-recovery" and same_host(seen, told)]
    back = [seen for seen in mine if _close(seen, "repaired", deleted, told) and "restored" in seen.points]
    back = [seen for seen in back if seen.points["restored"].at.most + SAME_TIME < found.at.least]
    if not back:
        return (told,)
    by_hand = replace(deleted, how=by_somebody(deleted.how))
    returned = replace(told.without(*told.points), kind="cvm-recovery", during=told.before, after=Path("local"))
    returned = replace(returned, by_hand=True, doubts=(whose(deleted.how),), end=back[0].end).at("repaired", by_hand)
    failed = replace(told.without("fault", "check"), kind="cvm-failure", before=Path("local"), claims=())
    return returned, replace(failed, start=found.at.least)


def _failed_since(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A deletion by hand of a route that Genesis then adds, as the failure that captures show the own CVM to have had
    meanwhile: that served the host when the route was deleted, as after it was forwarded ahead of an orderly stop.
    """
    deleted, repaired = told.points.get("fault"), told.points.get("repaired")
    if told.kind != "route-deletion" or told.adrift or deleted is None or repaired is None:
        return told
    mine = [seen for seen in wire if seen.kind == "cvm-failure" and same_host(seen, told) and seen.confidence != "low"]
    since = [seen for seen in mine if seen.before.kind == "local" and _close(seen, "repaired", repaired, told)]
    if not any("fault" in seen.points and seen.points["fault"].at.least > deleted.at.most for seen in since):
        return told
    return replace(told.without("fault", "check"), kind="cvm-failure", before=Path("local"), start=deleted.at.most)


def _given_back(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that a check found illegal, as the return of the own CVM that captures show to have failed: it served
    again before any check had seen that, and the route by another was right until then.
    """
    fault, repaired = told.points.get("fault"), told.points.get("repaired")
    if told.kind != "route-injection" or told.adrift or repaired is None:
        return told
    mine = [seen for seen in wire if same_host(seen, told)]
    failed = [seen for seen in mine if seen.kind == "cvm-failure" and CVM_UNSEEN not in seen.doubts]
    back = [seen for seen in mine if seen.kind == "cvm-recovery" and _ends_with(seen, told)]
    if not back:
        return told
    if fault is None:  # the log begins with the route, and does not tell what it was for
        gone = told.confidence == "low" and any(seen.start < back[-1].start for seen in failed)
    else:
        gone = any(_close(seen, "repaired", fault, told) for seen in failed) or _moved_meanwhile(back[-1], wire)
    if not gone:
        return told
    remote = back[-1].before
    return replace(
        told.without("fault", "check"), kind="cvm-recovery", gateway_valid=None, before=remote, during=remote
    )


def _ends_with(seen: Observation, told: Observation) -> bool:
    """Whether the route's end, or that of the connections before it, is the same."""
    names: tuple[InstantName, ...] = ("repaired", "terminated")
    ends = ((name, told.points.get(name)) for name in names)
    return any(point is not None and _close(seen, name, point, told) for name, point in ends)


def _ordered(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that was added by hand about when the own CVM failed, as the injection that captures show it to be: that
    failed later, which made the route right.
    """
    typed = told.points.get("fault")
    if typed is None or told.kind != "unexplained" or FAILURE_OR_ROUTE not in told.doubts:
        return told
    alike = [seen for seen in wire if seen.kind == "route-injection" and same_host(seen, told)]
    if not any(_close(seen, "fault", typed, told) for seen in alike):
        return told
    injected = replace(told, kind="route-injection", gateway_valid=True, confidence="high", doubts=())
    return injected.lacking("repaired", "right-since-failure")


def _mended(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that was typed, as the repair that it was: Genesis had no part in it."""
    typed = told.points.get("fault")
    if typed is None or "repaired" in told.points or any(name in told.points for name in BY_GENESIS):
        return told
    mends = _MENDS.get(told.kind) if told.kind != "unexplained" or FAILURE_OR_ROUTE in told.doubts else None
    mine = [seen for seen in wire if same_host(seen, told) and seen.confidence != "low"]
    if mends is None or any(seen.kind == told.kind and _close(seen, "fault", typed, told) for seen in mine):
        return told
    ended = next(
        (s for s in mine if s.kind == mends and _close(s, "repaired", typed, told) and _one_gateway(s, told)), None
    )
    if ended is None:
        return told
    repair = replace(typed, how=by_somebody(typed.how))
    mended = replace(told.without("fault", "check"), kind=mends, by_hand=True, doubts=(whose(typed.how),))
    return replace(mended, before=ended.before, during=ended.during, after=ended.after).at("repaired", repair)


_MENDS: Mapping[EpisodeKind, EpisodeKind] = MappingProxyType(
    {"route-injection": "cvm-failure", "route-deletion": "route-injection", "unexplained": "cvm-failure"}
)
"""What a person may have mended, by what the command would have been otherwise."""


def _close(seen: Observation, name: InstantName, typed: Point, told: Observation) -> bool:
    """Whether what captures have at `name` may be what was typed."""
    point = seen.points.get(name)
    return point is not None and apart(point.at, typed.at) <= (UNPLACED if told.adrift else SAME_TIME)
