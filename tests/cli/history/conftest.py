"""A store of the test's own, in the environment."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store that commands use when none is named."""
    monkeypatch.setenv("AUTOPATH_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("AUTOPATH_RECORD", raising=False)
    return tmp_path / "store"
