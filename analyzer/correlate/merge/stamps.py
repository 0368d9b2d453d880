"""Beside each instant of one log, what its clock said; and what a clock that nothing places leaves open."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import SEVERAL_FIT, Observation, Point
from analyzer.correlate.timing import UNPLACED
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName


def stamped(told: Observation, clocks: Clocks) -> Observation:
    """With each instant's stamp on its log's own clock; what nothing places has all that fits as its doubt."""
    for name, point in told.points.items():
        origins = clocks.stamping(point.origins)
        doubtful = [clock for clock in origins if clocks.in_doubt(clock) is not None]
        if len(origins) > 1 and doubtful:
            told = told.at(name, replace(point, at=clocks.widened(point.at, doubtful))).doubted(SEVERAL_FIT)
        if len(origins) == 1:
            told = _stamped_by(told, name, point, origins.pop(), clocks)
    return _since_right(told, clocks)


def _since_right(told: Observation, clocks: Clocks) -> Observation:
    """With a fault that is of a clock which nothing places no earlier than the check that found the path right last."""
    fault, right = told.points.get("fault"), told.since
    if fault is None or right is None or not fault.at.least < right.at.least <= fault.at.most:
        return told
    if any(clocks.in_doubt(clock) is not None for clock in clocks.stamping(right.origins)):
        return told
    at = Instant(fault.at.clock, right.at.least, fault.at.most)
    return told.at("fault", replace(fault, at=at, origins=(*fault.origins, *right.origins)))


def _stamped_by(told: Observation, name: InstantName, point: Point, clock: str, clocks: Clocks) -> Observation:
    """With the stamp of an instant that one clock has, as its line or its place says."""
    stamp, fitting = point.stamp or clocks.raw(point.at, clock), clocks.in_doubt(clock)
    if fitting is None:
        return told.at(name, replace(point, stamp=stamp))
    wide = told.at(name, replace(point, at=stamp.on(clocks.reference, fitting), stamp=stamp))
    return wide.doubted(SEVERAL_FIT, "low" if fitting.width > 2 * UNPLACED else "medium")
