from __future__ import annotations

import re

from lxml import etree

from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.report.drawing.lettering import width
from analyzer.report.drawing.runs import LEFT, LETTERS, WIDE, Bar, Mark, runs_chart
from tests.report.page import read

ENDS = ("2026-01-01", "2026-02-01")


def bar(least: int, most: int, **more: object) -> Bar:
    return Bar(span=Span(least, most), words=f"{least} to {most}", **more)  # type: ignore[arg-type]


def heights(drawing: str) -> list[float]:
    return [float(found) for found in re.findall(r"h14v([\d.]+)H", drawing)]


def test_a_bar_is_as_tall_as_its_doubt_and_never_gone() -> None:
    drawn = runs_chart([bar(SECOND, SECOND), bar(2 * SECOND, 4 * SECOND), bar(SECOND, 2**62)], "runs", ENDS)

    none, half, open_ended = heights(drawn)
    assert none == 3
    assert half == 50
    assert open_ended == 75
    assert 'fill-opacity="0.5"' in drawn


MARKS = (
    Mark("change", "change", "slower"),
    Mark("perhaps", "perhaps chance", "slower, may be chance"),
    Mark("step", "AOS <6.8>", "known step"),
)


def test_what_changed_stands_between_its_runs_with_its_name_and_a_line_of_its_kind() -> None:
    drawn = runs_chart([bar(1, 2), bar(1, 2, marks=MARKS)], "runs", ENDS)

    page = read(drawn)
    assert page.wrong == []
    assert {*(mark.name for mark in MARKS), *(mark.words for mark in MARKS), *ENDS} <= set(page.text)
    lines = [one for one in etree.fromstring(drawn).iter("path") if one.find("title") is not None and one.get("stroke")]
    looks = [(one.get("stroke-dasharray"), one.get("stroke-width")) for one in lines]
    assert len(set(looks)) == len(MARKS)


def test_names_of_many_marks_lie_within_the_drawing_and_not_on_one_another() -> None:
    mark = Mark("step", "AOS 6.8 and new switches", "known step")
    drawn = etree.fromstring(runs_chart([bar(1, 2, marks=(mark,))] * 5, "runs", ENDS))

    names = [(float(one.get("x")), one.text) for one in drawn.iter("text") if "AOS" in (one.text or "")]
    assert len(names) == 5
    ends = [left + width(text, LETTERS) for left, text in names]
    assert all(end <= left for end, (left, _) in zip(ends, names[1:], strict=False))
    assert LEFT <= names[0][0] <= ends[-1] <= WIDE


def test_the_run_that_it_is_about_is_marked_by_a_shape() -> None:
    plain, own = (runs_chart([bar(1, 2), bar(1, 2, own=own)], "runs", ENDS) for own in (False, True))

    assert len(re.findall("l3.5 5h-7z", plain)) == 0
    assert len(re.findall("l3.5 5h-7z", own)) == 1


def test_with_links_it_is_a_group_and_without_an_image() -> None:
    assert 'role="img"' in runs_chart([bar(1, 2)], "runs", ENDS)
    linked = runs_chart([bar(1, 2, href="a.html")], "runs", ENDS)
    assert 'role="group"' in linked
    assert '<a href="a.html" aria-label="1 to 2">' in linked


def test_the_scale_is_round() -> None:
    for most, said in ((7_300 * MILLISECOND, "7.5 s"), (334_567, "350 µs"), (90 * MILLISECOND, "90 ms")):
        assert said in read(runs_chart([bar(0, most)], "runs", ENDS)).text
