"""A stay elsewhere of which the begin is open is open at its end too; a CVM returns once, and then serves its host.

16:08:10  the host is at another CVM: its own had failed, or somebody added a route    what it was is not known
16:08:47  that connection is ended, and the host is at its own CVM again                neither is what ended

A CVM that boots did fail, whatever came before, and so did one that a check finds down meanwhile; one that is heard
again was only out of others' reach, perhaps. A host that was silent since may have been home, and have come again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
BY_GENESIS: tuple[InstantName, ...] = ("detected", "decided")
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


class _Stay(NamedTuple):
    """What a host's coming to a path was: the last that is told of it and was no stall; when it moved last to a remote
    path for a reason that is told, ns; and until when it was silent on the path to which it came.
    """

    by: Observation | None = None
    left: int = NEVER
    silent: int = NEVER

    def after(self, one: Observation) -> _Stay:
        left = max(self.left, _moved(one)) if _is_departure(one) else self.left
        return _Stay(self.by, left, max(self.silent, one.end)) if _is_stall(one) else _Stay(one, left)

    def leaves_open(self, back: Observation) -> bool:
        """Whether the host is elsewhere, nothing tells why, and neither does the CVM that comes back."""
        unknown = self.by is not None and _is_unknown_stay(self.by) and _moved(self.by) - self.left > SAME_TIME
        known = _booted(back, self.silent) or (self.by is not None and _was_seen_down(back, self.by))
        return unknown and not known


def _opened(ordered: Sequence[Observation]) -> Iterator[bool]:
    """Whether each, in order of time, is a return that may be none, after what came before it; one that captures alone
    show, after what they show.
    """
    begun = set[Origin]()  # the frames with which returns began
    told, shown = _Stay(), _Stay()
    for one in ordered:
        mine, is_return = _first_frames(one), one.kind == "cvm-recovery"
        stay = shown if one.points.keys().isdisjoint(BY_GENESIS) else told
        yield is_return and (not begun.isdisjoint(mine) or stay.leaves_open(one))
        begun.update(mine if is_return else ())
        told, shown = told.after(one), shown.after(one) if _is_seen(one) else shown


def _is_seen(one: Observation) -> bool:
    """Whether captures show it: what they do not tell of a host's coming, a log that nothing places does not either."""
    return one.basis == "wire" or not one.adrift or "restored" in one.points


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
    """Whether it tells why the host came to a remote path, of which the own CVM's return may be the end."""
    return one.kind in ("cvm-failure", "route-deletion") and one.after.kind == "remote"


def _booted(one: Observation, silent: int) -> bool:
    """Whether captures show that the CVM booted, as its first frame tells then when it was back, and that the host was
    not `silent` (until when, ns) since, unless Genesis' log has it back.
    """
    fault = one.points.get("fault")
    booted = fault is not None and fault.how.name == SPEAKS and fault.at.doubt <= FIRST_FRAME
    return fault is not None and booted and (fault.at.most >= silent or not one.points.keys().isdisjoint(BY_GENESIS))


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
