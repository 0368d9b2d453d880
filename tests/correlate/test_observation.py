"""An observation gives a new one for each thing more that is known."""

from __future__ import annotations

from analyzer.correlate.observation import Point
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from analyzer.model.told import Doubt
from tests.correlate.made import observation

LINE = Origin("genesis.out", 1)
ONE, TWO = Doubt("service-not-back"), Doubt("several-silent")
LATER = Instant("c", 5 * SECOND, 6 * SECOND)


def test_what_is_marked_first_stays() -> None:
    made = observation(fault=(0, 1))

    assert made.marked("fault", LATER, [LINE], How("note")) is made
    assert made.marked("restored", LATER, [LINE], How("note")).points["restored"] == Point(LATER, (LINE,), How("note"))


def test_what_is_put_at_an_instant_takes_the_place_of_what_was_there() -> None:
    made = observation(fault=(0, 1))

    moved = made.at("fault", Point(LATER, (LINE,), How("rate-is-back")))

    assert moved.points["fault"].at == LATER
    assert made.points["fault"].at == Instant("c", 0, SECOND), "the one before is as it was"


def test_instants_are_taken_out_by_name() -> None:
    made = observation(fault=(0, 1), detected=(2, 3), restored=(4, 5))

    assert made.without("fault", "check").points.keys() == {"detected", "restored"}


def test_confidence_only_falls() -> None:
    low = observation().doubted(ONE, "low")

    assert low.confidence == "low"
    assert low.doubted(TWO, "medium").confidence == "low"
    assert low.doubted(TWO).doubts == (ONE, TWO)
    assert observation().doubted(ONE).confidence == "medium"
