"""Every form of every sample: a page gives back its run, and the same run gives the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from analyzer.cli.output import write
from analyzer.config import Settings
from analyzer.pipeline import analyze, documents
from analyzer.report.forms.catalogue import FORMS
from analyzer.store.reading import read_document, read_run
from tests.conftest import ROOT, SAMPLES

CASES = sorted(truth.parent.name for truth in SAMPLES.glob("*/truth.json"))
TEXT_FORMS = tuple(form for form in FORMS if not form.packages and not form.of_evidence)
"""The forms that need nothing but the run."""


@pytest.mark.parametrize("name", CASES)
def test_a_page_gives_back_its_run(name: str, tmp_path: Path) -> None:
    files = documents(read_run(ROOT / "reports" / name))
    (tmp_path / "old.html").write_bytes(files["report.html"])

    assert read_document(tmp_path / "old.html") == files["run.json"]
    assert documents(read_run(tmp_path / "old.html")) == files


@pytest.mark.parametrize("name", CASES)
def test_the_same_run_gives_the_same_bytes(name: str) -> None:
    run = read_run(ROOT / "reports" / name)

    files = documents(run, TEXT_FORMS)
    assert list(files) == [file for form in TEXT_FORMS for file in form.files]
    assert files == documents(read_run(ROOT / "reports" / name), TEXT_FORMS)


def test_what_was_written_of_an_earlier_run_is_no_evidence(tmp_path: Path) -> None:
    for name in ("span.pcap", "vmk1.pcap", "genesis.out"):
        shutil.copy(SAMPLES / "cvm-failure" / name, tmp_path)
    settings = Settings(log_timezone="UTC")
    first = analyze(tmp_path, settings)
    write(tmp_path / "reports", documents(first, tuple(form for form in FORMS if not form.of_evidence)))

    again = analyze(tmp_path, settings)

    assert {one.reason.name for one in again.skipped} == {"not-evidence"}
    kept = tuple(source for source in again.sources if source.kind != "unrecognised")
    assert msgspec.structs.replace(again, sources=kept, skipped=()) == first
