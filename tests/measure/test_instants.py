"""An episode's instants, and the spans between them."""

from __future__ import annotations

import pytest
from msgspec import structs

from analyzer.measure.instants import between, instant, known, span
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.measurement import How, InstantName, KnownInstant, KnownMeasurement, MissingMeasurement
from analyzer.model.source import Origin
from tests.measure import builder
from tests.measure.builder import episode

A, B = Origin("span.pcap", 1), Origin("genesis.out", 2)


def at(least: int, most: int, *, stamp: Instant | None = None, origins: tuple[Origin, ...] = (A,)) -> KnownInstant:
    """An instant in s."""
    return KnownInstant("fault", Instant("c", least * SECOND, most * SECOND), origins, How("note"), stamp)


def stamped(clock: str, second: int) -> Instant:
    return Instant(clock, second * SECOND, second * SECOND)


def test_a_span_is_between_the_ends_of_both() -> None:
    assert span(at(10, 12), at(40, 45)) == Span(28 * SECOND, 35 * SECOND)


def test_what_one_clock_stamped_twice_is_as_long_as_that_clock_says() -> None:
    one, other = at(10, 12, stamp=stamped("log", 110)), at(40, 45, stamp=stamped("log", 141))

    assert span(one, other) == Span(31 * SECOND, 31 * SECOND)


@pytest.mark.parametrize(
    ("first", "second"),
    [(stamped("log", 110), None), (None, stamped("log", 141)), (stamped("log", 110), stamped("other", 141))],
    ids=["one stamp", "the other stamp", "two clocks"],
)
def test_else_stamps_say_nothing(first: Instant | None, second: Instant | None) -> None:
    assert span(at(10, 12, stamp=first), at(40, 45, stamp=second)) == Span(28 * SECOND, 35 * SECOND)


def test_stamps_that_contradict_the_placing_are_left_out() -> None:
    one, other = at(10, 12, stamp=stamped("log", 110)), at(40, 45, stamp=stamped("log", 180))

    assert span(one, other) == Span(28 * SECOND, 35 * SECOND)


def test_no_span_is_negative() -> None:
    assert span(at(10, 12), at(8, 15)) == Span(0, 5 * SECOND)
    assert span(at(10, 12), at(7, 10)) == Span(0, 0)
    assert span(at(10, 12), at(5, 9)) is None


def test_an_end_before_its_begin_is_no_duration() -> None:
    told = episode("cvm-failure", {"fault": builder.at(31_000), "detected": builder.at(1_000)})

    assert between(told, "detection", "fault", "detected") == MissingMeasurement(
        "detection", "not-observed", "out-of-order"
    )


def test_an_instant_is_known_or_missing_and_so_is_what_is_between_two() -> None:
    told = episode("cvm-failure", {"fault": builder.at(1_000), "restored": builder.at(31_000, 31_500)})

    fault = known(told, "fault")
    assert fault is not None
    assert (instant(told, "fault"), fault.at) == (fault, builder.at(1_000))
    assert known(told, "repaired") is None
    assert between(told, "outage", "fault", "restored") == KnownMeasurement(
        "outage", Span(30 * SECOND, 30_500 * MILLISECOND), (Origin("fault.file", 1), Origin("restored.file", 1))
    )


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({}, "fault"),
        ({"restored": builder.at(31_000)}, "fault"),
        ({"fault": builder.at(1_000)}, "restored"),
    ],
    ids=["both", "the first", "the second"],
)
def test_of_what_is_missing_the_first_one_is_told(told: dict[InstantName, Instant], missing: InstantName) -> None:
    found = between(episode("cvm-failure", told), "outage", "fault", "restored")

    assert found == MissingMeasurement("outage", "not-in-evidence", "instant-missing", missing)


def test_a_frame_that_shows_both_ends_is_named_once() -> None:
    told = episode("cvm-failure", {"fault": builder.at(1_000), "restored": builder.at(2_000)})
    fault = known(told, "fault")
    assert fault is not None
    both = structs.replace(
        told,
        instants=tuple(
            structs.replace(one, origins=fault.origins) if isinstance(one, KnownInstant) else one
            for one in told.instants
        ),
    )

    found = between(both, "outage", "fault", "restored")

    assert isinstance(found, KnownMeasurement)
    assert found.origins == fault.origins
