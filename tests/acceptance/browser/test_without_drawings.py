"""Who sees no drawing reads the same: what a sanitiser strips stands in words and tables too. No browser is needed."""

from __future__ import annotations

import html
import re

import pytest

from tests.acceptance.browser.pages import CASES, pages
from tests.acceptance.browser.places import sanitised

ADDRESS = re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|\b\d+\.\d+\.\d+\.\d+\b")


def drawn(page: str, css: str) -> list[str]:
    """The words of the page's drawings of a class."""
    pictures = re.findall(rf'<svg [^>]*class="{css}".*?</svg>', page, re.DOTALL)
    return [html.unescape(word) for picture in pictures for word in re.findall(r">([^<>]+)</text>", picture)]


def left(page: str) -> str:
    """The words that a sanitiser leaves."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", sanitised(page)).split()))


@pytest.mark.parametrize("case", [case for case in CASES if case != "healthy"])
def test_every_key_time_is_in_a_table(case: str) -> None:
    page = pages()[case]
    words = drawn(page, "timeline wide")
    named = [word for word in words if re.fullmatch(r"[a-z]+", word)]

    assert "fault" in named
    assert [name for name in named if name not in left(page)] == []


@pytest.mark.parametrize("case", [case for case in CASES if case != "healthy"])
def test_every_address_of_a_diagram_is_said(case: str) -> None:
    page = pages()[case]
    addresses = {address for word in drawn(page, "route") for address in ADDRESS.findall(word)}

    assert len(addresses) > 2
    assert [address for address in sorted(addresses) if address not in left(page)] == []
