"""Captures by the logs: what captures take a change for, as the kind that the logs show it to be.

Captures can't tell whether a CVM that is heard served.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from msgspec.structs import replace

from analyzer.correlate.cause_and_effect import apart
from analyzer.correlate.matching import same_host
from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.near import (
    CVM_UNSEEN,
    FAILURE_OR_ROUTE,
    beside,
    beside_by,
    by_time,
    ends_with,
    moved_meanwhile,
    one_gateway,
)
from analyzer.correlate.timing import SAME_TIME
from analyzer.correlate.topology.topology import Member
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals
from analyzer.model.path import Path

AFTERWARDS: tuple[InstantName, ...] = ("terminated", "repaired", "reset", "connected", "restored", "recovered")


def as_told(wire: Sequence[Observation], logs: Sequence[Observation]) -> tuple[Observation, ...]:
    """What captures show, with each injected route as the failure that logs show the same change to be.

    Captures can't tell whether a CVM that is heard served; what Genesis did about it can.
    """
    found: list[Observation] = []
    in_time = by_time(logs)
    for seen in _stays(wire, logs, in_time):
        near = beside(seen, logs, in_time)
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
        if (
            begun is not None
            and seen.kind == "cvm-recovery"
            and _was_injected(begun, seen, beside(seen, logs, in_time))
        ):
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
    ended = [told for told in logs if same_host(seen, told) and not told.adrift and ends_with(seen, told)]
    injected = [told for told in ended if told.kind == "route-injection" and told.confidence == "high"]
    if len(injected) != len(ended) or any(moved_meanwhile(seen, told, wire) for told in injected):
        return False
    failed = [one for one in wire if one.kind == "cvm-failure" and CVM_UNSEEN not in one.doubts]
    mine = [one.points["repaired"] for one in failed if same_host(one, seen) and "repaired" in one.points]
    added = [told.points["fault"] for told in injected if "fault" in told.points]
    return bool(added) and not any(apart(at.at, point.at) <= SAME_TIME for at in mine for point in added)


def _added(seen: Observation) -> Observation:
    """What looked like the return of the own CVM, as the injected route."""
    injected = replace(seen.without("fault", "check"), kind="route-injection", gateway_valid=True, cvm=None)
    return replace(injected, before=Path("local"), during=seen.before)


def _with_its_end(found: Sequence[Observation], ended: Observation, logs: Sequence[Observation]) -> list[Observation]:
    """With the end of an injected route that its own observation lacks, as the own CVM fell silent meanwhile: by the
    logs the route was illegal all the while, so no check missed that one.
    """
    begun = [one for one in found if one.host == ended.host][-1:]
    told = [one for one in logs if one.kind == "route-injection" and same_host(ended, one) and ends_with(ended, one)]
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
    mine = [told for told in logs if same_host(seen, told) and one_gateway(seen, told)]
    return not _is_injection(seen, mine) and any(
        told.kind == "cvm-failure" and _at_once(seen, told, "repaired") for told in mine
    )


def _is_injection(seen: Observation, logs: Sequence[Observation]) -> bool:
    """Whether the logs show the route as injected, as it came or as it went, or as typed."""
    repaired = seen.points.get("repaired")
    for told in logs:
        ended = told.points.get("repaired")
        typed = told.kind == "route-injection" or FAILURE_OR_ROUTE in told.doubts
        if same_host(seen, told) and typed and _at_once(seen, told, "fault"):
            return True
        gone = (
            repaired is not None and ended is not None and apart(repaired.at, ended.at) <= beside_by(told, "repaired")
        )
        if same_host(seen, told) and told.kind == "route-injection" and gone:
            return True
    return False


def _at_once(seen: Observation, told: Observation, name: InstantName) -> bool:
    """Whether the route that captures show to come may be what a log has at `name`."""
    added, point = seen.points.get("fault"), told.points.get(name)
    if added is None or point is None:
        return False
    return apart(added.at, point.at) <= beside_by(told, name)
