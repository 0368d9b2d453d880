"""Which offset of a log's clock the episodes agree on, where both the wire and the log tell of them.

Every sighting of the wire may be any of the log's on the same host that can be of its kind; each such pair allows the
clock a range of offsets. Only a range that most sightings agree on, and no other does as well, says something.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.matching import allowances, can_be_one
from analyzer.correlate.repeats import PRIOR
from analyzer.correlate.service import Service
from analyzer.correlate.sighting import Sighting
from analyzer.correlate.voting import Pairing, elect
from analyzer.model.instant import Span

NARROW = 2 * PRIOR
SOME = 2  # so many sightings of the log that agree are no chance


def agreed(seen: Sequence[Sighting], told: Sequence[Sighting], offset: Span, reach: int) -> tuple[Span, int] | None:
    """The absolute offset that the pairs agree on and how many agree, or None when they decide nothing.

    `told` were placed by `offset`; the answer is not further than `reach` ns from none, or than the zone of a log that
    has none allows.
    """
    reach = max(reach, offset.most) if offset.width > 2 * reach else reach
    pairs, sure = _pairs(seen, told, offset, reach)
    over = max((log.end for log in told), default=0) - min((log.start for log in told), default=0)
    ballot = elect(pairs, over, one_to_one=True)  # a fault that the wire shows is one that the log tells of
    if ballot is None or len(ballot.rivals) > 1:
        return None
    alike = any(allowed.meet(ballot.offset) is not None for allowed in sure)
    if not alike and ballot.offset.width > NARROW:
        return None  # stalls that may be anything agree on so wide a range by chance
    natural = ballot.offset.meet(Span(-PRIOR, PRIOR)) is not None
    return (ballot.offset, ballot.score) if alike or natural or ballot.score >= SOME else None


def chosen(
    seen: Sequence[Sighting], told: Sequence[Sighting], offset: Span, rivals: Sequence[Span], served: Sequence[Service]
) -> tuple[Span, int] | None:
    """The one of `rivals` at which most of the log's faults are seen on the wire, less those that the wire contradicts,
    and how many are; None when two do equally well. `told` were placed by `offset`.
    """
    reach = max(max(abs(rival.least), abs(rival.most)) for rival in rivals)
    pairs, _ = _pairs(seen, told, offset, reach + PRIOR)
    found: list[tuple[int, int, Span]] = []
    for rival in rivals:
        fitting = [pair for pair in pairs if pair.offset.meet(rival) is not None]
        both = min(len({pair.line for pair in fitting}), len({pair.mark for pair in fitting}))
        denied = sum(_denied(log, offset, rival, served) for log in told)
        found.append((both - denied, both, rival))
    found.sort(key=lambda item: item[0], reverse=True)
    (score, both, rival), (second, _, _) = found[:2]
    return (rival, both) if score > second else None


def _pairs(
    seen: Sequence[Sighting], told: Sequence[Sighting], offset: Span, reach: int
) -> tuple[list[Pairing], list[Span]]:
    """What may be of one fault, and what the surely alike of them allow the clock."""
    pairs: list[Pairing] = []
    sure: list[Span] = []
    for i, log in enumerate(told):
        for j, wire in enumerate(seen):
            allowed = _allowed(wire, log, offset, reach) if can_be_one(wire, log) else None
            if allowed is not None and -reach < allowed.least and allowed.most < reach:  # bounded from one side is not
                pairs.append(Pairing(i, j, allowed))
                if wire.kind == log.kind and wire.confidence != "low":
                    sure.append(allowed)
    return pairs, sure


def _denied(told: Sighting, offset: Span, rival: Span, served: Sequence[Service]) -> bool:
    """Whether the host was served while it was dead by the log, if its clock is ahead by `rival`."""
    found, repaired = told.points.get("detected"), told.points.get("repaired")
    if told.during.kind != "dead" or found is None or repaired is None:
        return False
    dead = found.at.most + offset.least - rival.least, repaired.at.least + offset.most - rival.most
    return any(
        run.first < dead[1] and run.last > dead[0]
        for service in served
        if service.host is told.host and dead[0] < dead[1]
        for run in service.runs
    )


def _allowed(seen: Sighting, told: Sighting, offset: Span, reach: int) -> Span | None:
    bound = Span(-reach, reach)
    for allowed in allowances(seen, told):
        least, most = offset.most + allowed.least, offset.least + allowed.most  # placing took off most, and least
        met = bound.meet(Span(least, most)) if least <= most else None
        if met is None:
            return None
        bound = met
    return bound
