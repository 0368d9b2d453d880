from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.compare.watching import Revision, alarmed, revised, standing


@pytest.mark.parametrize(
    ("looks", "alarm"),
    [
        ([], False),
        ([0.001], False),
        ([0.001, 0.005], True),
        ([0.001, 0.006], False),
        ([0.006, 0.001], False),
        ([0.001, 0.2, 0.001], False),
        ([0.9, 0.001, 0.001], True),
    ],
)
def test_twice_running(looks: list[float], alarm: bool) -> None:
    assert alarmed(looks) is alarm


def test_what_became_of_each() -> None:
    assert revised([4, 10, 20], [4, 12, 30], near=2) == (
        Revision("kept", 4, 4),
        Revision("moved", 10, 12),
        Revision("withdrawn", 20, 20),
        Revision("found", 30, 30),
    )


def test_a_change_point_without_a_line_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"change points at \[10\]"):
        standing([4, 10], (Revision("kept", 4, 4),))


places = st.lists(st.integers(3, 40), unique=True, max_size=5)


@given(places, places, st.integers(0, 5))
def test_none_vanishes(told: list[int], found: list[int], near: int) -> None:
    lines = revised(told, found, near)

    assert standing(told, lines) == tuple(sorted(found))
    assert sorted(one.before for one in lines if one.change != "found") == sorted(told)
