"""Which offset of a log's clock the episodes agree on, where both the wire and the log tell of them.

Every sighting of the wire may be any of the log's on the same host that can be of its kind; each such pair allows the
clock a range of offsets. Only a range that most sightings agree on, and no other does as well, says something.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.matching import allowances, can_be_one
from analyzer.correlate.repeats import PRIOR
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
    pairs: list[Pairing] = []
    sure: list[tuple[Span, int]] = []
    for i, log in enumerate(told):
        for j, wire in enumerate(seen):
            allowed = _allowed(wire, log, offset, reach) if can_be_one(wire, log) else None
            if allowed is not None and -reach < allowed.least and allowed.most < reach:  # bounded from one side is not
                pairs.append(Pairing(i, j, allowed))
                if wire.kind == log.kind and wire.confidence != "low":
                    sure.append((allowed, i))
    over = max((log.end for log in told), default=0) - min((log.start for log in told), default=0)
    ballot = elect(pairs, over, one_to_one=True)  # a fault that the wire shows is one that the log tells of
    if ballot is None or len(ballot.rivals) > 1:
        return None
    alike = any(allowed.meet(ballot.offset) is not None for allowed, _ in sure)
    if not alike and ballot.offset.width > NARROW:
        return None  # stalls that may be anything agree on so wide a range by chance
    natural = ballot.offset.meet(Span(-PRIOR, PRIOR)) is not None
    return (ballot.offset, ballot.score) if alike or natural or ballot.score >= SOME else None


def _allowed(seen: Sighting, told: Sighting, offset: Span, reach: int) -> Span | None:
    bound = Span(-reach, reach)
    for allowed in allowances(seen, told):
        least, most = offset.most + allowed.least, offset.least + allowed.most  # placing took off most, and least
        met = bound.meet(Span(least, most)) if least <= most else None
        if met is None:
            return None
        bound = met
    return bound
