"""What the browser is asked is answered: a page with faults has each of them named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.browser.chrome import Chrome, Sound

PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">'
    "<main><h1>t</h1>{}"
)
DRAWING = '<svg class="made" viewBox="0 0 200 100" width="200" height="100" role="img" aria-label="d">{}</svg>'
FAULTS = {
    "nothing": (DRAWING.format('<text x="10" y="50">word</text><line y1="80" x2="200" y2="80" stroke="red"/>'), ""),
    "wide": ('<p style="width:3000px">word</p>', "the page is 3"),
    "cell": ('<div style="width:50px"><p style="white-space:nowrap">a word of many letters', "leaves its place"),
    "crossed": (
        DRAWING.format('<text x="10" y="50">word</text><path fill="none" d="M20 0V100" stroke="red"/>'),
        '"word" is crossed by a line of a made',
    ),
    "crossed by one of a group": (
        DRAWING.format('<text x="10" y="50">word</text><g fill="none" stroke="red"><path d="M20 0V100"/></g>'),
        '"word" is crossed by a line of a made',
    ),
    "cut": (DRAWING.format('<text x="190" y="50">word</text>'), '"word" is cut by the edge of its made'),
    "covered": (
        DRAWING.format('<text x="10" y="50">one</text><text x="14" y="52">two</text>'),
        '"one" stands on "two" in a made',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_layout_is_named(browser: Chrome, tmp_path: Path, fault: str) -> None:
    body, sentence = FAULTS[fault]
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(body), encoding="utf-8")

    with browser.opened(page.as_uri()) as shown:
        found = shown.wrong(1440)

    assert [each for each in found if sentence in each] if sentence else found == []


def test_what_is_drawn_otherwise_is_measured_again(browser: Chrome, tmp_path: Path) -> None:
    sound, found = Sound(), []
    for body in (FAULTS["nothing"][0], FAULTS["nothing"][0], FAULTS["crossed"][0], FAULTS["crossed"][0]):
        page = tmp_path / "page.html"
        page.write_text(PAGE.format(body), encoding="utf-8")
        with browser.opened(page.as_uri()) as shown:
            found.append(sound.wrong("page", shown, 1440))

    assert [bool(each) for each in found] == [False, False, True, True]
    assert len(sound.known) == 1


def test_the_one_pale_word_among_many_is_found(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    words = "<p>black</p>" * 50
    page.write_text(PAGE.format(f'{words}<div style="background:#222"><p>dark on dark</p></div>{words}'), "utf-8")

    with browser.opened(page.as_uri()) as shown:
        found = shown.inaccessible(1440)

    assert [each.rpartition(": ")[2] for each in found] == ["<p>dark on dark</p>"]


def test_what_axe_finds_is_named(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE.format('<p style="color:#999">pale</p><img src="data:,">'), encoding="utf-8")

    with browser.opened(page.as_uri()) as shown:
        found = shown.inaccessible(1440)

    assert {each.partition(":")[0] for each in found} == {"color-contrast", "image-alt"}


def test_what_a_page_says_and_asks_for_is_kept(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE.format('<script>console.log("hello"); missing()</script>'), encoding="utf-8")

    with browser.opened(page.as_uri()) as shown:
        assert shown.said[0] == "hello"
        assert "missing is not defined" in shown.said[1]
        assert shown.asked == [page.as_uri()]
