"""A run as a document: there and back, the published schema, no floats, sorted keys, versions."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from analyzer.errors import EvidenceError
from analyzer.model.run import SCHEMA_VERSION, Run
from analyzer.store import codec, decode_run, encode_run, run_schema
from tests.conftest import CASES, SAMPLES
from tests.recordings import MODES, analysed, recording_id

FOLDERS = [SAMPLES / case for case in CASES]
every_sample = pytest.mark.parametrize("folder", FOLDERS, ids=recording_id)
every_mode = pytest.mark.parametrize("mode", MODES)


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run_schema())
    return found


def values(node: object) -> Iterator[object]:
    """Every value in a document."""
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from values(child)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["title"] == "autopath run"


@every_mode
@every_sample
def test_every_run_obeys_the_schema(folder: Path, mode: str) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(encode_run(analysed(folder, mode))))


@every_mode
@every_sample
def test_there_and_back(folder: Path, mode: str) -> None:
    run = analysed(folder, mode)

    assert decode_run(encode_run(run), "run.json") == run


def in_one_go(run: Run) -> bytes:
    return msgspec.json.format(msgspec.json.encode(run, order="sorted"), indent=1) + b"\n"


@pytest.mark.parametrize("at_once", [1, 2, 64])
@every_sample
def test_a_document_in_pieces_is_the_one_in_one_go(folder: Path, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "_AT_ONCE", at_once)
    run = analysed(folder, "captures+log")

    assert len(run.events) > 2
    assert encode_run(run) == in_one_go(run)


def test_a_run_of_exactly_some_pieces_is_the_one_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    run = analysed(FOLDERS[0], "captures+log")
    for count in (0, 1, 2, 3, 4, 5):
        cut = msgspec.structs.replace(run, events=run.events[:count])
        monkeypatch.setattr(codec, "_AT_ONCE", 2)
        assert encode_run(cut) == in_one_go(cut)


def test_a_long_document_stands_in_memory_little_more_than_once() -> None:
    run = analysed(FOLDERS[0], "captures+log")
    many = msgspec.structs.replace(run, events=run.events * (1 + 20_000 // len(run.events)))
    tracemalloc.start()
    try:
        size = len(encode_run(many))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 1.3 * size


@every_sample
def test_a_document_has_integers_and_sorted_keys_and_ends_in_a_line(folder: Path) -> None:
    data = encode_run(analysed(folder, "captures+log"))
    document = json.loads(data)

    assert not [value for value in values(document) if isinstance(value, float)]
    for value in values(document):
        if isinstance(value, dict):
            assert list(value) == sorted(value)
    assert data.endswith(b"}\n")


@every_sample
def test_a_document_names_no_folder_of_this_machine(folder: Path) -> None:
    text = encode_run(analysed(folder, "captures+log")).decode()

    assert str(SAMPLES.parent) not in text
    assert str(Path.home()) + "/" not in text


def test_another_versions_document_is_refused_in_one_sentence() -> None:
    document = json.loads(encode_run(analysed(FOLDERS[0], "log")))
    document["schema_version"] = SCHEMA_VERSION + 1

    with pytest.raises(EvidenceError, match=rf"^old\.json: .*version {SCHEMA_VERSION + 1}.*analyze again$"):
        decode_run(json.dumps(document).encode(), "old.json")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b'{"schema_version": 1}', b'{"schema_version": "one"}', b"\xff\xfe", b"null"],
    ids=["empty", "cut", "list", "no-version", "only-version", "word", "no-text", "null"],
)
def test_what_is_no_run_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(EvidenceError, match=r"^x\.json: is no run\.json"):
        decode_run(data, "x.json")


@pytest.mark.parametrize("depth", [200, 200_000])
def test_a_document_that_is_nested_too_deep_is_no_run(depth: int) -> None:
    with pytest.raises(EvidenceError, match="deep: is no run"):
        decode_run(b'{"schema_version": 1, "sources": ' + b"[" * depth, "deep")
