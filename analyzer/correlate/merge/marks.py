"""A person's notes as evidence: a mark bounds the fault that it tells of, or proves that someone did it on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.model.episode import Statement
from analyzer.model.event import Event, Mark
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin

NOTED_WITHIN = 60 * SECOND  # a person's note is this near to what it is about
KIND_OF_MARK = {
    "cvm-power-off": "cvm-failure",
    "cvm-power-on": "cvm-recovery",
    "route-add": "route-injection",
    "route-delete": "route-deletion",
}


def with_marks(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """Each mark is noted at the observation of its kind that is nearest in time."""
    noted = list(observations)
    for event, mark in _marks(settled):
        at = settled.clocks.place(event.at)
        fitting = _fitting(noted, mark, at)
        if fitting:
            best = min(fitting, key=lambda place: abs(noted[place].start - at.middle))
            noted[best] = _noted(noted[best], mark, event.origin, at)
    return noted


def unconfirmed(observations: Sequence[Observation], settled: Settled) -> tuple[Event, ...]:
    """The marks that nothing confirms."""
    return tuple(
        event for event, mark in _marks(settled) if not _fitting(observations, mark, settled.clocks.place(event.at))
    )


def _marks(settled: Settled) -> Iterator[tuple[Event, Mark]]:
    for event in settled.timeline.evidence.of(Mark):
        if isinstance(event.detail, Mark) and event.detail.action != "note":
            yield event, event.detail


def _fitting(observations: Sequence[Observation], mark: Mark, at: Instant) -> list[int]:
    """The places of observations that a mark may be of."""
    kinds = (KIND_OF_MARK.get(mark.action), "unexplained")
    return [
        place
        for place, one in enumerate(observations)
        if one.kind in kinds and one.start - NOTED_WITHIN <= at.most and at.least <= one.end + NOTED_WITHIN
    ]


def _noted(observation: Observation, mark: Mark, origin: Origin, at: Instant) -> Observation:
    """With one mark: it is claimed, and bounds the fault."""
    observation = observation.claimed(Statement("noted", told=mark.text), [origin])
    fault = observation.points.get("fault")
    if fault is None:
        return observation.marked("fault", at, [origin], How("note"))
    met = fault.at.meet(at)
    if met is None:
        return observation
    how = fault.how if met == fault.at else replace(fault.how, noted=True)
    return observation.at("fault", replace(fault, at=met, origins=(*fault.origins, origin), how=how))
