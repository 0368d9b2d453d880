"""What is measured of a large store is what a small one has, counted; and the page says it."""

from __future__ import annotations

from pathlib import Path

from analyzer.history.place import FILE, SqliteFile
from bench.history.killed import Outcome, Plan
from bench.history.page import page
from bench.history.scale import CLUSTERS, measured


def test_a_small_store_is_measured_whole(tmp_path: Path) -> None:
    took = measured(SqliteFile(tmp_path / FILE), 2 * CLUSTERS)

    counted = {each.what: each.number for each in took}
    assert counted["rows of the index"] == 2 * CLUSTERS * 16
    assert counted["tests of one cluster listed"] == 2
    assert counted["figures of one cluster, to compare"] == 2 * 8
    assert counted["figures of one cluster, kind and stage"] == 2
    assert counted["tests of all clusters listed"] == 2 * CLUSTERS
    assert counted["a run recorded"] == 3
    text = page(Plan(), Outcome(1000, 12, (), ()), took, took[:1])
    assert "12 were killed. Every run that was acknowledged is there once" in text
    assert [each.what for each in took if f"| {each.what} | {each.number:,} |" not in text] == []
    assert "2 runs are not, 1 faults" in page(Plan(), Outcome(1000, 12, ("a", "b"), ("c",)), took, ())
