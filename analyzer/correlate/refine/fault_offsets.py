"""Which offset of a log's clock the episodes agree on, where both the wire and the log tell of them.

Every observation of the wire may be any of the log's on the same host that can be of its kind, or the silence of its
stay elsewhere; each such pair allows the clock a range of offsets. Only a range that most observations agree on, and no
other does as well, says something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.correlate.cause_and_effect import allowances
from analyzer.correlate.clocks.intersection import Pairing, agree_pairs
from analyzer.correlate.matching import can_be_one, is_one_kind, same_host
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import PRIOR, UNPLACED
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Service
from analyzer.model.instant import Instant, Span
from analyzer.model.over_time.intervals import intervals

NARROW = 2 * PRIOR
MOST_FAULTS = 100  # of a log, that are held against those of the captures
AS_NEAR = Span(-PRIOR, PRIOR)
Lacks = Sequence[tuple[int, int]]  # stretches in which a log has no check though it tells of some before and after, ns
SOME = 2  # so many observations of the log that agree are no chance


@dataclass(frozen=True, slots=True)
class Look:
    """What else is known when alternatives are held against the wire: who was served how, from when to when the log
    tells of checks (ns, its own clock), and between which of them it lacks some, as its faults are placed.
    """

    served: Sequence[Service]
    extent: Span
    lacks: Lacks = ()


def placed(
    seen: Sequence[Observation],
    told: Sequence[Observation],
    offset: Span,
    alternatives: Sequence[Span],
    look: Look,
    reach: int,
) -> tuple[Span, int] | None:
    """The offset of a clock that nothing else places, and how many faults say so; None when they decide nothing.

    Of very many faults of the log, the first ones decide: more of them say nothing more.

    It is the one that the faults agree on. Where that is none of several `alternatives` that fit the clock, one of
    these is rather chosen, if it explains more of the faults than the others do.
    """
    if len(told) > MOST_FAULTS:
        until = told[MOST_FAULTS].start
        look = replace(look, extent=Span(look.extent.least, until + offset.least))
        told, seen = told[:MOST_FAULTS], [one for one in seen if one.start <= until + UNPLACED - offset.least]
    vote = agreed(seen, told, offset, reach, look.lacks)
    if len(alternatives) > 1 and (
        vote is None or all(vote[0].meet(alternative) is None for alternative in alternatives)
    ):
        return chosen(seen, told, offset, alternatives, look, reach) or vote
    return vote


def agreed(
    seen: Sequence[Observation], told: Sequence[Observation], offset: Span, reach: int, lacks: Lacks = ()
) -> tuple[Span, int] | None:
    """The absolute offset that the pairs agree on and how many agree, or None when they decide nothing.

    `told` were placed by `offset`; the answer is not further than `reach` ns from none, or than the zone of a log that
    has none allows.
    """
    reach = max(reach, offset.most) if offset.width > 2 * reach else reach
    pairs, sure = _pairs(seen, told, offset, reach, lacks)
    over = max((log.end for log in told), default=0) - min((log.start for log in told), default=0)
    estimate = agree_pairs(pairs, over)  # a fault that the wire shows is one that the log tells of
    if estimate is None or len(estimate.alternatives) > 1:
        return None
    alike = any(allowed.meet(estimate.offset) is not None for allowed in sure)
    if not alike and estimate.offset.width > NARROW:
        return None  # stalls that may be anything agree on so wide a range by chance
    natural = estimate.offset.meet(AS_NEAR) is not None
    alone = estimate.score < SOME and not natural
    if alone and (_is_of_nobody(pairs, seen, estimate.offset) or _fits_as_it_stands(seen, told, offset, reach)):
        return None
    return (estimate.offset, estimate.score) if alike or natural or estimate.score >= SOME else None


def _is_of_nobody(pairs: Sequence[Pairing], seen: Sequence[Observation], offset: Span) -> bool:
    """Whether what agrees on an offset is of a host that the wire does not name: it may be any host's."""
    agreeing = (seen[pair.mark].host for pair in pairs if pair.offset.meet(offset) is not None)
    return all(host is None or host.address is None for host in agreeing)


def _fits_as_it_stands(seen: Sequence[Observation], told: Sequence[Observation], offset: Span, reach: int) -> bool:
    """Whether a clock that is right, or nearly, lets something on the wire be what the log tells, too: then one fault
    alone, which a clock far off would explain as well, decides nothing.
    """
    allowed = (_allowed(wire, log, offset, reach) for log in told for wire in seen if can_be_one(wire, log))
    return any(span is not None and span.meet(AS_NEAR) is not None for span in allowed)


def chosen(
    seen: Sequence[Observation],
    told: Sequence[Observation],
    offset: Span,
    alternatives: Sequence[Span],
    look: Look,
    reach: int,
) -> tuple[Span, int] | None:
    """The one of `alternatives` that explains most, and by how many faults that both tell; None when two do equally
    well.

    Against an alternative are faults of the log that the wire denies, and faults on the wire of which the log says
    nothing. `told` were placed by `offset`.
    """
    reach += max(max(abs(alternative.least), abs(alternative.most)) for alternative in alternatives)
    pairs, _ = _pairs(seen, told, offset, reach, look.lacks)
    found: list[tuple[int, int, Span]] = []
    for alternative in alternatives:
        fitting = [pair for pair in pairs if pair.offset.meet(alternative) is not None]
        both = min(len({pair.line for pair in fitting}), len({pair.mark for pair in fitting}))
        denied = sum(_denied(log, offset, alternative, look.served) for log in told)
        unsaid = sum(_unsaid(wire, told, (offset, alternative, reach), look.extent) for wire in seen)
        found.append((both - denied - unsaid, both, alternative))
    found.sort(key=lambda item: item[0], reverse=True)
    (score, both, alternative), (second, _, _) = found[:2]
    return (alternative, both) if score > second and both else None


def _unsaid(wire: Observation, told: Sequence[Observation], offsets: tuple[Span, Span, int], extent: Span) -> bool:
    """Whether nothing that the log tells, and it covers that time, may be what the wire shows: a path that moved."""
    offset, alternative, reach = offsets
    stays = (wire.before.kind, wire.before.via) == (wire.after.kind, wire.after.via)
    if wire.kind == "unexplained" and stays:
        return False  # Genesis says nothing of a stall
    if not (extent.least - alternative.least <= wire.start and wire.end <= extent.most - alternative.most):
        return False
    allowed = [_allowed(wire, log, offset, reach) for log in told if can_be_one(wire, log)]
    return all(span is None or span.meet(alternative) is None for span in allowed)


def _pairs(
    seen: Sequence[Observation], told: Sequence[Observation], offset: Span, reach: int, lacks: Lacks
) -> tuple[list[Pairing], list[Span]]:
    """What may be of one fault, and what the surely alike of them allow the clock."""
    pairs: list[Pairing] = []
    sure: list[Span] = []
    far = reach + max(abs(offset.least), abs(offset.most)) + offset.width
    in_time = intervals(range(len(seen)), lambda place: (seen[place].start, seen[place].end))
    for i, log in enumerate(told):
        for j in sorted(in_time.overlapping(log.start - far, log.end + far)):
            wire = seen[j]
            fits = can_be_one(wire, log) and not _stays_where_it_was_not(wire, log) and _of_one_route(wire, log)
            allowed = _allowed(wire, log, offset, reach) if fits else None
            if allowed is not None and -reach < allowed.least and allowed.most < reach:  # bounded from one side is not
                pairs.append(Pairing(i, j, allowed))
                if is_one_kind(wire, log) and wire.confidence != "low":
                    sure.append(allowed)
    return [*pairs, *_stays_elsewhere(seen, told, offset, reach, lacks)], sure


def _stays_elsewhere(
    seen: Sequence[Observation], told: Sequence[Observation], offset: Span, reach: int, lacks: Lacks
) -> Iterator[Pairing]:
    """What a host's stay on a remote path allows, of which a capture of the internal switch has the silence: the local
    path serves until Genesis' route comes at the latest, and when that is deleted again at the earliest. A log that
    lacks checks meanwhile may lack a return and another failure as well.
    """
    silences = [(j, one) for j, one in enumerate(seen) if one.kind == "unexplained" and _is_local(one)]
    for i, (added, deleted) in _stays(told).items():
        if any(first < deleted.middle and added.middle < last for first, last in lacks):
            continue
        for j, wire in silences:
            if not same_host(wire, told[i]):
                continue
            begun, over = wire.points["fault"].at.least, wire.points["restored"].at.most
            least, most = offset.most + deleted.least - over, offset.least + added.most - begun
            if -reach < least <= most < reach:
                yield Pairing(i, j, Span(least, most))


def _is_local(wire: Observation) -> bool:
    """Whether the local path fell silent, and served again."""
    return wire.before.kind == wire.after.kind == "local" and {"fault", "restored"} <= wire.points.keys()


def _stays(told: Sequence[Observation]) -> dict[int, tuple[Instant, Instant]]:
    """When the route of each failure was added, and when it was deleted as the own CVM was back; by its place."""
    stays: dict[int, tuple[Instant, Instant]] = {}
    last: dict[Member | None, int] = {}
    for place, one in enumerate(told):
        before, deleted = last.get(one.host), _deleted(one)
        if before is not None and deleted is not None:
            failed = told[before]
            if failed.kind == "cvm-failure" and "repaired" in failed.points:
                stays[before] = failed.points["repaired"].at, deleted.at
        last[one.host] = place
    return stays


def _deleted(told: Observation) -> Point | None:
    """When the route of a host was deleted as its own CVM was back, or what a log that is cut has of before."""
    if told.kind != "cvm-recovery":
        return None
    return next((told.points[name] for name in ("repaired", "terminated", "decided") if name in told.points), None)


def _stays_where_it_was_not(seen: Observation, told: Observation) -> bool:
    """Whether the wire shows but a stall of a remote path, and the log that the host came to that path only then; or a
    stall of a path, and the log a route to another that nobody deleted since, and no more.
    """
    stays = seen.before.kind == seen.after.kind == "remote" and seen.before.via == seen.after.via
    stalled = seen.kind == "unexplained" and stays and told.before.kind == "local"
    return stalled or (told.kind == seen.kind == "unexplained" and not is_one_kind(seen, told))


def _of_one_route(seen: Observation, told: Observation) -> bool:
    """Whether an injected route leads to the same gateway by both, as far as both tell."""
    if not seen.kind == told.kind == "route-injection":
        return True
    return None in (seen.gateway, told.gateway) or seen.gateway == told.gateway


def _denied(told: Observation, offset: Span, alternative: Span, served: Sequence[Service]) -> bool:
    """Whether the host was served while it was dead by the log, or by another path than the log's before the fault, if
    the log's clock is ahead by `alternative`.
    """
    mine = [service for service in served if service.host == told.host]
    fault, found, repaired = (told.points.get(name) for name in ("fault", "detected", "repaired"))
    ahead, behind = offset.least - alternative.least, offset.most - alternative.most
    by_hand = told.kind in ("route-injection", "route-deletion")  # a CVM may live, and not serve the host yet
    if fault is not None and by_hand:
        good = fault.at.least + behind
        for segment in (segment for service in mine for segment in service.segments):
            if segment.start < good - PRIOR and good < segment.end and segment.path.kind != told.before.kind:
                return True
    if told.during.kind != "dead" or found is None or repaired is None:
        return False
    dead = found.at.most + ahead, repaired.at.least + behind
    return any(
        run.first < dead[1] and run.last > dead[0] for service in mine if dead[0] < dead[1] for run in service.runs
    )


def _allowed(seen: Observation, told: Observation, offset: Span, reach: int) -> Span | None:
    bound = Span(-reach, reach)
    for allowed in allowances(seen, told):
        least, most = offset.most + allowed.least, offset.least + allowed.most  # placing took off most, and least
        met = bound.meet(Span(least, most)) if least <= most else None
        if met is None:
            return None
        bound = met
    return bound
