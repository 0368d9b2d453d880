from __future__ import annotations

import re

from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.report.drawing.runs import Bar, runs_chart
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


def test_what_changed_stands_between_its_runs() -> None:
    drawn = runs_chart([bar(1, 2), bar(1, 2, change="slower", step="AOS <6.8>")], "runs", ENDS)

    page = read(drawn)
    assert page.wrong == []
    assert {"slower", "AOS <6.8>", *ENDS} <= set(page.text)
    assert len(re.findall("stroke-dasharray", drawn)) == 2


def test_with_links_it_is_a_group_and_without_an_image() -> None:
    assert 'role="img"' in runs_chart([bar(1, 2)], "runs", ENDS)
    linked = runs_chart([bar(1, 2, href="a.html")], "runs", ENDS)
    assert 'role="group"' in linked
    assert '<a href="a.html" aria-label="1 to 2">' in linked


def test_the_scale_is_round() -> None:
    for most, said in ((7_300 * MILLISECOND, "7.5 s"), (334_567, "350 µs"), (90 * MILLISECOND, "90 ms")):
        assert said in read(runs_chart([bar(0, most)], "runs", ENDS)).text
