"""Every form of every sample: a page gives back its run, and the same run gives the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from analyzer.aside import write
from analyzer.config import Settings
from analyzer.pipeline import analyze, analyze_keeping_frames, documents
from analyzer.report.forms.catalogue import FORMS, chosen
from analyzer.store.reading import read_document, read_run
from tests.conftest import ROOT, SAMPLES

CASES = sorted(truth.parent.name for truth in SAMPLES.glob("*/truth.json"))
CARRIERS = ("report.html", "report.pdf", "bundle.zip")
ALONE = tuple(form for form in FORMS if not form.of_evidence and form.name not in ("pdf", "bundle"))
"""The forms that need nothing but the run, and that are not made of others."""


@pytest.mark.parametrize("name", CASES)
def test_page_pdf_and_bundle_give_back_the_run(name: str, tmp_path: Path) -> None:
    files = documents(read_run(ROOT / "reports" / name), chosen(("json", *CARRIERS)))
    write(tmp_path, files)

    assert {file: read_document(tmp_path / file) for file in CARRIERS} == dict.fromkeys(CARRIERS, files["run.json"])
    assert documents(read_run(tmp_path / "report.html")) == documents(read_run(tmp_path / "run.json"))


@pytest.mark.parametrize("name", CASES)
def test_the_same_run_gives_the_same_bytes(name: str) -> None:
    files = documents(read_run(ROOT / "reports" / name), ALONE)

    assert list(files) == [file for form in ALONE for file in form.files]
    assert files == documents(read_run(ROOT / "reports" / name), ALONE)


def test_what_was_written_of_an_earlier_run_is_no_evidence(tmp_path: Path) -> None:
    for name in ("span.pcap", "vmk1.pcap", "genesis.out"):
        shutil.copy(SAMPLES / "cvm-failure" / name, tmp_path)
    settings = Settings(log_timezone="UTC")
    first = analyze(tmp_path, settings)
    write(tmp_path / "reports", documents(first, ALONE))

    again = analyze(tmp_path, settings)

    assert {one.reason.name for one in again.skipped} == {"not-evidence"}
    kept = tuple(source for source in again.sources if source.kind != "unrecognised")
    assert msgspec.structs.replace(again, sources=kept, skipped=()) == first


def test_frames_that_an_earlier_run_kept_are_evidence_only_where_no_capture_is(tmp_path: Path) -> None:
    for name in ("span.pcap", "vmk1.pcap", "genesis.out"):
        shutil.copy(SAMPLES / "cvm-failure" / name, tmp_path)
    settings = Settings(log_timezone="UTC")
    first, frames = analyze_keeping_frames(tmp_path, settings)
    write(tmp_path / "reports", documents(first, chosen(("pcapng", "bundle")), frames))

    again = analyze(tmp_path, settings)
    alone = analyze(tmp_path / "reports" / "evidence.pcapng", settings)

    skipped = {(one.source.rpartition("/")[2], one.reason.name) for one in again.skipped}
    assert skipped >= {("evidence.pcapng", "excerpt"), ("evidence.pcapng", "same-file")}
    assert [source.name.rpartition("/")[2] for source in again.sources if source.kind == "capture"] == [
        "span.pcap",
        "vmk1.pcap",
    ]
    assert again.episodes == first.episodes
    assert [source.kind for source in alone.sources] == ["capture"]


def test_a_run_of_an_older_program_is_written_in_each_form() -> None:
    run = read_run(ROOT / "tests" / "store" / "run-v1.json")

    files = documents(run, ALONE)

    assert list(files) == [file for form in ALONE for file in form.files]
    assert b"<error" in files["junit.xml"], "what an older program found acceptable is to be judged again"
    assert b'answer="unknown"} 1' in files["metrics.prom"]
