"""The page as a whole: of very many episodes it shows the worst whole, and all on its first screen."""

from __future__ import annotations

from analyzer.model.run import Run
from analyzer.report import render_html
from analyzer.report.view.page import MOST_WHOLE, page, shown_whole
from tests.report import builder
from tests.report.page import read

MISSED_AT = MOST_WHOLE + 3  # the number of the one episode that missed its expectation


def many() -> Run:
    """Five episodes more than the page shows whole, the last but two of which is the worst."""
    late, missed = builder.episode(), builder.episode(verdict="MISSED")
    return builder.run(*(missed if number == MISSED_AT else late for number in range(1, MOST_WHOLE + 6)))


def test_what_the_page_can_hold_it_shows_whole() -> None:
    run = builder.run(builder.episode(), builder.episode())

    assert shown_whole(run) == (1, 2)
    assert page(run).left_out == 0


def test_of_very_many_the_worst_are_shown_whole_and_all_on_the_first_screen() -> None:
    view = page(many())

    assert [one.number for one in view.front.sentences] == list(range(1, MOST_WHOLE + 6))
    assert len(view.episodes) == MOST_WHOLE
    assert view.left_out == 5
    assert MISSED_AT in [one.number for one in view.episodes]
    assert [one.number for one in view.episodes] == sorted(one.number for one in view.episodes)
    assert {one.number for one in view.front.sentences if one.href} == {one.number for one in view.episodes}


def test_the_page_says_what_it_left_out_and_no_link_leads_nowhere() -> None:
    html = render_html(many())
    reader = read(html)

    within = {link.removeprefix("#") for link in reader.links if link.startswith("#")}
    assert "the other 5 are in run.json" in html
    assert within
    assert within <= set(reader.ids)
    assert not reader.wrong
