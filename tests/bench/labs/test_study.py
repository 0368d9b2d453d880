"""A lab that fails is told with its reason; one that runs is held against its truth, with the words that make it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.labs import study
from tests.conftest import SAMPLES


def test_a_lab_that_does_not_run_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(study, "options_of", lambda seed: ("no-such-scenario", f"{seed}"))

    ((seed, rows, why),) = study.labs([3], tmp_path, 1)

    assert (seed, rows) == (3, [])
    assert why


def test_the_rows_are_of_each_mix_of_the_recording(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def copied(_: int, folder: Path) -> str:
        shutil.copytree(SAMPLES / "route-injection", folder)
        return ""

    monkeypatch.setattr(study, "recorded", copied)

    ((_, rows, why),) = study.labs([3], tmp_path, 1)

    assert not why
    assert {"everything", "captures", "log"} <= {row.mix for row in rows}
    assert all(row.case == f"lab/3/{row.mix}" and row.simulate.startswith("autopath lab ") for row in rows)
    assert not [fault for row in rows for fault in row.faults]
