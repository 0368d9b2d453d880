from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from analyzer.cli import run


def test_the_schema_of_a_truth_is_one_that_the_samples_satisfy(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "truth"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads((case / "truth.json").read_bytes()), schema)
