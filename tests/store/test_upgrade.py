"""Documents of older versions are read: as one of today would have it, with what they tell in words only kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.about import About
from analyzer.model.run import SCHEMA_VERSION
from analyzer.model.source import Log, Reason, Skipped
from analyzer.store import decode_run, encode_run
from analyzer.store.upgrade import is_known, upgraded

VERSION_1 = Path(__file__).with_name("run-v1.json")
"""What `make samples` gave of samples/cvm-failure when documents had version 1."""


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(VERSION_1.read_bytes())
    return found


def test_every_version_so_far_is_known() -> None:
    assert [version for version in range(SCHEMA_VERSION + 2) if is_known(version)] == list(range(1, SCHEMA_VERSION + 1))


def test_version_1_is_read_and_written_as_today() -> None:
    run = decode_run(VERSION_1.read_bytes(), "run.json")

    assert run.schema_version == SCHEMA_VERSION
    assert [episode.episode.kind for episode in run.episodes] == ["cvm-failure"]
    assert decode_run(encode_run(run), "run.json") == run


def test_a_log_of_version_1_says_whose_it_is() -> None:
    run = decode_run(VERSION_1.read_bytes(), "run.json")

    assert {source.kind: source.log for source in run.sources} == {
        "capture": None,
        "genesis": Log("cvm", "Genesis log"),
        "unrecognised": None,
    }


@pytest.mark.parametrize(
    ("where", "why", "reason"),
    [
        pytest.param("file", "not evidence: passed over", Reason("not-evidence"), id="no evidence"),
        pytest.param("files", "not evidence: passed over", Reason("further-not-evidence"), id="more of no evidence"),
        pytest.param("offset 9", "the file ends {here}", Reason("as-told", detail="the file ends {here}"), id="words"),
    ],
)
def test_a_sentence_of_version_1_becomes_a_reason(where: str, why: str, reason: Reason) -> None:
    old = document()
    skipped = {"source": "a.pcap", "where": where, "why": why, "count": 3}
    old["skipped"], old["sources"][0]["skipped"] = [skipped], [skipped]
    run = decode_run(json.dumps(old).encode(), "run.json")

    assert run.skipped == run.sources[0].skipped == (Skipped("a.pcap", where, reason, 3),)
    assert run.skipped[0].reason.sentence == why


def test_what_a_run_is_about_is_in_no_document_before_version_4() -> None:
    assert upgraded({"schema_version": 3}, 3) == {"schema_version": SCHEMA_VERSION, "about": {}}
    assert decode_run(VERSION_1.read_bytes(), "run.json").about == About()
