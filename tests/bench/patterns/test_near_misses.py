"""Near misses show what is not linear; the program's own expressions are, or see no more than a message."""

from __future__ import annotations

import re

import pytest

from bench.patterns.found import Found, found
from bench.patterns.near_misses import near_misses
from bench.patterns.timing import growth

SLICE, PART = 7, 60
"""One expression in so many is driven here; `make bench` drives all."""
EVERY = found()


def named(pattern: str, *, at_one_place: bool = False) -> Found:
    return Found("here", re.compile(pattern), at_one_place)


@pytest.mark.parametrize(
    "pattern", [r"\s+x", r"^(\w+\s?)*$", r"a\d*\d*b", r'[\s"]*:?[\s"]*!', r"(?:x\w*)+;", r"\bset\((.*?)\)\]"]
)
def test_what_takes_the_square_or_worse_is_found(pattern: str) -> None:
    grown = growth(named(pattern))
    assert grown is not None
    assert not grown.is_linear


@pytest.mark.parametrize("pattern", [r"x", r"\d+", r"(?<!\s)\s+x", r"\d{1,3}(?:\.\d{1,3}){3}", r"a[^b]*?b"])
def test_what_is_linear_is_not(pattern: str) -> None:
    grown = growth(named(pattern, at_one_place=pattern.startswith("a")))
    assert grown is None or grown.is_linear


def test_a_near_miss_has_what_stands_before_a_repetition_and_that_very_often() -> None:
    texts = {text(8) for text in near_misses(re.compile(r"ab(?:c|d)=\d*;"))}
    assert "abc=11111111\0" in texts
    assert "abc=1\0" in texts


def test_the_expressions_of_modules_functions_and_rules_are_found() -> None:
    where = {one.where for one in EVERY}
    assert {
        "analyzer.ingest.rings._NAME",
        "analyzer.ingest.logs.rules",
        "analyzer.ingest.logs.recognise.SHAPES",
    } <= where
    assert any(re.fullmatch(r"analyzer\.ingest\.marks:\d+", one) for one in where)
    assert len(EVERY) > 500


@pytest.mark.parametrize("one", EVERY[SLICE::PART], ids=lambda one: one.where.removeprefix("analyzer."))
def test_a_slice_of_ours_is_linear_or_sees_little(one: Found) -> None:
    grown = growth(one)
    assert grown is None or grown.is_bounded, f"{grown.ratio:.1f} times as long for twice {grown.text!r}"
