"""The labs of all tests, recorded once a session: only those that a test which was chosen looks at."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.lab.netns.recordings import RECORDINGS, recorded


@pytest.fixture(scope="session")
def labs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Path]]]:
    """The folder of each recording by its test's name."""
    asking = [item for item in request.session.items if "labs" in getattr(item, "fixturenames", ())]
    found = [getattr(item, "callspec", None) for item in asking]
    names = {spec.params["name"] for spec in found if spec and "name" in spec.params}
    yield from recorded(sorted(names) or sorted(RECORDINGS), tmp_path_factory.mktemp("lab"))
