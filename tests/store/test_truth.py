from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from analyzer.errors import EvidenceError
from analyzer.store import decode_truth, encode_truth, truth_schema
from tests.lab.simulate.made import NAMES, made
from tests.recordings import recording_id, recordings, truth_of


@pytest.mark.parametrize("name", NAMES)
def test_a_truth_satisfies_the_schema_and_comes_back(name: str) -> None:
    truth = made(name, 1).truth

    data = encode_truth(truth)

    jsonschema.validate(json.loads(data), json.loads(truth_schema()))
    assert decode_truth(data, "truth.json") == truth


@pytest.mark.parametrize("folder", recordings(), ids=recording_id)
def test_every_recordings_truth_satisfies_the_schema(folder: Path) -> None:
    document = (folder / "truth.json").read_bytes()

    jsonschema.validate(json.loads(document), json.loads(truth_schema()))
    assert encode_truth(truth_of(folder)) == document


def test_a_recording_with_the_truth_of_an_earlier_schema_is_named(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text('{"scenario": "healthy", "events": []}')

    with pytest.raises(EvidenceError, match=r"truth\.json: has no truth_version, .*schema truth"):
        truth_of(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no-version"),
        pytest.param(b'{"truth_version": 99}', id="another-version"),
        pytest.param(b'{"truth_version": 1}', id="nothing-in-it"),
    ],
)
def test_what_is_no_truth_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(EvidenceError, match=r"here/truth\.json"):
        decode_truth(data, "here/truth.json")
