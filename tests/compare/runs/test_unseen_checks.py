"""Detections of which nobody saw the checks are compared for the processing in them."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare.runs.comparison import versus
from analyzer.compare.runs.unseen_checks import period
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Group
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Different, Figure, Groups
from tests.compare.runs.made import OUTAGE, of_durations

DETECTION: Figure = ("cvm-failure", "detection")
WAIT: Figure = ("cvm-failure", "wait")
UNSEEN = Span(0, 34 * SECOND)
PERIOD = 30 * SECOND


def detection(seconds: float, wait: Span | None = UNSEEN, width: float = 1.0) -> ComparedTest:
    """A test of which the check period is known, by the sample's settings."""
    span = Span(round(seconds * SECOND), round((seconds + width) * SECOND))
    return of_durations({DETECTION: span, **({WAIT: wait} if wait else {})})


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (detection(20), PERIOD),
        (detection(20, None), PERIOD),
        (detection(20, Span(0, 3 * SECOND)), None),
        (detection(20, width=20.0), None),
    ],
    ids=["wait unknown", "no wait", "wait known", "detection vague"],
)
def test_when_the_checks_are_unseen(one: ComparedTest, found: int | None) -> None:
    assert period(DETECTION, [one], [detection(21)]) == found
    assert period(OUTAGE, [one], [detection(21)]) is None


def test_processing_is_compared_by_the_middles() -> None:
    random = np.random.default_rng(1)
    groups = [
        Group(str(shift), tuple(detection(3 + shift + 30 * part) for part in random.random(12))) for shift in (0, 20)
    ]

    (found,) = versus([(groups[0], groups[1])], SECOND)
    line = next(one for one in found.lines if one.figure == DETECTION)
    assert isinstance(line, Groups)
    assert (line.method, line.how) == ("midrange", "model")
    assert isinstance(line.answer, Different)
    assert line.interval.holds(20 * SECOND)
