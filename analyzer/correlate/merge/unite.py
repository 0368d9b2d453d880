"""Observations of the same fault by the wire and by the logs become one; contradictions are kept as such."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.cause_and_effect import another_after, another_before, may_begin_with_repair
from analyzer.correlate.observation import BY_OTHERS, Observation, Point
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.correlate.timing import SAME_TIME
from analyzer.correlate.wire.kinds.cvm_failure import BY_LAST_FRAME
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path
from analyzer.model.told import Doubt, DoubtName

WHICH_FIRST = Doubt("failure-unlogged")
OF_LOGS_ALONE = (BY_OTHERS, WHICH_FIRST)  # captures do not show who it was, nor what was typed before it
AFTERWARDS: frozenset[InstantName] = frozenset({"reset", "connected", "restored", "recovered"})
# the evidence ends too soon
CUT_OFF: frozenset[DoubtName] = frozenset({"not-repaired", "service-not-back", "route-not-deleted"})
# of a CVM that is stopped after its host was forwarded
OF_THE_END: frozenset[InstantName] = frozenset({"fault", "repaired"})
CAUSES: tuple[InstantName, ...] = ("check", "detected", "decided", "terminated", "repaired")
FROM_LOGS: frozenset[InstantName] = frozenset({"check", "detected", "decided"})


def unite(seen: Observation, told: Observation) -> Observation:
    """One observation from both: the logs show what was decided, the captures what happened to the traffic."""
    if _was_over(seen, told):
        return replace(seen, claims=(*seen.claims, *told.claims))
    late = _too_late(seen, told)
    if late:
        return unite(seen, told.without(*late)).doubted(Doubt("contradicted", instant=late[0]))
    seen = _without_later_end(seen, told)
    same, elsewhere = seen.kind == told.kind, another_after(seen, told) or _ends_unseen(seen, told)
    united = replace(
        told,
        host=told.host or seen.host,
        start=min(seen.start, told.start),
        end=max(seen.end, told.end),
        before=told.before if another_before(seen, told) else _path(seen.before, told.before),
        during=told.during if told.is_ahead else _path(seen.during, told.during),
        after=told.after if elsewhere else _path(seen.after, told.after),
        cvm=told.cvm or seen.cvm,
        gateway=told.gateway or seen.gateway,
        gateway_valid=told.gateway_valid if told.gateway_valid is not None else seen.gateway_valid,
        absent=told.absent,
        claims=(*seen.claims, *told.claims),
        doubts=tuple(doubt for doubt in told.doubts if doubt in OF_LOGS_ALONE),
        confidence="medium" if WHICH_FIRST in told.doubts else "high",
        note=seen.note if same else None,
    )
    later = may_begin_with_repair(seen, told) or (told.kind == "cvm-recovery" and not same)  # no stall is a return
    later = later or (seen.kind == "unexplained" and another_before(seen, told))  # nor begins one of the other path it
    for name, point in seen.points.items():
        missed = (
            (elsewhere and name in AFTERWARDS) or (told.is_ahead and name in OF_THE_END) or (later and name == "fault")
        )
        if not missed:
            united = _with_point(united, name, point, surely=same)
            if name == "fault" and BY_LAST_FRAME in seen.doubts:
                united = _with_doubts(united, [BY_LAST_FRAME])
    united = _with_own_end(_with_own_return(united), told)
    if not same or told.kind == "unexplained":  # what a log leaves open, a stall does not settle
        united = replace(_with_doubts(united, told.doubts), confidence=told.confidence)
    for one in (seen, told):
        if CUT_OFF & {doubt.name for doubt in one.doubts} and "repaired" not in united.points:
            united = _with_doubts(united, one.doubts)
    return _or_failed(_right_by_itself(united, seen), seen, told)


def _without_later_end(seen: Observation, told: Observation) -> Observation:
    """Captures without the last frame of a CVM that Genesis had found absent before it: its Stargate had stopped, and
    the host had left it.
    """
    fault, found = seen.points.get("fault"), told.points.get("detected")
    if BY_LAST_FRAME not in seen.doubts or fault is None or found is None or fault.at.least <= found.at.most:
        return seen
    return seen.without("fault", "repaired")


def _too_late(seen: Observation, told: Observation) -> list[InstantName]:
    """What a log has of a fault long after service was restored from it: its clock was set, as no effect precedes its
    cause.
    """
    restored = seen.points.get("restored")
    if restored is None or seen.kind != told.kind or seen.after.kind != told.after.kind:
        return []
    return [
        name for name in CAUSES if name in told.points and told.points[name].at.least > restored.at.most + SAME_TIME
    ]


def _was_over(seen: Observation, told: Observation) -> bool:
    """Whether a stall was over, by the path that it began on, before Genesis decided something that it never did: no
    failover came of it.
    """
    restored, decided = seen.points.get("restored"), told.points.get("decided")
    if seen.kind != "unexplained" or told.kind != "cvm-failure" or "repaired" in told.points:
        return False
    same = (seen.before.kind, seen.before.via) == (seen.after.kind, seen.after.via)
    return same and restored is not None and decided is not None and restored.at.most < decided.at.least


def _right_by_itself(united: Observation, seen: Observation) -> Observation:
    """Without a repair that only a later check suggests, where captures show that a failure made the route right."""
    repaired, why = united.points.get("repaired"), seen.absent.get("repaired")
    if why != "right-since-failure" or repaired is None or repaired.how.name != "decision-to-right":
        return united
    return united.without("repaired").lacking("repaired", why)


def _or_failed(united: Observation, seen: Observation, told: Observation) -> Observation:
    """What looks like an injected route, as what is not known: the own CVM had stopped when the host left it, so that
    the route may have been right until it served again. One to nobody is never right: it came at some time since then.
    """
    refused = any(claim.statement.name == "connections-refused" for claim in seen.claims)
    stopped = refused or Doubt("unanswered-inside") in seen.doubts
    if not stopped or seen.kind != "unexplained" or united.kind != "route-injection":
        return united
    if told.gateway_valid is False:
        return _came_since(united, seen, told)
    return replace(united, kind="unexplained", gateway_valid=None).doubted(FAILURE_OR_ROUTE, "low")


def _came_since(united: Observation, seen: Observation, told: Observation) -> Observation:
    """With a route that came when the own CVM had stopped, or later, before a check found it."""
    stopped, came = seen.points.get("fault"), told.points.get("fault")
    if stopped is None or came is None or came.at.most < stopped.at.least:
        return united
    at = Instant(came.at.clock, max(stopped.at.least, came.at.least), came.at.most)
    return united.at("fault", Point(at, (*stopped.origins, *came.origins), came.how))


def _with_doubts(united: Observation, doubts: Sequence[Doubt]) -> Observation:
    """With these doubts, each once; the confidence stays."""
    return replace(united, doubts=(*united.doubts, *(doubt for doubt in doubts if doubt not in united.doubts)))


def _with_own_return(united: Observation) -> Observation:
    """Without a CVM's first frame that came after Genesis had found it back: it is another CVM's, or no return."""
    fault, found = united.points.get("fault"), united.points.get("detected")
    late = fault is not None and found is not None and fault.at.least > found.at.most
    return united.without("fault") if late and _is_first_frame(fault) else united


def _is_first_frame(point: Point | None) -> bool:
    """Whether captures show a CVM's first frame, and no more: its Stargate serves later than that."""
    return point is not None and point.how.name == "first-frame-of-cvm"


def _with_own_end(united: Observation, told: Observation) -> Observation:
    """Without a connection's end before the fault or after the repair: it was ended in another episode."""
    ended, fault, repaired = (united.points.get(name) for name in ("terminated", "fault", "repaired"))
    early = ended and fault and ended.at.most < fault.at.least
    late = ended and repaired and ended.at.least > repaired.at.most
    if not (early or late):
        return united
    own = told.points.get("terminated")
    return united.at("terminated", own) if own is not None else united.without("terminated")


def _ends_unseen(seen: Observation, told: Observation) -> bool:
    """Whether captures show but the begin of an injected route of which the logs have the deletion."""
    both = seen.kind == told.kind == "route-injection" and "repaired" in told.points
    return both and told.after.kind == "local" and seen.after.kind == "remote"


def _path(seen: Path, told: Path) -> Path:
    """The wire's path where it saw one, with the logs' CVM where the wire has only a MAC.

    A silence of which no frame tells where the host went instead leaves room for the path that the logs tell of.
    """
    if seen.kind == "unknown":
        return told
    if seen.kind == "dead" and seen.via is None and (told.kind in ("local", "remote") or told.via):
        return told
    if seen.kind == told.kind and told.via and (seen.via is None or ":" in seen.via):
        return Path(seen.kind, told.via, seen.source, seen.next_hop_mac, seen.vlan, seen.note)
    return seen


def _with_point(united: Observation, name: InstantName, seen: Point, *, surely: bool) -> Observation:
    """With what the captures show of an instant; `surely`: they show the same kind of fault, else the log counts."""
    told = united.points.get(name)
    if told is None:
        return united.at(name, seen)
    met = seen.at.meet(told.at)
    if met is not None:
        how = seen.how if seen.at.doubt <= told.at.doubt else told.how
        return united.at(name, Point(met, (*seen.origins, *told.origins), how, told.stamp))
    if not surely or _is_first_frame(seen):
        return united
    doubted = united.doubted(Doubt("contradicted", instant=name))
    return doubted if name in FROM_LOGS else doubted.at(name, _either(seen, told))


def _either(seen: Point, told: Point) -> Point:
    """An instant that captures and logs put at two times: at one of them, and nothing tells at which."""
    at = Instant(seen.at.clock, min(seen.at.least, told.at.least), max(seen.at.most, told.at.most))
    return Point(at, (*seen.origins, *told.origins), seen.how)
