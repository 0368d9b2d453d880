"""How numbers are written: rounded so that what is written covers what is known."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.report import words

UNITS = {"min": 60 * SECOND, "s": SECOND, "ms": MILLISECOND, "µs": 1000, "ns": 1}
NS = st.one_of(st.integers(-(10**13), 10**13), st.integers(-(10**7), 10**7), st.integers(0, 10**10))


@pytest.mark.parametrize(
    ("least", "most", "written"),
    [
        (23_100_000_000, 24_000_000_000, "23.6 s ± 0.5 s"),
        (27_071_056_000, 27_071_058_000, "27.071 s ± 1 ms"),
        (3 * SECOND, 33 * SECOND, "between 3 s and 33 s"),
        (-300_000_000, 1_200_000_000, "between −0.3 s and 1.2 s"),
        (350_000, 352_000, "351 µs ± 1 µs"),
        (3_000_000, 4_000_000, "3.5 ms ± 0.5 ms"),
        (750 * SECOND, 751 * SECOND, "12 min 30.5 s ± 0.5 s"),
        (23 * SECOND, 23 * SECOND, "23.000 s"),
        (0, 0, "0 s"),
        (0, 33_400_000_000, "at most 34 s"),
        (0, 1_050_000, "at most 1.1 ms"),
        (100_000, 1_150_000, "600 µs ± 600 µs"),
        (12_345_678_901, 2**62, "at least 12.345 s"),
    ],
)
def test_duration(least: int, most: int, written: str) -> None:
    assert words.duration(Span(least, most)) == written


@given(NS, st.one_of(st.just(0), st.integers(0, 10**6), st.integers(0, 10**12)))
def test_a_duration_covers_its_span(least: int, width: int) -> None:
    written = words.duration(Span(least, least + width))
    low, high = bounds(written)
    # Without a doubt that is written, a value is exact to the step in which it is written.
    slack = 0 if any(sign in written for sign in ("±", "between", "at most")) else MILLISECOND
    assert low - slack <= least <= least + width <= high + slack, written
    assert low >= 0 or least < 0, written


def bounds(written: str) -> tuple[Fraction, Fraction]:
    """What a written duration allows, ns."""
    if written.startswith("between "):
        low, high = written.removeprefix("between ").split(" and ")
        return ns(low), ns(high)
    if written.startswith("at most "):
        return Fraction(0), ns(written)
    value, _, doubt = written.partition(" ± ")
    return ns(value) - ns(doubt or "0 s"), ns(value) + ns(doubt or "0 s")


def ns(written: str) -> Fraction:
    parts = re.findall(r"([\d.]+) (min|s|ms|µs|ns)", written)
    assert parts, written
    total = sum((Fraction(number) * UNITS[unit] for number, unit in parts), Fraction(0))
    return -total if written.startswith("−") else total


@pytest.mark.parametrize(
    ("ns_stated", "written"),
    [(23 * SECOND, "23 s"), (1_700_000_000, "1.7 s"), (0, "0 s"), (150 * SECOND, "2 min 30 s"), (-5_000_000, "−5 ms")],
)
def test_exact(ns_stated: int, written: str) -> None:
    assert words.exact(ns_stated) == written


T = 1_795_331_086_342_806_000


@pytest.mark.parametrize(
    ("most", "written"),
    [
        (T + 1000, "2026-11-22 07:04:46.343 ± 1 ms"),
        (T + 3 * MILLISECOND, "2026-11-22 07:04:46.344 ± 2 ms"),
        (T + SECOND, "2026-11-22 07:04:46.843 ± 0.6 s"),
        (T + 30 * SECOND, "between 2026-11-22 07:04:46.342 and 2026-11-22 07:05:16.343"),
    ],
    ids=["us", "ms", "s", "range"],
)
def test_moment(most: int, written: str) -> None:
    assert words.moment(Instant("x", T, most)) == written


def test_a_moment_that_no_calendar_holds_is_said_so() -> None:
    assert words.stamp(10**30) == "an unknown time"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é → 🙂", "plain é → 🙂"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\udcff"),
        ("a\nb", "a\nb"),
    ],
    ids=["plain", "terminal", "bidi", "undecodable", "lines"],
)
def test_visible(text: str, shown: str) -> None:
    assert words.visible(text) == shown


@given(st.text())
def test_what_is_visible_can_be_written(text: str) -> None:
    shown = words.visible(text)

    assert shown.encode().decode() == shown
    assert words.visible(shown) == shown
    assert [character for character in shown if not (character.isprintable() or character.isspace())] == []


@pytest.mark.parametrize(
    ("number", "written"), [(5, "5 B"), (5_321, "5.3 kB (5,321 B)"), (1_398_101, "1.4 MB (1,398,101 B)")]
)
def test_size(number: int, written: str) -> None:
    assert words.size(number) == written


@pytest.mark.parametrize(
    ("rate", "unit", "written"), [(12_345, "", "12.3/s"), (123_456_789, "B", "123.5 kB/s"), (0, "B", "0.0 B/s")]
)
def test_per_second(rate: int, unit: str, written: str) -> None:
    assert words.per_second(rate, unit) == written


@given(st.text())
def test_only_what_is_invisible_is_written_out(text: str) -> None:
    shown = words.visible(text)

    assert not [c for c in shown if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn")]
    assert len(shown) > len(text) or shown == text
