"""Instants of a host's fault that the host's other faults, or the replies to it, contradict: how long Genesis took is
not known then, and not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.in_time import by_instants
from analyzer.correlate.timing import CHECK_PERIOD, FAILOVER, SAME_CHECK
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Service
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals
from analyzer.model.path import Path, PathKind
from analyzer.model.told import Doubt

FOUND: tuple[InstantName, ...] = ("detected", "decided", "repaired")
ENDS: tuple[InstantName, ...] = ("repaired", "restored")
OUT_OF_ORDER = Doubt("out-of-order", instant="fault")
UNLOGGED = Doubt("failure-unlogged")
OVERTAKEN = Doubt("overtaken")
CONTRADICTED = Doubt("contradicted", instant="fault")
CONTRADICTED_REPAIR = Doubt("contradicted", instant="repaired")
WAYS = ("local", "remote")
DENIABLE = ("cvm-recovery", "route-deletion")
DENIED = ("stargate-denies", "overtaken", "failure-or-route")
TO_REPAIR = ("route-injection", "route-deletion")  # what is held against its repair


@dataclass(frozen=True)
class _Story:
    """A host's faults; the places of those that have instants, by their time; where those that no instant ends may
    have left the host.
    """

    faults: Sequence[Observation]
    in_time: Intervals[int]
    endless: frozenset[PathKind]

    def others(self, one: Observation, since: int, until: int) -> Iterator[Observation]:
        """The other faults that have an instant in that time, ns, or one before and one after it."""
        found = (self.faults[place] for place in self.in_time.overlapping(since, until))
        return (other for other in found if other is not one)


def without_contradicted(mine: Sequence[Observation], services: Mapping[Member, Service]) -> list[Observation]:
    """A host's faults, each beside the others, and beside the replies to the host."""
    endless = frozenset(one.after.kind for one in mine if one.points.keys().isdisjoint(ENDS))
    story = _Story(mine, by_instants(mine), endless)
    return [_beside(one, story, services) for one in mine]


def _beside(one: Observation, story: _Story, services: Mapping[Member, Service]) -> Observation:
    if one.host is None or "fault" not in one.points:
        return one
    fault, found = one.points["fault"].at, _found(one)
    if found is not None:
        if any(_is_before(one, other) for other in story.others(one, fault.most, found.least)):
            return one.without("fault", "check").doubted(OUT_OF_ORDER)
        if any(_is_before_the_end(one, other) for other in story.others(one, fault.least - FAILOVER, found.least)):
            return one.without("fault", "check").doubted(UNLOGGED)
    if _is_decided_later(one):
        return one.without("fault", "check").doubted(OVERTAKEN)
    service = services.get(one.host)
    return _beside_replies(one, story, service) if service is not None else one


def as_denied(one: Observation) -> Observation:
    """What a check, or what Genesis did next, denies to be a return or the loss of a route: a change of the path that
    nothing explains.
    """
    if one.kind not in DENIABLE or not any(doubt.name in DENIED for doubt in one.doubts):
        return one
    return replace(one.without("fault", "check"), kind="unexplained", cvm=None, confidence="low")


def _is_before(one: Observation, other: Observation) -> bool:
    """Whether a fault lies before the end of another that was over when Genesis found this one: the own CVM had failed
    by then, or was found alive since.
    """
    if one.kind == "cvm-recovery" or not _is_over(other, _found(one)):
        return False
    fault, repaired, found = one.points["fault"], other.points["repaired"], other.points.get("detected")
    if other.kind == "cvm-recovery":
        return one.before.kind == "local" and found is not None and fault.at.most < found.at.least
    both = one.before.kind == other.before.kind == "local"
    return both and one.kind == other.kind and fault.at.most < repaired.at.least


def _found(one: Observation) -> Instant | None:
    """When something was done about it first."""
    return next((one.points[name].at for name in FOUND if name in one.points), None)


def _is_over(other: Observation, at: Instant | None) -> bool:
    """Whether all that Genesis did about another fault was surely done by then."""
    repaired = other.points.get("repaired")
    return at is not None and repaired is not None and repaired.at.most < at.least


def _is_before_the_end(one: Observation, other: Observation) -> bool:
    """Whether a forwarded host lost its route soon after that came, ahead of its own CVM's end: that may have served
    then, and it is not the loss of the route that took service away.
    """
    if one.kind != "route-deletion" or not other.is_ahead or not _is_over(other, _found(one)):
        return False
    return one.points["fault"].at.least <= other.points["repaired"].at.most + FAILOVER


def _is_decided_later(one: Observation) -> bool:
    """Whether Genesis created a task only long after the check that found a wrong route: that is of another reason, as
    of the own CVM's stop that it forwards the host for, and the one that it found may have been right by then.
    """
    found, decided = one.points.get("detected"), one.points.get("decided")
    if one.kind not in TO_REPAIR or found is None or decided is None:
        return False
    one_log = found.stamp is not None and decided.stamp is not None and found.stamp.clock == decided.stamp.clock
    since, at = (found.stamp, decided.stamp) if one_log else (found.at, decided.at)
    return since is not None and at is not None and at.least - since.most > SAME_CHECK


def _beside_replies(one: Observation, story: _Story, service: Service) -> Observation:
    """Without what the replies deny: that Genesis repaired it, where the host was served by that path before; else when
    it began, where the host was served last by another path than the one that it is said to have lost.
    """
    repaired = one.points.get("repaired")
    last = service.last_before(repaired.at.least) if repaired is not None else None
    if repaired is None or last is None or one.kind == "cvm-recovery" or last.path.kind not in WAYS:
        return one
    if last.path.kind == one.before.kind or one.before.kind not in WAYS or one.kind == "route-injection":
        return one
    if last.start > one.points["fault"].at.most and _is_one_way(last.path, one.after):
        return one.without("repaired").lacking("repaired", "no-author").doubted(CONTRADICTED_REPAIR)
    since = repaired.at.least - last.end
    if since > CHECK_PERIOD or one.before.kind in story.endless:
        return one
    others = story.others(one, last.end, repaired.at.least)
    back = any(other.after.kind == one.before.kind and _ends(other, last.end, repaired.at.least) for other in others)
    return one if back else one.without("fault", "check").doubted(CONTRADICTED)


def _ends(other: Observation, since: int, until: int) -> bool:
    """Whether a change of the host's path was made in that time (ns), by its end."""
    at = next((other.points[name].at for name in ENDS if name in other.points), None)
    return at is not None and since <= at.most and at.least <= until


def _is_one_way(one: Path, other: Path) -> bool:
    return (one.kind, one.via) == (other.kind, other.via)
