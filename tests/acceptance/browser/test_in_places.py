"""A report looks as it should wherever it is attached: nothing overflows, no word is cut or crossed, none complains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.report import render_html, render_index
from analyzer.report.forms.page import STYLESHEET
from analyzer.report.html import LARGEST
from tests.acceptance.browser.chrome import Chrome, Sound
from tests.acceptance.browser.pages import NAMES
from tests.acceptance.browser.places import STYLED, Place, Places
from tests.report.hostile import ATTACKS, attacked

WIDTHS = (360, 768, 1440)
STYLE_REFUSED = re.compile(r"inline style.*Content Security Policy directive 'style-src")
"""What a browser says where a policy takes the style sheet away; nothing else of a page may be refused."""
PAPERS = {"A4": 703, "Letter": 725}  # px of 96 to the inch, between the margins
every_page = pytest.mark.parametrize("name", NAMES)


@every_page
def test_as_a_file(browser: Chrome, places: Places, sound: Sound, name: str) -> None:
    """Every page at every width, as it is laid out for A4 and Letter between their margins, and by axe: dark on a
    telephone, where contrast and room are least; but not that of 100 episodes, whose elements are those of others.
    """
    url = places.url("file", name)
    with browser.opened(url) as shown:
        assert [each for width in WIDTHS for each in sound.wrong(name, shown, width)] == []
        shown.page.emulate_media(media="print")
        assert [each for width in PAPERS.values() for each in sound.wrong(name, shown, width)] == []
        assert (shown.said, shown.asked) == ([], [url])
        shown.page.emulate_media(media="screen", color_scheme="dark")
        assert name == "100-episodes" or shown.inaccessible(360) == []


@every_page
def test_in_the_dark_without_scripts(browser: Chrome, places: Places, sound: Sound, name: str) -> None:
    """Every page at every width: neither changes what the other does."""
    url = places.url("file", name)
    with browser.opened(url, "dark", scripts=False) as shown:
        assert [each for width in WIDTHS for each in sound.wrong(name, shown, width)] == []
        assert (shown.said, shown.asked) == ([], [url])


@every_page
@pytest.mark.parametrize("place", ["jenkins-old", "jenkins-new", "jenkins-split", "jira", "sanitiser", "frame"])
def test_in_a_place(browser: Chrome, places: Places, sound: Sound, name: str, place: Place) -> None:
    """Every page in every place: at every width where its style sheet works, else at the width of a desk, as no table
    fits a telephone without a style sheet.
    """
    url = places.url(place, name)
    with browser.opened(url) as shown:
        widths = WIDTHS if place in STYLED else (1440,)
        assert [each for width in widths for each in sound.wrong(name, shown, width)] == []
        assert [each for each in shown.said if not STYLE_REFUSED.search(each)] == []
        beside = {places.url(place, STYLESHEET)} if place == "jenkins-split" else set()
        assert {each for each in shown.asked if not each.startswith(("about:", "data:"))} == {url, *beside}


def test_it_is_printed(browser: Chrome, places: Places) -> None:
    """On some pages of each paper: of one sample."""
    with browser.opened(places.url("file", "cvm-failure")) as shown:
        each = {paper: shown.page.pdf(format=paper, prefer_css_page_size=False) for paper in PAPERS}

    assert {paper for paper, printed in each.items() if printed.startswith(b"%PDF")} == {*PAPERS}
    pages = {paper: printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page/") for paper, printed in each.items()}
    assert {paper: count for paper, count in pages.items() if not 3 <= count <= 20} == {}


@pytest.mark.parametrize("name", ["two-hosts", "each-verdict", "index"])
def test_everybody_can_use_it_on_a_desk(browser: Chrome, places: Places, name: str) -> None:
    """Some pages by axe, light and wide."""
    with browser.opened(places.url("file", name)) as shown:
        assert shown.inaccessible(1440) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_gets_out_of_its_place(browser: Chrome, tmp_path: Path, attack: str) -> None:
    """A run each of whose free texts is an attack: nothing runs, is asked for or overflows."""
    page = tmp_path / "report.html"
    page.write_text(render_html(attacked(attack)), encoding="utf-8")

    with browser.opened(page.as_uri()) as shown:
        assert [each for width in WIDTHS for each in shown.wrong(width) if "cut" not in each] == []
        assert (shown.said, shown.asked) == ([], [page.as_uri()])
        assert shown.page.evaluate("document.querySelectorAll('script, iframe, img, object, [onload]').length") == 0


def test_no_text_of_many_runs_gets_out_of_its_place(browser: Chrome, tmp_path: Path) -> None:
    """The page on several runs, whose folders are called by attacks too."""
    page = tmp_path / "index.html"
    page.write_text(render_index([(attack, attacked(attack)) for attack in ATTACKS], ATTACKS), encoding="utf-8")

    with browser.opened(page.as_uri()) as shown:
        assert [each for width in WIDTHS for each in shown.wrong(width) if "cut" not in each] == []
        assert (shown.said, shown.asked) == ([], [page.as_uri()])
        assert shown.page.evaluate("document.querySelectorAll('script, iframe, img, object, [onload]').length") == 0


def test_a_name_of_a_megabyte_stays_in_its_place(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(render_html(attacked("<b onload=x>" + "x" * 1_000_000)), encoding="utf-8")

    assert page.stat().st_size <= LARGEST
    with browser.opened(page.as_uri()) as shown:
        assert [each for each in shown.wrong(1440) if "the page is" in each] == []
