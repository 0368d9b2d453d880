"""Labels in a row keep their order and never cover one another; words are cut to the room that they have."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.drawing.lettering import clear, cut, spread, width
from analyzer.report.words import visible

LABELS = st.lists(st.tuples(st.floats(0, 900), st.floats(10, 80)), max_size=10).map(sorted)


@given(LABELS)
def test_no_label_covers_another_or_leaves_the_row(labels: list[tuple[float, float]]) -> None:
    starts = spread(labels, 0, 900)

    assert starts is not None
    ends = [start + wide for start, (_, wide) in zip(starts, labels, strict=True)]
    assert all(start >= -0.001 for start in starts)
    assert all(end <= 900.001 for end in ends)
    assert all(end <= start + 0.001 for (end, _), (_, start) in pairwise(zip(ends, starts, strict=True)))


def test_what_has_room_stands_where_it_wants() -> None:
    assert spread([(100, 40), (300, 40)], 0, 900) == [80, 280]


def test_those_that_want_the_same_place_share_it() -> None:
    assert spread([(100, 40), (100, 40)], 0, 900) == [60, 100]


def test_what_does_not_fit_has_no_places() -> None:
    assert spread([(10, 60), (20, 60)], 0, 100) is None


def test_the_widest_room_has_no_pole() -> None:
    assert clear(0, 100, [20, 30, 200]) == (35, 95)
    assert clear(0, 100, []) == (5, 95)


@given(st.text(max_size=200), st.integers(0, 300), st.booleans())
def test_cut_words_have_room(words: str, room: int, bold: bool) -> None:
    shown = cut(words, room, bold=bold)

    assert shown == "…" or width(shown, bold=bold) <= room
    assert shown == visible(words) or visible(words).startswith(shown[:-1])


@pytest.mark.parametrize(("words", "shown"), [("fault", "fault"), ("a" * 1_000_000, "a" * 4 + "…")])
def test_cut(words: str, shown: str) -> None:
    assert cut(words, 50) == shown
