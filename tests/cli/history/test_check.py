"""A store that is not as it was stored is said, with what to do, and by the status."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.history.opening import opened
from analyzer.history.place import place_named
from analyzer.history.tables import DOCUMENT, TEST
from tests.cli.history.asked import history, written


def test_a_store_that_is_not_as_it_was_stored(
    own_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0, 1), "-q")
    with opened(place_named(str(own_store))).writing() as connection:
        connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == 1).values(packed=b"x"))
        connection.execute(TEST.update().values(cluster="other"))

    status, out, err = history(capsys, "check")
    assert (status, out.rpartition(": ")[2]) == (1, "3 faults\n")
    assert ["import its report again" in line for line in err.splitlines()] == [True, False, False]
    status, out, err = history(capsys, "rebuild")
    assert (status, out.rpartition(": ")[2], err.count("\n")) == (3, "the index has 1 run\n", 1)
