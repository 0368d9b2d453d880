"""Which observations are but a part of a better founded one of the same host."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SAME_TIME


def absorbed(observation: Observation, others: Sequence[Observation]) -> bool:
    """Whether an unexplained or doubtful change lies within a better founded episode of the host, so is part of it."""
    if observation.basis == "wire" and _between(observation, others):
        return True
    doubtful = observation.basis == "wire" and observation.confidence == "low"
    if observation.kind != "unexplained" and not doubtful:
        return False
    return any(
        other is not observation
        and other.kind != "unexplained"
        and other.confidence != "low"
        and not other.adrift
        and other.host == observation.host
        and _begins(other) - SAME_TIME <= _shows(observation) <= other.end + SAME_TIME
        for other in others
    )


def _between(observation: Observation, others: Sequence[Observation]) -> bool:
    """Whether a remote path only stalled where logs tell more: the CVM came back, served unseen, and failed again."""
    if observation.before.kind != "remote" or observation.after.kind != "remote":
        return False
    mine = [one for one in others if one.basis == "logs" and not one.adrift and one.host == observation.host]
    back = [one.points["repaired"].at for one in mine if one.kind == "cvm-recovery" and "repaired" in one.points]
    away = [one.points["repaired"].at for one in mine if one.kind == "cvm-failure" and "repaired" in one.points]
    began = any(abs(at.middle - observation.start) <= SAME_TIME for at in back)
    return began and any(observation.start < at.least and at.most <= observation.end + SAME_TIME for at in away)


def _begins(observation: Observation) -> int:
    """When a fault happened at the earliest, ns; a log's evidence begins with the last check before it."""
    fault = observation.points.get("fault")
    return observation.start if fault is None else max(observation.start, fault.at.least)


def _shows(observation: Observation) -> int:
    """When something is seen to happen, ns: a path that appears in a capture may have been there before it."""
    fault, restored = observation.points.get("fault"), observation.points.get("restored")
    return restored.at.least if fault is None and restored is not None else observation.start
