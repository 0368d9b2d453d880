"""A person's notes as evidence: a mark bounds the fault that it tells of, or proves that someone did it on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import Draft
from analyzer.model.event import Event, Mark
from analyzer.model.instant import SECOND

NEAR = 60 * SECOND
KIND_OF_MARK = {
    "cvm-power-off": "cvm-failure",
    "cvm-power-on": "cvm-recovery",
    "route-add": "route-injection",
    "route-delete": "route-deletion",
}


def apply_marks(events: Sequence[Event], observations: Sequence[Draft], clocks: Clocks) -> list[Event]:
    """Put each mark to the observation of its kind nearest in time; returns the marks that nothing confirms."""
    unconfirmed = []
    for event in events:
        if not isinstance(event.detail, Mark) or event.detail.action == "note":
            continue
        at = clocks.place(event.at)
        fitting = [
            observation
            for observation in observations
            if observation.kind in (KIND_OF_MARK[event.detail.action], "unexplained")
            and observation.start - NEAR <= at.most
            and at.least <= observation.end + NEAR
        ]
        if not fitting:
            unconfirmed.append(event)
            continue
        best = min(fitting, key=lambda observation: abs(observation.start - at.middle))
        best.claim(f"A person noted: {event.detail.text}", [event.origin])
        fault = best.points.get("fault")
        if fault is None:
            best.mark("fault", at, [event.origin], "a person's note")
        else:
            met = fault.at.meet(at)
            if met is not None:
                how = fault.how if met == fault.at else f"{fault.how}, and a person's note"
                best.points["fault"] = replace(fault, at=met, origins=(*fault.origins, event.origin), how=how)
    return unconfirmed
