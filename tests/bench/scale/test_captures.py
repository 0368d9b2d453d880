"""Connections that numpy makes are those that are made frame by frame; a ring has a file an hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.limits.captures import connections
from bench.scale import captures


@pytest.mark.parametrize("count", [1, 3, 7, 60_001])
def test_connections_are_the_same_bytes(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "_AT_ONCE", 3 if count < 10 else 20_000)
    (tmp_path / "other").mkdir()

    made = captures.connections(tmp_path, count)

    assert made.read_bytes() == connections(tmp_path / "other", count).read_bytes()
