"""What a host can't have gone through twice: it leaves its own CVM again only once it was back, a failure by whose
repair and return a route came and went is not that route's injection too, and what a log has at one of several times is
what captures show at another.

    16:08:09  the own CVM fails; at 16:08:13 somebody adds a route       one failure
    16:08:14  somebody deletes it
    16:08:21  Genesis finds no route of the host                         no second failure: a loss by what is open
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.correlate.logs.state.double_repair import BY_KERNEL
from analyzer.correlate.observation import BY_OTHERS, UNKNOWN, Observation, Point
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.correlate.story.in_time import by_instants, near
from analyzer.correlate.timing import CHECK_PERIOD
from analyzer.model.episode import EpisodeKind
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals
from analyzer.model.told import Doubt

HALF = {Doubt("public-side-unseen"), Doubt("service-not-back")}
OUT_OF_ORDER = Doubt("out-of-order", instant="fault")
SEVERAL_FIT = Doubt("several-offsets-fit")
FOUND: tuple[InstantName, ...] = ("detected", "decided")
ADDED: tuple[EpisodeKind, ...] = ("cvm-failure", "route-deletion")  # what Genesis adds a route for
OF_CAPTURES: frozenset[InstantName] = frozenset({"connected", "restored"})
OF_LOGS: tuple[InstantName, ...] = ("check", *FOUND)
ENDS: tuple[InstantName, ...] = ("restored", "repaired", "terminated")
REPAIR: tuple[InstantName, ...] = ("repaired",)
CAME: tuple[InstantName, ...] = ("fault",)
WENT: tuple[InstantName, ...] = ("repaired", "terminated")


def without_second_leaves(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, a failure of the own CVM that it had left already without a cause."""
    story = _Story(mine, by_instants(mine, REPAIR), by_instants(mine, ENDS), _endless_at_home(mine))
    return [_lost(one) if _had_left_already(one, story) else one for one in mine]


@dataclass(frozen=True)
class _Story:
    """A host's faults; the places of those that were repaired, and of those that ended, by when; those that no instant
    ends, and that may have left the host at its own CVM.
    """

    faults: Sequence[Observation]
    repaired: Intervals[int]
    ended: Intervals[int]
    endless: Sequence[Observation]


def _endless_at_home(mine: Sequence[Observation]) -> list[Observation]:
    return [one for one in mine if one.after.kind != "remote" and one.points.keys().isdisjoint(ENDS)]


def _had_left_already(one: Observation, story: _Story) -> bool:
    found = next((one.points[name].at.least for name in FOUND if name in one.points), None)
    if one.kind != "cvm-failure" or found is None:
        return False
    others = story.repaired.overlapping(found - CHECK_PERIOD, found)
    return any(_had_left(one, story.faults[other], story) for other in others)


def _had_left(one: Observation, first: Observation, story: _Story) -> bool:
    """Whether a failure may have begun before the end of another by which the host left its own CVM, was found sooner
    after that than Genesis gives a host back, and nothing tells of the host's return in between. By another gateway,
    it is the first one that failed.
    """
    if one is first or not one.kind == first.kind == "cvm-failure" or first.after.kind != "remote":
        return False
    if one.gateway != first.gateway:
        return False
    repaired, fault = first.points.get("repaired"), one.points.get("fault")
    found = next((one.points[name] for name in FOUND if name in one.points), None)
    if not one.before.kind == first.before.kind == "local" or repaired is None or fault is None or found is None:
        return False
    if found.at.least <= repaired.at.most or fault.at.least > repaired.at.most:
        return False
    if found.at.least - repaired.at.most > CHECK_PERIOD:
        return False
    if any(other is not one for other in story.endless):
        return False
    others = (story.faults[place] for place in story.ended.overlapping(repaired.at.least, found.at.most))
    return not any(_ends_at_home(other, repaired, found) for other in others if other is not one)


def _ends_at_home(other: Observation, since: Point, until: Point) -> bool:
    """Whether a fault's end may have left the host at its own CVM between two instants."""
    end = next((other.points[name].at for name in ENDS if name in other.points), None)
    if other.after.kind == "remote" or end is None:
        return False
    return since.at.least <= end.most and end.least <= until.at.most


def _lost(one: Observation) -> Observation:
    """The second, of which only what Genesis did is known."""
    return replace(one.without("fault", "check"), kind="unexplained", before=UNKNOWN).doubted(OUT_OF_ORDER, "low")


def without_late_halves(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, without a failure of which a capture of the internal switch alone has the begin, at its end, and
    before which the host had left its own CVM for another by all that is told: where no other evidence is of that time,
    a clock that was set may have put the first one there.
    """
    gone = [one for one in mine if one.kind in ADDED and one.after.kind == "remote" and "repaired" in one.points]
    back = [one for one in mine if one.after.kind == "local"]
    return [one for one in mine if not (_is_half(one) and _was_gone(one, gone, back))]


def _is_half(one: Observation) -> bool:
    return (one.kind, one.basis) == ("cvm-failure", "wire") and set(one.doubts) >= HALF


def _was_gone(one: Observation, gone: Sequence[Observation], back: Sequence[Observation]) -> bool:
    """Whether the last that is told of a host before has it elsewhere."""
    left = max((other.end for other in gone if other is not one and other.end <= one.start), default=None)
    return left is not None and not any(left <= other.end <= one.start for other in back)


def without_covered(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, without a route that logs have as injected where captures show a failure and a return at its
    ends: what is told of it is the failure's.
    """
    repaired, went, told = by_instants(mine, REPAIR), by_instants(mine, WENT), dict(enumerate(mine))
    for place, route in enumerate(mine):
        if (route.kind, route.basis) != ("route-injection", "logs"):
            continue
        failures = sorted(near(route, repaired, CAME))
        by = next((other for other in failures if other in told and _came_by(route, told[other])), None)
        if by is not None and any(_went_by(route, mine[other]) for other in near(route, went, WENT)):
            told[by] = replace(told[by], claims=(*told[by].claims, *route.claims))
            del told[place]
    return list(told.values())


def without_shifted(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, without one by a log alone that several offsets fit, where captures show one that it may be, and
    that no log has, or another one that none has: by the other offset each log's fault is one of these.
    """
    if all(SEVERAL_FIT not in one.doubts for one in mine):
        return list(mine)
    alone, in_time = any(one.basis == "wire" for one in mine), by_instants(mine)
    told = [
        one
        for one in mine
        if not (alone and SEVERAL_FIT in one.doubts and any(_may_be(one, mine[other]) for other in near(one, in_time)))
    ]
    done = by_instants(told, REPAIR)
    return [one for one in told if not any(_is_its_order(one, told[other]) for other in near(one, done, REPAIR))]


def _is_its_order(one: Observation, done: Observation) -> bool:
    """Whether two logs, of which nothing places one beside the other, have each a half of one change: the one what
    Genesis did about a fault, the other only that it was done, as a host's own log or another CVM's has it.
    """
    alike = one.kind == done.kind or (one.kind in ADDED and done.kind in ADDED)
    if SEVERAL_FIT not in one.doubts or one is done or not alike or one.gateway is None or one.gateway != done.gateway:
        return False
    by_genesis, by_another = (not each.points.keys().isdisjoint(FOUND) for each in (one, done))
    if by_genesis == by_another or not one.points.keys().isdisjoint(OF_CAPTURES):
        return False
    if by_another and SEVERAL_FIT in done.doubts:  # of two that are open, the half that was only done is told
        return False
    ordered, seen = (one, done) if by_genesis else (done, one)
    halves = not _is_kernels(ordered) and (_is_kernels(seen) or BY_OTHERS in seen.doubts)
    return halves and _meet(_repair(one), _repair(done))


def _repair(one: Observation) -> Point | None:
    return one.points.get("repaired")


def _is_kernels(one: Observation) -> bool:
    """Whether the host's kernel logged how a route was put right."""
    repaired = _repair(one)
    return repaired is not None and repaired.how.name in BY_KERNEL


def _may_be(one: Observation, seen: Observation) -> bool:
    """Whether a fault by a log alone at no known time may be one that captures show."""
    by_log = SEVERAL_FIT in one.doubts and one.points.keys().isdisjoint(OF_CAPTURES)
    if not by_log or one.kind != seen.kind or seen.points.keys().isdisjoint(OF_CAPTURES):
        return False
    both = one.points.keys() & seen.points.keys()
    return bool(both) and all(_meet(one.points[name], seen.points[name]) for name in both)


def united_by_repair(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, a lost route that captures show and a failure that a log has as one, where the same route put
    both right: captures show what it was.
    """
    repaired, told = by_instants(mine, REPAIR), dict(enumerate(mine))
    for place, lost in enumerate(mine):
        if (lost.kind, lost.basis) == ("route-deletion", "wire"):
            others = (other for other in sorted(near(lost, repaired, REPAIR)) if other in told)
            failure = next((other for other in others if _has_same_repair(told[other], lost)), None)
            if failure is not None:
                told[place] = _found_by(lost, told[failure])
                del told[failure]
    return list(told.values())


def _has_same_repair(failure: Observation, lost: Observation) -> bool:
    """Whether a log's failure, of which captures show nothing, ends with the route by which a host was back."""
    kinds = (failure.kind, failure.basis, lost.kind, lost.basis) == ("cvm-failure", "logs", "route-deletion", "wire")
    alone = failure.points.keys().isdisjoint(OF_CAPTURES) and lost.points.keys().isdisjoint(FOUND)
    if not kinds or not alone or failure.gateway is None or lost.after.via != failure.gateway:
        return False
    faults = _meet(failure.points.get("fault"), lost.points.get("fault"))
    return faults and _meet(_repair(failure), _repair(lost))


def _found_by(lost: Observation, failure: Observation) -> Observation:
    """The lost route, as Genesis found it and put it right."""
    whole = replace(lost, basis="logs", claims=(*lost.claims, *failure.claims))
    for name in OF_LOGS:
        point = failure.points.get(name)
        if point is not None:
            whole = whole.at(name, point)
    seen, done = _repair(lost), _repair(failure)
    if seen is None or done is None:
        return whole
    met = seen.at.meet(done.at) or done.at
    return whole.at("repaired", replace(done, at=met, origins=(*seen.origins, *done.origins)))


def _came_by(route: Observation, failure: Observation) -> bool:
    """Whether a failure was repaired by an injected route, as it came; one that may be a route too, where the log has
    that at no known time.
    """
    known = failure.kind == "cvm-failure"
    open_too = SEVERAL_FIT in route.doubts and failure.kind == "unexplained" and FAILURE_OR_ROUTE in failure.doubts
    if (route.kind, route.basis, failure.basis) != ("route-injection", "logs", "wire") or not (known or open_too):
        return False
    by_one = failure.before.kind == "local" and route.gateway == failure.gateway
    return by_one and _meet(route.points.get("fault"), _repair(failure))


def _went_by(route: Observation, back: Observation) -> bool:
    """Whether the own CVM's return took a route away, as it went."""
    shown = back.kind == "cvm-recovery" and back.basis == "wire"
    ended = _meet(route.points.get("terminated"), back.points.get("terminated")) and "repaired" not in back.points
    return shown and (ended or _meet(_repair(route), _repair(back)))


def _meet(one: Point | None, other: Point | None) -> bool:
    return one is not None and other is not None and one.at.meet(other.at) is not None
