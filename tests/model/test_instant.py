"""Instants and spans: integer intervals, whose sums hold, and clocks that never mix."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import ClocksNotAlignedError
from analyzer.model.instant import UNBOUNDED, Instant, Span

numbers = st.integers(-(2**60), 2**60)
pairs = st.tuples(numbers, numbers).map(sorted)
spans = pairs.map(lambda pair: Span(*pair))
instants = pairs.map(lambda pair: Instant("c", *pair))


@pytest.mark.parametrize("shape", [lambda: Span(1, 0), lambda: Instant("c", 1, 0)], ids=["span", "instant"])
def test_least_beyond_most_is_refused(shape: object) -> None:
    with pytest.raises(ValueError, match="beyond its most"):
        shape()  # type: ignore[operator]


@given(instants, instants, st.data())
def test_a_difference_holds_every_difference_of_moments(one: Instant, other: Instant, data: st.DataObject) -> None:
    early = data.draw(st.integers(one.least, one.most))
    late = data.draw(st.integers(other.least, other.most))

    assert (other - one).holds(late - early)
    assert (other - one).width == one.doubt + other.doubt


@given(instants, instants)
def test_differences_are_antisymmetric(one: Instant, other: Instant) -> None:
    forth, back = other - one, one - other

    assert (forth.least, forth.most) == (-back.most, -back.least)


def test_instants_of_different_clocks_are_never_subtracted() -> None:
    with pytest.raises(ClocksNotAlignedError, match="'a' and 'b'"):
        Instant("a", 0, 1) - Instant("b", 0, 1)


def test_instants_of_different_clocks_never_meet() -> None:
    with pytest.raises(ClocksNotAlignedError):
        Instant("a", 0, 1).meet(Instant("b", 0, 1))


@given(instants, spans)
def test_placing_on_another_clock_widens_by_the_offsets_doubt(at: Instant, offset: Span) -> None:
    placed = at.on("r", offset)

    assert placed.clock == "r"
    assert placed.doubt == at.doubt + offset.width


@given(instants, instants)
def test_a_meeting_lies_within_both_and_is_mutual(one: Instant, other: Instant) -> None:
    met = one.meet(other)

    assert met == other.meet(one)
    if met is None:
        assert one.most < other.least or other.most < one.least
    else:
        assert max(one.least, other.least) == met.least <= met.most == min(one.most, other.most)


@given(instants)
def test_the_middle_lies_within(at: Instant) -> None:
    assert at.least <= at.middle <= at.most


@given(spans, spans, st.data())
def test_a_sum_holds_every_sum(one: Span, other: Span, data: st.DataObject) -> None:
    first, second = data.draw(st.integers(one.least, one.most)), data.draw(st.integers(other.least, other.most))

    assert (one + other).holds(first + second)
    assert (one + other).width == one.width + other.width


@given(spans, spans)
def test_spans_meet_as_instants_do(one: Span, other: Span) -> None:
    met = one.meet(other)

    assert met == other.meet(one)
    if met is not None:
        assert one.holds(met.least)
        assert other.holds(met.most)


def test_an_open_span_says_so() -> None:
    assert not Span(5, UNBOUNDED).bounded
    assert Span(5, UNBOUNDED - 1).bounded
    assert Span(5, UNBOUNDED).holds(10**15)


@given(instants)
def test_they_are_values(at: Instant) -> None:
    assert at == Instant(at.clock, at.least, at.most)
    assert hash(at) == hash(Instant(at.clock, at.least, at.most))
    with pytest.raises(AttributeError):
        at.least = 0  # type: ignore[misc]
