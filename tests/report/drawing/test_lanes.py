"""Replies over time are drawn where they came and nowhere else, whatever the scale, and none is lost."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.instant import SECOND
from analyzer.report.drawing import lanes, svg
from analyzer.report.drawing.lanes import Canvas, Latency, Rate, Run, Stretch, Tick

YEARS = 10 * 365 * 86_400 * SECOND
LEFT, RIGHT = 100, 900


def canvas(start: int, end: int, *poles: float) -> Canvas:
    drawn = svg.drawing(960, 100)
    axis = svg.Axis(start, end, LEFT, RIGHT)
    return Canvas(
        drawn,
        svg.group(drawn),
        svg.group(drawn),
        svg.lettering(drawn),
        svg.lettering(drawn, svg.SOFT, 12),
        axis,
        poles,
        "x",
    )


@given(
    st.integers(0, 100 * SECOND),
    st.integers(0, 60 * SECOND),
    st.lists(st.integers(0, 9), min_size=1, max_size=60),
    st.integers(1, 500),
)
def test_a_run_is_drawn_from_its_first_reply_to_its_last(
    first: int, length: int, replies: list[int], seconds: int
) -> None:
    axis = svg.Axis(0, 200 * SECOND * seconds, LEFT, RIGHT)

    steps = list(lanes._steps(Run(first, first + length, tuple(replies)), axis))

    assert steps[0][0] == axis.px(first)
    assert steps[-1][1] <= max(axis.px(first + length), steps[-1][0] + 1.5)
    assert all(one[1] >= other[0] - 1.5 for one, other in pairwise(steps))


def test_what_lies_beside_the_axis_is_not_drawn() -> None:
    axis = svg.Axis(10 * SECOND, 20 * SECOND, LEFT, RIGHT)

    assert not list(lanes._steps(Run(0, 9 * SECOND, (4,) * 9), axis))
    assert not list(lanes._steps(Run(YEARS, YEARS, (1,)), axis))
    assert [per_second for *_, per_second in lanes._steps(Run(0, 30 * SECOND, (2,) * 15 + (8,) * 15), axis)][-1] == 8


def test_one_reply_alone_tells_no_rate_but_its_own_second() -> None:
    axis = svg.Axis(0, 10 * SECOND, LEFT, RIGHT)

    assert list(lanes._steps(Run(SECOND, SECOND, (3,)), axis)) == [(180.0, 181.5, 3)]


def test_a_path_is_named_where_no_pole_stands() -> None:
    drawn = canvas(0, 100, 300.0, 320.0)

    lanes.paths(drawn, 0, (Stretch(0, 50, "local", "local"), Stretch(50, 100, "elsewhere", "local or dead")))

    words = {text.text: float(text.attrib["x"]) for text in drawn.words.iter("text")}
    assert words == {"local": 200.0, "local or dead": 700.0}


def test_reply_times_stand_in_their_decade() -> None:
    drawn = canvas(0, 10 * SECOND)

    lanes.latencies(drawn, 0, [Latency(SECOND, 200_000, 4_000_000, 9_000_000)])

    assert [text.text for text in drawn.soft.iter("text")] == ["10 ms", "100 µs"]
    bars, dots = list(drawn.shapes.iter("path"))[2:]  # after the lines at the ends of the scale
    assert [one.attrib["d"].partition(" ")[0] for one in (bars, dots)] == ["M180", "M178.5"]


def test_very_many_events_have_strokes_and_one_tooltip() -> None:
    few, many = canvas(0, 1_000), canvas(0, 1_000)

    lanes.ticks(few, 0, [Tick(at, "a" * 500) for at in (1, 1, 1, 1, 500)])
    lanes.ticks(many, 0, [Tick(at, "b") for at in range(1_000)])

    cut = "a" * 80 + "… 420 more characters: see run.json"
    assert [title.text for title in few.drawn.iter("title")] == [f"{cut}\n… and 3 more", cut]
    assert [title.text for title in many.drawn.iter("title")] == [
        "1,000 events, too many to be told one by one here: see run.json"
    ]
    _, strokes = many.shapes.iter("path")
    assert len(re.findall("M", strokes.attrib["d"])) == 268


def test_a_rate_is_told_by_its_path() -> None:
    drawn = canvas(0, 10 * SECOND)

    lanes.rates(drawn, 0, [Rate("local", "local, a → b", (Run(0, 5 * SECOND, (4,) * 5),))])

    assert [title.text for title in drawn.drawn.iter("title")] == ["local, a → b: replies per second"]
    assert [text.text for text in drawn.soft.iter("text")] == ["4", "0"]


def test_neighbours_of_one_height_are_one_step() -> None:
    assert lanes.outline([(0, 10, 4), (10, 20, 4), (20, 30, 2)], 100, 1) == "M0 100V96H20V98H30V100z"
