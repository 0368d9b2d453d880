"""What --interactive adds: copying, a time under the pointer, zoom, filters; a default page has no script at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import chosen
from analyzer.report.html import templates
from tests.acceptance.browser.chrome import Chrome, Opened
from tests.report import builder

RUN = builder.run(*[builder.episode()] * 7)


@pytest.fixture
def shown(browser: Chrome, tmp_path: Path) -> Iterator[Opened]:
    """An interactive page."""
    page = tmp_path / "report.html"
    page.write_bytes(documents(RUN, chosen(["html"]), interactive=True)["report.html"])
    with browser.opened(page.as_uri()) as opened:
        yield opened
        assert (opened.said, opened.asked) == ([], [page.as_uri()])


def test_a_default_page_has_no_script() -> None:
    page = documents(RUN, chosen(["html"]))["report.html"].decode()

    assert not re.search(r"<script|\son[a-z]+=|javascript:", page)


def test_the_script_is_small_and_only_of_ours() -> None:
    page = documents(RUN, chosen(["html"]), interactive=True)["report.html"].decode()

    assert page.count("<script") == 1
    assert (templates() / "interactive.js").read_text("utf-8") in page
    assert len((templates() / "interactive.js").read_bytes()) < 10_000


def test_a_filter_is_copied(shown: Opened) -> None:
    shown.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = shown.page.locator(".filter code").first
    button = shown.page.get_by_role("button", name="Copy the display filter").first

    button.click()

    expect(button).to_have_text("Copied")
    assert shown.page.evaluate("navigator.clipboard.readText()") == code.text_content()


def test_the_pointer_reads_a_time(shown: Opened) -> None:
    drawing = shown.page.locator("svg.timeline.wide").first
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    left, right, start, end, zero, *_ = map(int, (drawing.get_attribute("data-axis") or "").split())

    shown.page.mouse.move(
        box["x"] + box["width"] * (left + (right - left) * -start / (end - start)) / 960, box["y"] + 150
    )

    text = shown.page.locator(".timeline-box output").first.text_content() or ""
    assert re.fullmatch(r"[+−]?0\.[0-9]{2} s, 07:04:2[23]\.\d{3} UTC", text)
    assert zero == builder.FAULT // 1_000_000 + 1


def test_a_timeline_grows_and_fits_again(shown: Opened) -> None:
    drawing = shown.page.locator("svg.timeline.wide").first
    before = drawing.bounding_box()

    shown.page.get_by_role("button", name="Zoom in").first.click()
    larger = drawing.bounding_box()
    shown.page.get_by_role("button", name="Zoom to fit").first.click()

    assert before is not None
    assert larger is not None
    assert larger["width"] == pytest.approx(2 * before["width"], rel=0.01)
    fits = drawing.bounding_box()
    assert fits is not None
    assert fits["width"] == before["width"]


@pytest.mark.parametrize(
    ("label", "items", "typed", "left"),
    [
        ("Show frames and lines with", "table.evidence tbody tr", "stargate is down", 1),
        ("Show episodes with", ".happened > li", "episode 3", 1),
    ],
)
def test_rows_are_filtered(shown: Opened, label: str, items: str, typed: str, left: int) -> None:
    everything = shown.page.locator(items).count()

    shown.page.get_by_label(label).fill(typed)

    assert shown.page.locator(f"{items}:visible").count() == left
    shown.page.get_by_label(label).fill("")
    assert shown.page.locator(f"{items}:visible").count() == everything


def test_it_is_as_sound_as_the_other(shown: Opened) -> None:
    assert [each for width in (1440, 360) for each in shown.wrong(width)] == []
    assert shown.inaccessible(360) == []
