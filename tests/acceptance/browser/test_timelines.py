"""Timelines of any times are drawn without a word that is cut, covered or crossed, wide and narrow."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from analyzer.report.drawing.timeline import Timeline, draw
from analyzer.report.html import style
from tests.acceptance.browser.chrome import Chrome
from tests.report.drawing.test_timeline import timelines

PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>timelines</title><link rel="icon" href="data:,"><style>{}</style><body>{}'
)


def some() -> list[Timeline]:
    """A hundred of them, the same each time."""
    found: list[Timeline] = []

    @settings(max_examples=100, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(timelines())
    def take(one: Timeline) -> None:
        found.append(one)

    take()
    return found


def test_timelines_of_any_times(browser: Chrome, tmp_path: Path) -> None:
    drawn = [f"<figure>{draw(each, f'e{number}')}</figure>" for number, each in enumerate(some())]
    page = tmp_path / "timelines.html"
    page.write_text(PAGE.format(style(), "".join(drawn)), encoding="utf-8")

    assert len(drawn) >= 50
    with browser.opened(page.as_uri()) as shown:
        assert [each for width in (360, 1200) for each in shown.wrong(width)] == []
