"""What `reports/` holds of each sample is what the program says of it: a change of it is seen, and committed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze, documents
from tests.conftest import ROOT, SAMPLES

CASES = sorted(truth.parent.name for truth in SAMPLES.glob("*/truth.json"))


@pytest.mark.parametrize("name", CASES)
def test_the_report_that_is_kept_is_what_the_program_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it should be otherwise: `make samples`, and look at what changed."""
    monkeypatch.chdir(ROOT)
    settings = Settings(log_timezone="UTC", expectations=default_expectations())

    said = documents(analyze([f"samples/{name}"], settings))

    assert json.loads(said["run.json"]) == json.loads(Path("reports", name, "run.json").read_bytes())
    assert {document for document in said if said[document] != Path("reports", name, document).read_bytes()} == set()
