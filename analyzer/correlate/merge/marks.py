"""A person's notes as evidence: a mark bounds the fault that it tells of, or proves that someone did it on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import Observation
from analyzer.model.event import Event, Mark
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin

NOTED_WITHIN = 60 * SECOND  # a person's note is this near to what it is about
KIND_OF_MARK = {
    "cvm-power-off": "cvm-failure",
    "cvm-power-on": "cvm-recovery",
    "route-add": "route-injection",
    "route-delete": "route-deletion",
}


def with_marks(
    observations: Sequence[Observation], events: Sequence[Event], clocks: Clocks
) -> tuple[list[Observation], list[Event]]:
    """The observations with each mark at the one of its kind nearest in time; and the marks that nothing confirms."""
    noted, unconfirmed = list(observations), []
    for event in events:
        if not isinstance(event.detail, Mark) or event.detail.action == "note":
            continue
        at, kinds = clocks.place(event.at), (KIND_OF_MARK[event.detail.action], "unexplained")
        fitting = [
            place
            for place, one in enumerate(noted)
            if one.kind in kinds and one.start - NOTED_WITHIN <= at.most and at.least <= one.end + NOTED_WITHIN
        ]
        if not fitting:
            unconfirmed.append(event)
            continue
        best = min(fitting, key=lambda place: abs(noted[place].start - at.middle))
        noted[best] = _noted(noted[best], event.detail, event.origin, at)
    return noted, unconfirmed


def _noted(observation: Observation, mark: Mark, origin: Origin, at: Instant) -> Observation:
    """With one mark: it is claimed, and bounds the fault."""
    observation = observation.claimed(f"A person noted: {mark.text}", [origin])
    fault = observation.points.get("fault")
    if fault is None:
        return observation.marked("fault", at, [origin], "a person's note")
    met = fault.at.meet(at)
    if met is None:
        return observation
    how = fault.how if met == fault.at else f"{fault.how}, and a person's note"
    return observation.at("fault", replace(fault, at=met, origins=(*fault.origins, origin), how=how))
