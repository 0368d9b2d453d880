"""What measuring and judging wrote in version 1 of the schema is read as today's."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze
from analyzer.store import decode_run
from analyzer.store.document import Document, Json
from analyzer.store.upgrade import upgraded
from tests.conftest import SAMPLES

VERSION_1 = Path(__file__).with_name("run-v1.json")


def test_version_1_of_a_sample_measures_and_judges_it_as_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is `reports/cvm-failure/run.json` as the last program with schema version 1 wrote it."""
    monkeypatch.chdir(SAMPLES.parent)
    today = analyze(["samples/cvm-failure"], Settings(log_timezone="UTC", expectations=default_expectations()))

    old = decode_run(VERSION_1.read_bytes(), "run.json")

    assert old.series
    assert old.series == today.series
    (one,), (other,) = old.episodes, today.episodes
    assert (one.stages, one.measurements, one.longest) == (other.stages, other.measurements, other.longest)
    assert (one.phases, one.judgement) == (other.phases, other.judgement)


def test_a_series_of_version_1_has_its_seconds_without_a_reply_left_out() -> None:
    series: Document = {"host": None, "path": "a → b", "start": 3_000, "width": 1_000, "replies": [0, 2, 1, 0, 0, 4]}

    found = upgraded({"series": [series, series | {"replies": []}]}, 1)["series"]

    runs: list[Json] = [{"start": 4_000, "replies": [2, 1]}, {"start": 8_000, "replies": [4]}]
    assert found == [
        {"host": None, "path": "a → b", "width": 1_000, "runs": runs},
        {"host": None, "path": "a → b", "width": 1_000, "runs": []},
    ]
