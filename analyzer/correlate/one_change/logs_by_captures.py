"""Logs by the captures: what logs take a change for, as the kind that captures show it to be.

Logs alone can't tell whether a CVM had failed before a person typed, nor that one was gone between two checks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from analyzer.correlate.matching import same_host
from analyzer.correlate.observation import LOG_BEGINS_LATE, RETURN_UNLOGGED, UNKNOWN, Observation, by_somebody, whose
from analyzer.correlate.one_change.near import (
    CVM_UNSEEN,
    FAILURE_OR_ROUTE,
    OLD_UNSEEN,
    beside,
    by_time,
    came_alone,
    close,
    ends_with,
    moved_meanwhile,
    one_gateway,
)
from analyzer.correlate.timing import HEARTBEAT, PROBE, SAME_TIME
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND
from analyzer.model.measurement import InstantName, UnseenReason
from analyzer.model.path import Path
from analyzer.model.told import Doubt

RUN_AGAIN = Doubt("run-again")
IN_VAIN = Doubt("unanswered-inside")
BY_GENESIS: tuple[InstantName, ...] = ("detected", "decided")
RIGHT: UnseenReason = "right-since-failure"


def as_seen(logs: Sequence[Observation], wire: Sequence[Observation]) -> tuple[Observation, ...]:
    """What logs show, with each route that a person changed as the repair of the fault that captures show it to end."""
    in_time = by_time(wire)
    nearby = [(told, _not_told(told, beside(told, wire, in_time), logs)) for told in logs]
    nearby = [(part, near) for told, near in nearby for part in _returned_by_hand(told, near)]
    nearby = [(_back_or_not(_failed_since(_mended_once(told, near), near), near), near) for told, near in nearby]
    nearby = [(_ordered(_mended(_given_back(_as_ended(told, near), near), near), near), near) for told, near in nearby]
    return tuple(_or_hung(_or_stopped(told, near), near) for told, near in nearby)


def _not_told(told: Observation, wire: Sequence[Observation], logs: Sequence[Observation]) -> list[Observation]:
    """Of what captures show, what a log that nothing places may tell of: not the fault of which a log that is placed
    has the very repair.
    """
    if not told.adrift:
        return list(wire)
    placed = [one for one in logs if not one.adrift and "repaired" in one.points and same_host(told, one)]
    return [
        seen
        for seen in wire
        if not any(
            seen.kind == one.kind and same_host(seen, one) and close(seen, "repaired", one.points["repaired"], one)
            for one in placed
        )
    ]


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
    back = [seen for seen in mine if close(seen, "repaired", deleted, told) and "restored" in seen.points]
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
    meanwhile: that served the host when the route was deleted, as after it was forwarded ahead of an orderly stop; or
    of one that was not there, as the log has none before.
    """
    deleted, repaired = told.points.get("fault"), told.points.get("repaired")
    if told.kind != "route-deletion" or told.adrift or deleted is None or repaired is None:
        return told
    mine = [seen for seen in wire if seen.kind == "cvm-failure" and same_host(seen, told) and seen.confidence != "low"]
    since = [seen for seen in mine if seen.before.kind == "local" and close(seen, "repaired", repaired, told)]
    faults = [seen.points["fault"].at for seen in since if "fault" in seen.points]
    in_vain = told.before.via is None and any(deleted.at.least < at.most for at in faults)
    if not in_vain and not any(at.least > deleted.at.most for at in faults):
        return told
    return replace(told.without("fault", "check"), kind="cvm-failure", before=Path("local"), start=deleted.at.most)


def _back_or_not(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A person's deletion of a route of which no check tells whether the own CVM was back, as its return where captures
    show that, or that the host was served at once.
    """
    deleted = told.points.get("fault")
    if told.kind != "unexplained" or RETURN_UNLOGGED not in told.doubts or told.adrift or deleted is None:
        return _not_back(told, wire)
    mine = [seen for seen in wire if same_host(seen, told)]
    shown = any(seen.kind == "cvm-recovery" and close(seen, "repaired", deleted, told) for seen in mine)
    home = [seen for seen in mine if _goes_home(seen) and close(seen, "fault", deleted, told)]
    if not shown and not any(seen.points["restored"].at.most < deleted.at.least + SECOND for seen in home):
        return told
    by_hand = replace(deleted, how=by_somebody(deleted.how))
    back = replace(told.without("fault", "check"), kind="cvm-recovery", by_hand=True, during=told.before)
    return replace(back, doubts=(whose(deleted.how),), confidence="high").at("repaired", by_hand)


def _as_ended(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that Genesis deleted, of which its log does not have whether it was one too many or the right one until
    then, as what captures show to end with it.
    """
    if told.kind != "unexplained" or not {RETURN_UNLOGGED, LOG_BEGINS_LATE} <= {*told.doubts} or told.adrift:
        return told
    mine = (one for one in wire if one.kind in ("route-injection", "cvm-recovery") and one.confidence != "low")
    seen = next((one for one in mine if same_host(one, told) and ends_with(one, told)), None)
    if seen is None:
        return told
    return replace(told, kind=seen.kind, before=seen.before, during=seen.during, gateway_valid=seen.gateway_valid)


def _not_back(told: Observation, wire: Sequence[Observation]) -> Observation:
    """The return of the own CVM by a person's deletion of the route, as that deletion, where captures show that it did
    not serve the host for longer than a datastore's heartbeat then: the route was right.
    """
    deleted = told.points.get("repaired")
    if told.kind != "cvm-recovery" or not told.by_hand or told.adrift or deleted is None:
        return told
    mine = [seen for seen in wire if seen.kind == "unexplained" and same_host(seen, told) and _goes_home(seen)]
    waited = [seen for seen in mine if close(seen, "fault", deleted, told)]
    if not any(seen.points["restored"].at.least > deleted.at.most + HEARTBEAT for seen in waited):
        return told
    wrong = replace(told.without("repaired", "fault", "check"), kind="route-deletion", by_hand=False, doubts=())
    return replace(wrong, during=Path("dead"), after=Path("local")).at("fault", deleted)


def _goes_home(seen: Observation) -> bool:
    """Whether a host left a remote path, and was served by its own CVM later."""
    return (seen.before.kind, seen.after.kind) == ("remote", "local") and "restored" in seen.points


def _given_back(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that a check found illegal, as the return of the own CVM that captures show to have failed: it served
    again before any check had seen that, and the route by another was right until then.
    """
    repaired = told.points.get("repaired")
    if told.kind != "route-injection" or repaired is None:
        return told
    mine = [seen for seen in wire if same_host(seen, told)]
    back = [s for s in mine if s.kind == "cvm-recovery" and ends_with(s, told) and one_gateway(s, told)]
    if not back or not (
        _is_return(told, back, mine) if "fault" not in told.points else _was_gone(told, back[-1], mine)
    ):
        return told
    remote = back[-1].before
    return replace(
        told.without("fault", "check"), kind="cvm-recovery", gateway_valid=None, before=remote, during=remote
    )


def _was_gone(told: Observation, back: Observation, mine: Sequence[Observation]) -> bool:
    """Whether captures show the own CVM to have been gone as the route came, or as the host appeared elsewhere."""
    if told.adrift:
        return False
    failed = [seen for seen in mine if seen.kind == "cvm-failure" and CVM_UNSEEN not in seen.doubts]
    failed = [seen for seen in failed if not _too_soon(seen, told)]
    return any(close(seen, "repaired", told.points["fault"], told) for seen in failed) or moved_meanwhile(
        back, told, mine
    )


def _too_soon(failed: Observation, told: Observation) -> bool:
    """Whether a check found a route sooner after a CVM's last frame than Genesis finds that CVM down: it was there
    before.
    """
    fault, found = failed.points.get("fault"), told.points.get("detected")
    return fault is not None and found is not None and found.at.most < fault.at.least + PROBE


def _is_return(told: Observation, back: Sequence[Observation], mine: Sequence[Observation]) -> bool:
    """Whether a log that begins with the deletion of a route, and has not what it was for, has that of the one return
    which captures show, where they show no injected route.
    """
    injected = any(seen.kind == "route-injection" for seen in mine)
    return told.confidence == "low" and len(back) == 1 and back[0].confidence != "low" and not injected


def _ordered(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that was added by hand about when the own CVM failed, as the injection that captures show it to be: that
    failed later, which made the route right.
    """
    typed = told.points.get("fault")
    if typed is None or told.kind != "unexplained" or FAILURE_OR_ROUTE not in told.doubts:
        return told
    alike = [seen for seen in wire if seen.kind == "route-injection" and same_host(seen, told)]
    seen = next((seen for seen in alike if close(seen, "fault", typed, told)), None)
    if seen is None:
        return told
    injected = replace(told, kind="route-injection", gateway_valid=True, confidence="high", doubts=())
    right = seen.absent.get("repaired") == RIGHT
    return injected.lacking("repaired", RIGHT) if right else injected


def _or_stopped(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route to a living CVM that was added by hand, as what is not known where captures show its host to come there
    without its old connection: the own CVM may have ended that, and served again before any check.
    """
    mine = [seen for seen in wire if same_host(seen, told)]
    if told.kind != "route-injection" or told.gateway_valid is not True or told.adrift or not came_alone(told, mine):
        return told
    return _failed_or_added(told, OLD_UNSEEN)


def _or_hung(told: Observation, wire: Sequence[Observation]) -> Observation:
    """An injected route as what is not known where captures show a stall that may have begun before, in which the host
    turned to its own CVM in vain: one that has a route turns elsewhere, and a CVM that serves answers.
    """
    added = told.points.get("fault")
    if told.kind != "route-injection" or added is None or told.adrift:
        return told
    mine = [seen for seen in wire if seen.kind == "unexplained" and same_host(seen, told)]
    stalls = [seen for seen in mine if IN_VAIN in seen.doubts and "fault" in seen.points]
    begun = [seen for seen in stalls if seen.points["fault"].at.least < added.at.most and seen.end > added.at.least]
    return _failed_or_added(told) if begun else told


def _failed_or_added(told: Observation, *why: Doubt) -> Observation:
    """A route, as what it may be too: the repair of a failure."""
    either = replace(told, kind="unexplained", gateway_valid=None, before=UNKNOWN, confidence="low")
    return replace(either, doubts=(*told.doubts, *why, FAILURE_OR_ROUTE))


def _mended(told: Observation, wire: Sequence[Observation]) -> Observation:
    """A route that was typed, as the repair that it was: Genesis had no part in it."""
    typed = told.points.get("fault")
    if typed is None or "repaired" in told.points or any(name in told.points for name in BY_GENESIS):
        return told
    mends = _MENDS.get(told.kind) if told.kind != "unexplained" or FAILURE_OR_ROUTE in told.doubts else None
    mine = [seen for seen in wire if same_host(seen, told) and seen.confidence != "low"]
    if mends is None or any(seen.kind == told.kind and close(seen, "fault", typed, told) for seen in mine):
        return told
    ended = next(
        (s for s in mine if s.kind == mends and close(s, "repaired", typed, told) and one_gateway(s, told)), None
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
