"""A store on a network disk is named whenever it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.history import opening
from tests.cli.history.asked import history, written


def test_an_empty_place_is_a_variable_that_was_not_set(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = history(capsys, "list", "--store", "")
    assert (status, out) == (2, "")
    assert "--store: is empty; name a file" in err


def test_a_network_disk_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "network_disk", lambda folder: "NFS")
    status, _, err = history(capsys, "import", written(tmp_path / "in", 0))
    assert status == 0
    assert (
        "history.sqlite: lies on a network disk (NFS), on which SQLite can't keep writers of several computers" in err
    )
