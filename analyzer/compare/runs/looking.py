"""A look after every run: whether the tests of a kind take longer now than they did."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.compare.runs.courses import LEAST_RUNS, courses
from analyzer.compare.runs.figures import figures_of
from analyzer.compare.runs.settings import comparable
from analyzer.model.episode import EpisodeKind
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.courses import Course, Look, Says

OUTAGE = "outage"
PROCESSING = "detect"
"""From the check that finds the fault until Genesis says so: a detection without the wait for that check, which hides
most of what may change.
"""
DETECTION = "detection"


def looked(tests: Sequence[ComparedTest], kind: EpisodeKind) -> Look:
    """What the history of one cluster says of a kind of episode after its last test: `tests` are in the order in which
    they were made. Only two figures are looked after, the outage and Genesis' processing (the detection, where too few
    tests have that), so that of histories without a change 6 % alarm at any time of 50 tests. Tests without a time, and
    those whose settings are not those of most, don't count.
    """
    timed = comparable([one for one in tests if one.time is not None]).tests
    of_kind = [one for one in timed if any(of == kind for (of, _), _ in one.durations)]
    found = courses(of_kind, _watched(of_kind, kind))
    return Look(kind=kind, runs=len(of_kind), says=_says(found), courses=found)


def kinds_of(tests: Sequence[ComparedTest]) -> tuple[EpisodeKind, ...]:
    """The kinds of episodes that the tests have, in the order in which they are told."""
    return tuple(dict.fromkeys(kind for kind, _ in figures_of(tests)))


def _watched(tests: Sequence[ComparedTest], kind: EpisodeKind) -> tuple[Figure, ...]:
    counts = {
        name: sum((kind, name) in dict(one.durations) for one in tests) for name in (OUTAGE, PROCESSING, DETECTION)
    }
    second = PROCESSING if counts[PROCESSING] >= 2 * LEAST_RUNS else DETECTION
    return tuple((kind, name) for name in (OUTAGE, second) if counts[name])


def _says(found: Sequence[Course]) -> Says:
    if not any(one.rare for one in found):
        return "too-few"
    alarm = next((one.alarm for one in found if one.alarm is not None), None)
    if alarm is None:
        return "as-before"
    return "slower" if alarm.longer.least + alarm.longer.most > 0 else "faster"
