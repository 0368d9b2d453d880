"""A report looks as it should wherever it is attached: nothing overflows, no word is cut or crossed, none complains."""

from __future__ import annotations

import pytest

from tests.acceptance.browser.chrome import Chrome, Scheme
from tests.acceptance.browser.pages import NAMES
from tests.acceptance.browser.places import STYLED, Place, Places

WIDTHS = (360, 768, 1440)
every_page = pytest.mark.parametrize("name", NAMES)


@every_page
@pytest.mark.parametrize(("scheme", "scripts"), [("light", True), ("dark", False)], ids=["light", "dark-no-scripts"])
def test_as_a_file(browser: Chrome, places: Places, name: str, scheme: Scheme, scripts: bool) -> None:
    """Every page at every width; light with scripts, dark without them: neither changes what the other does."""
    url = places.url("file", name)
    with browser.opened(url, scheme, scripts=scripts) as shown:
        assert [each for width in WIDTHS for each in shown.wrong(width)] == []
        assert (shown.said, shown.asked) == ([], [url])


@every_page
@pytest.mark.parametrize("place", ["jenkins-old", "jenkins-new", "jira", "sanitiser", "frame"])
def test_in_a_place(browser: Chrome, places: Places, name: str, place: Place) -> None:
    """Every page in every place: at every width where its style sheet works, else at the width of a desk, as no table
    fits a telephone without a style sheet.
    """
    url = places.url(place, name)
    with browser.opened(url) as shown:
        widths = WIDTHS if place in STYLED else (1440,)
        assert [each for width in widths for each in shown.wrong(width)] == []
        assert [each for each in shown.said if "Content Security Policy" not in each] == []
        assert {each for each in shown.asked if not each.startswith(("about:", "data:"))} == {url}


@every_page
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)], ids=["light", "dark"])
def test_everybody_can_use_it(browser: Chrome, places: Places, name: str, scheme: Scheme, width: int) -> None:
    """Every page by axe: light on a desk, dark on a telephone."""
    with browser.opened(places.url("file", name), scheme) as shown:
        assert shown.inaccessible(width) == []
