"""One browser for all tests of this folder, and a server of the pages under each place's policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.browser.chrome import Chrome, Sound, chrome
from tests.acceptance.browser.pages import pages
from tests.acceptance.browser.places import Places, served


@pytest.fixture(scope="package")
def browser() -> Iterator[Chrome]:
    """Chromium, without a window; gone with the last test here, as its event loop is in the way of others."""
    with chrome() as started:
        yield started


@pytest.fixture(scope="package")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Every page in every place."""
    with served(pages(), tmp_path_factory.mktemp("pages")) as found:
        yield found


@pytest.fixture(scope="package")
def sound() -> Sound:
    """What was measured of the pages."""
    return Sound()
