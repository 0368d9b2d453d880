"""An effect never precedes its cause: the instants of an episode bound each other."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName
from analyzer.model.told import Doubt

CHAIN: tuple[InstantName, ...] = (
    "fault",
    "detected",
    "decided",
    "terminated",
    "repaired",
    "connected",
    "restored",
    "recovered",
)


def in_order(observation: Observation) -> Observation:
    """With each instant of the chain bounded by the others; a contradiction is a doubt."""
    known = [name for name in CHAIN if name in observation.points]
    least, most = -(2**62), 2**62
    for name in known:
        at = observation.points[name].at
        least = max(least, at.least)
        observation = _bounded(observation, name, least, at.most)
    for name in reversed(known):
        at = observation.points[name].at
        most = min(most, at.most)
        observation = _bounded(observation, name, at.least, most)
    check, detected = observation.points.get("check"), observation.points.get("detected")
    if check is not None and detected is not None:
        observation = _bounded(observation, "check", check.at.least, min(check.at.most, detected.at.most))
    return observation


def _bounded(observation: Observation, name: InstantName, least: int, most: int) -> Observation:
    """With an instant within bounds; else with a doubt, when they exclude each other."""
    if least > most:
        return observation.doubted(Doubt("out-of-order", instant=name))
    point = observation.points[name]
    return observation.at(name, replace(point, at=Instant(point.at.clock, least, most)))
