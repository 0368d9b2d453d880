"""What a log's own clock said of an instant is told beside it; what nothing places is told with all that fits."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.merge.stamps import stamped
from analyzer.correlate.observation import Observation, Point
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.made import observation

A, B = Origin("a.out", 1), Origin("b.out", 1)


def clocks(*, fitting: tuple[tuple[int, int], ...] = (), ahead: int = 10) -> Clocks:
    """Log `a` is `ahead` seconds ahead, known unless other spans of seconds fit; log `b` is right."""
    made = Clocks("c", logs={"a.out": "a", "b.out": "b"})
    first = Span(ahead * SECOND, ahead * SECOND)
    a = ClockOffset(clock="a", reference="c", offset=first, basis="assumed" if fitting else "measured")
    b = ClockOffset(clock="b", reference="c", offset=Span(0, 0), basis="given")
    return (
        made.at("a", a)
        .at("b", b)
        .with_alternatives("a", [Span(least * SECOND, most * SECOND) for least, most in fitting])
    )


def told(*origins: Origin) -> Observation:
    """An observation of a fault at 20 to 21 s, on the reference clock."""
    return observation(basis="logs").at("fault", Point(Instant("c", 20 * SECOND, 21 * SECOND), origins, How("note")))


def test_an_instant_of_one_log_has_its_stamp() -> None:
    point = stamped(told(A), clocks()).points["fault"]

    assert point.stamp == Instant("a", 30 * SECOND, 31 * SECOND)
    assert point.at == Instant("c", 20 * SECOND, 21 * SECOND)


def test_a_stamp_that_is_there_stays() -> None:
    own = Instant("a", 1, 2)
    made = told(A)
    made = made.at("fault", replace(made.points["fault"], stamp=own))

    assert stamped(made, clocks()).points["fault"].stamp == own


@pytest.mark.parametrize("origins", [(A, B), ()], ids=["of two logs", "of none"])
def test_an_instant_of_no_one_log_has_no_stamp(origins: tuple[Origin, ...]) -> None:
    made = told(*origins)

    assert stamped(made, clocks()) == made


@pytest.mark.parametrize(
    ("fitting", "confidence"),
    [(((10, 10), (40, 40)), "medium"), (((10, 10), (910, 910)), "medium"), (((10, 10), (5_000, 5_000)), "low")],
    ids=["near", "as far apart as clocks are", "far apart"],
)
def test_of_a_clock_that_several_offsets_fit_all_are_told(
    fitting: tuple[tuple[int, int], ...], confidence: str
) -> None:
    made = stamped(told(A), clocks(fitting=fitting))

    point = made.points["fault"]
    assert point.stamp == Instant("a", 30 * SECOND, 31 * SECOND)
    assert point.at == Instant("c", (30 - fitting[1][0]) * SECOND, 21 * SECOND)
    assert made.confidence == confidence
    assert len(made.doubts) == 1


def test_what_such_a_clock_and_another_tell_together_is_as_wide() -> None:
    made = stamped(told(A, B), clocks(fitting=((10, 10), (40, 40))))

    point = made.points["fault"]
    assert (point.at, point.stamp) == (Instant("c", -10 * SECOND, 21 * SECOND), None)
    assert len(made.doubts) == 1


def test_nor_is_one_that_a_line_stamped_itself_placed_better_than_its_clock() -> None:
    """A person's command, whose stamp is the kernel's."""
    made = told(A)
    own = Instant("a", 30 * SECOND, 30 * SECOND)

    made = stamped(made.at("fault", replace(made.points["fault"], stamp=own)), clocks(fitting=((-600, 600),)))

    assert made.points["fault"].stamp == own
    assert made.points["fault"].at == Instant("c", -570 * SECOND, 630 * SECOND)


RIGHT = Point(Instant("c", 15 * SECOND, 15 * SECOND), (B,), How("right-to-wrong"))


def test_a_fault_of_a_clock_that_nothing_places_is_no_earlier_than_the_check_before_it() -> None:
    point = stamped(replace(told(A), since=RIGHT), clocks(fitting=((-600, 600),))).points["fault"]

    assert point.at.least == 15 * SECOND
    assert point.at.most > 600 * SECOND
    assert point.origins == (A, B)


@pytest.mark.parametrize(
    "since",
    [
        pytest.param(None, id="no check"),
        pytest.param(replace(RIGHT, origins=(A,)), id="a check on the same clock"),
        pytest.param(replace(RIGHT, at=Instant("c", 9_000 * SECOND, 9_000 * SECOND)), id="a check after it"),
    ],
)
def test_else_it_keeps_all_that_fits(since: Point | None) -> None:
    wide = stamped(told(A), clocks(fitting=((-600, 600),))).points["fault"]

    assert stamped(replace(told(A), since=since), clocks(fitting=((-600, 600),))).points["fault"] == wide


def test_one_that_is_placed_stays_as_it_is() -> None:
    assert stamped(replace(told(A), since=RIGHT), clocks()).points["fault"].at.least == 20 * SECOND
