"""A stay elsewhere of which the begin is open is open at its end too; a CVM returns once, and then serves its host.

16:08:10  the host is at another CVM: its own had failed, or somebody added a route    what it was is not known
16:08:47  that connection is ended, and the host is at its own CVM again                neither is what ended

A CVM that boots did fail, whatever came before, and so did one that a check finds down meanwhile; one that is heard
again was only out of others' reach, perhaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from analyzer.correlate.logs.state.by_hand import failed_or_injected
from analyzer.correlate.logs.state.unlogged import REPAIR_UNLOGGED
from analyzer.correlate.observation import BY_OTHERS, Observation
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.correlate.timing import CHECK_PERIOD, SAME_TIME
from analyzer.correlate.wire.kinds.cvm_failure import BY_LAST_FRAME
from analyzer.correlate.wire.kinds.cvm_recovery import FIRST_FRAME
from analyzer.model.instant import SECOND
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import NEVER, Intervals, timed
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

LOCAL_UNSEEN = Doubt("local-path-unseen")
MOVES: tuple[InstantName, ...] = ("restored", "repaired", "fault")
MOVES_BACK: tuple[InstantName, ...] = ("terminated", "repaired", "detected")
SPEAKS = "first-frame-of-cvm"


def unlogged(one: Observation, *, understood: bool) -> Observation:
    """A failure that captures guess from which CVM was silent as a host appeared elsewhere, and in which Genesis had no
    part, by its exchanges or by its log where that is `understood`: somebody may have added that route. So may whoever
    logs show to have moved the host, where it is open whether the CVM fell silent before that.
    """
    guessed = one.kind == "cvm-failure" and one.basis == "wire" and LOCAL_UNSEEN in one.doubts
    why = one.absent.get("detected")
    alone = guessed and (why == "no-exchange" or (why == "genesis-silent" and understood))
    if not alone and not _may_be_first(one):
        return one
    return replace(one, kind="unexplained").doubted(FAILURE_OR_ROUTE, "low")


def _may_be_first(one: Observation) -> bool:
    """Whether the route that others than Genesis added may have been there before the CVM's last frame."""
    fault, repaired = one.points.get("fault"), one.points.get("repaired")
    guessed = one.kind == "cvm-failure" and BY_LAST_FRAME in one.doubts and BY_OTHERS in one.doubts
    if not guessed or fault is None or repaired is None:
        return False
    return fault.at.doubt > SECOND and repaired.at.least < fault.at.most


def with_open_ends(mine: Sequence[Observation]) -> list[Observation]:
    """A host's faults, in their order, the returns that may be the end of an injected route, or are told already,
    without a cause.
    """
    places = sorted(range(len(mine)), key=lambda place: _moved(mine[place]))
    ordered = [mine[place] for place in places]
    ordered = [_typed_beside(one, ordered[number + 1 : number + 2]) for number, one in enumerate(ordered)]
    found = [_open(one) if is_open else one for one, is_open in zip(ordered, _opened(ordered), strict=True)]
    by_place = dict(zip(places, found, strict=True))
    told = [by_place[place] for place in range(len(mine))]
    back = timed(span for one in told for span in _return(one))
    return [_lost_or_left(one) if _may_be_back(one, back) else one for one in told]


def _moved(one: Observation) -> int:
    """When a host moved to where a fault leaves it, ns, as far as that is known."""
    names = MOVES if one.kind != "cvm-recovery" else MOVES_BACK
    return next((one.points[name].at.least for name in names if name in one.points), one.end)


def _opened(ordered: Sequence[Observation]) -> Iterator[bool]:
    """Whether each, in order of time, is a return that may be none, after what came before it."""
    begun = set[Origin]()  # the frames with which returns began
    stay: Observation | None = None  # what came last and was no stall
    left = NEVER  # when the host moved last to a remote path for a reason that is told, ns
    for one in ordered:
        mine, is_return = _first_frames(one), one.kind == "cvm-recovery"
        unknown = stay is not None and _is_unknown_stay(stay) and _moved(stay) - left > SAME_TIME
        known = _booted(one) or (stay is not None and _was_seen_down(one, stay))
        yield is_return and (not begun.isdisjoint(mine) or (unknown and not known))
        begun.update(mine if is_return else ())
        stay = stay if _is_stall(one) else one
        left = max(left, _moved(one)) if _is_departure(one) else left


def _first_frames(one: Observation) -> tuple[Origin, ...]:
    """The frames with which a CVM speaks that it is told to begin with."""
    fault = one.points.get("fault")
    return fault.origins if fault is not None and fault.how.name == SPEAKS else ()


def _typed_beside(one: Observation, after: Sequence[Observation]) -> Observation:
    """A route that somebody added, which no check met, and after which the own CVM returned, or was away still though
    nothing tells of its failure, or which somebody added again before a check: that CVM failed before the route was
    there, or after.
    """
    typed = one.kind == "route-injection" and one.basis == "logs"
    if not typed or not after or {"detected", "decided"} & one.points.keys():
        return one
    ended = "repaired" in one.points
    if not ended and REPAIR_UNLOGGED in one.doubts and after[0].kind == "cvm-recovery":
        return failed_or_injected(one)
    by_hand = ended and one.by_hand
    away = by_hand and after[0].kind != "unexplained" and after[0].before.kind == "remote"
    again = by_hand and FAILURE_OR_ROUTE in after[0].doubts and _moved(after[0]) - _moved(one) < CHECK_PERIOD
    return replace(failed_or_injected(one), after=one.after) if away or again else one


def _is_unknown_stay(one: Observation) -> bool:
    """Whether a host came to a remote path, and it is open whether its own CVM had failed; no check saw that down."""
    return (
        one.kind == "unexplained"
        and one.basis == "wire"
        and FAILURE_OR_ROUTE in one.doubts
        and one.after.kind == "remote"
    )


def _is_stall(one: Observation) -> bool:
    """Whether a host went on by the path that it had."""
    same = (one.before.kind, one.before.via) == (one.after.kind, one.after.via)
    return one.kind == "unexplained" and same and one.before.kind != "unknown"


def _is_departure(one: Observation) -> bool:
    """Whether it tells why the host came to a remote path."""
    return one.kind != "unexplained" and one.after.kind == "remote"


def _booted(one: Observation) -> bool:
    """Whether captures show that the CVM booted: its first frame tells then when it was back."""
    fault = one.points.get("fault")
    return fault is not None and fault.how.name == SPEAKS and fault.at.doubt <= FIRST_FRAME


def _was_seen_down(one: Observation, stay: Observation) -> bool:
    """Whether checks found the own CVM down since the host came elsewhere, and back later: whatever began that stay,
    the route was right until then.
    """
    fault = one.points.get("fault")
    if fault is None or fault.how.name != "right-to-wrong" or one.confidence != "high":
        return False
    return fault.at.least > _moved(stay)


def _open(one: Observation) -> Observation:
    """What was a return, as a change of the path that nothing explains."""
    return replace(one.without("fault", "check"), kind="unexplained", cvm=None).doubted(FAILURE_OR_ROUTE, "low")


def _return(one: Observation) -> Iterator[tuple[int, int, Observation]]:
    """From when to when the own CVM came back and was given its host, ns."""
    if one.kind == "cvm-recovery" and {"fault", "repaired"} <= one.points.keys():
        yield one.points["fault"].at.least, one.points["repaired"].at.most, one


def _may_be_back(one: Observation, back: Intervals[Observation]) -> bool:
    """Whether a CVM that served a host elsewhere fell silent when the host's own may have been back already: then what
    puts the path right is the deletion of the route, and that CVM was not missed.
    """
    fault = one.points.get("fault")
    left = one.kind == "cvm-failure" and one.before.kind == "remote" and one.after.kind != "remote"
    if one.basis != "wire" or not left or fault is None:
        return False
    return back.any_overlapping(fault.at.least, fault.at.most)


def _lost_or_left(one: Observation) -> Observation:
    """The silence of a CVM elsewhere, as what nothing explains."""
    return replace(one, kind="unexplained", cvm=None).doubted(Doubt("overtaken"), "low")
