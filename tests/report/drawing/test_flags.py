"""Names of instants stand in a row of their own, and no line that leads from them crosses a name or another line."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.drawing import flags, svg
from analyzer.report.drawing.flags import Flag
from analyzer.report.drawing.lanes import Canvas

NAMES = (
    "fault",
    "check",
    "detected",
    "decided",
    "terminated",
    "repaired",
    "reset",
    "connected",
    "restored",
    "recovered",
)
TIMES = st.lists(st.integers(0, 1000), min_size=1, max_size=10)


def made(times: list[int]) -> tuple[Flag, ...]:
    return tuple(Flag(name, at, at, f"+{at} s") for name, at in zip(NAMES, sorted(times), strict=False))


def leaders(times: list[int]) -> list[tuple[float, float, float]]:
    """(where it leaves the name, how deep it turns, where its pole is)."""
    drawn = svg.drawing(960, 100)
    axis = svg.Axis(0, 1000, 128, 956)
    canvas = Canvas(
        drawn, svg.group(drawn), svg.group(drawn), svg.lettering(drawn), svg.lettering(drawn), axis, (), "x"
    )
    poles = svg.group(drawn)
    shown = flags.row(made(times), axis, 0, 960)
    flags.draw(canvas, poles, shown, [(shown.tall, shown.tall + 100)])
    assert not shown.numbered
    ways = "".join(path.attrib["d"] for path in poles.iter("path"))
    turns = re.findall(r"M([\d.]+) \d+V(\d+)H([\d.]+)V\d+", ways)
    found = [(float(foot), float(turn), float(pole)) for foot, turn, pole in turns]
    assert len(found) == len(shown.flags)
    return found


@given(TIMES)
def test_no_leader_crosses_another(times: list[int]) -> None:
    for (from_a, turn_a, to_a), (from_b, turn_b, to_b) in combinations(leaders(times), 2):
        for start, turn, end, other, depth, pole in (
            (from_a, turn_a, to_a, from_b, turn_b, to_b),
            (from_b, turn_b, to_b, from_a, turn_a, to_a),
        ):
            left, right = min(start, end), max(start, end)
            assert not (left < other < right and depth > turn), "a name's line goes through another's turn"
            assert not (left < pole < right and depth < turn), "a pole goes through another's turn"


@given(TIMES)
def test_the_row_is_above_every_line(times: list[int]) -> None:
    assert all(turn > flags.NAMES for _, turn, _ in leaders(times))


def test_where_names_don_t_fit_numbers_stand_and_are_explained() -> None:
    drawn = svg.drawing(380, 100)
    axis = svg.Axis(0, 1000, 2, 378)
    canvas = Canvas(
        drawn, svg.group(drawn), svg.group(drawn), svg.lettering(drawn), svg.lettering(drawn), axis, (), "x"
    )

    shown = flags.row(made([1, 2, 3, 500, 501, 502, 990, 991, 992, 993]), axis, 0, 380)
    flags.key(canvas, shown, 200, 380)

    assert shown.numbered
    assert flags.key_lines(shown, 380) == 5
    assert [text.text for text in canvas.words.iter("text")][9:12] == ["10", "fault", "check"]
    assert [text.text for text in canvas.soft.iter("text")][:2] == ["+1 s", "+2 s"]
