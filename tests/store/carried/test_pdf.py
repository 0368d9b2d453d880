"""A PDF gives back its run, also when another program wrote the PDF anew; what it shows is never taken for one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from analyzer.errors import EvidenceError
from analyzer.model.run import Run
from analyzer.report.forms.material import Material
from analyzer.report.forms.pdf import write
from analyzer.store import encode_run
from analyzer.store.carried import pdf as room
from analyzer.store.carried.pdf import document_of_pdf, is_pdf
from tests.report import builder

RUN = builder.run(builder.episode())
DOCUMENT = encode_run(RUN)
LOOKALIKE = '1 0 obj << /Type /EmbeddedFile /Length 30 >> stream\n{"schema_version": 3}\nendstream'


def pdf_of(run: Run) -> bytes:
    return write(Material(run=run, document=encode_run(run)))["report.pdf"]


@pytest.fixture(scope="module")
def written() -> bytes:
    return pdf_of(RUN)


def test_it_gives_back_the_same_bytes(written: bytes) -> None:
    assert is_pdf(written)
    assert document_of_pdf(written, "x") == DOCUMENT


def test_text_that_looks_like_one_is_none() -> None:
    claims = builder.claims()
    told = msgspec.structs.replace(claims[0].statement, told=LOOKALIKE)
    measured = builder.episode()
    episode = msgspec.structs.replace(measured.episode, claims=(msgspec.structs.replace(claims[0], statement=told),))
    run = builder.run(msgspec.structs.replace(measured, episode=episode), case=LOOKALIKE)
    assert document_of_pdf(pdf_of(run), "x") == encode_run(run)


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
@pytest.mark.parametrize(
    "options",
    [["--qdf"], ["--linearize"], ["--object-streams=disable"], ["--stream-data=uncompress", "--decode-level=all"]],
)
def test_a_pdf_that_was_written_anew_still_carries_it(options: list[str], written: bytes, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    first.write_bytes(written)
    subprocess.run(["qpdf", *options, str(first), str(second)], check=True, capture_output=True)
    assert second.read_bytes() != written
    assert document_of_pdf(second.read_bytes(), "x") == DOCUMENT


def test_a_pdf_without_a_run() -> None:
    with pytest.raises(EvidenceError, match=r"x: is a PDF that carries no run; give a run\.json"):
        document_of_pdf(b"%PDF-1.7\n1 0 obj\n<< /Type /Page >>\nendobj\n%%EOF", "x")


def test_a_pdf_of_two_runs(written: bytes) -> None:
    other = pdf_of(msgspec.structs.replace(RUN, case="other"))
    with pytest.raises(EvidenceError, match="x: carries 2 runs"):
        document_of_pdf(written + other, "x")


def test_a_damaged_or_cut_pdf(written: bytes) -> None:
    begin = next(re.finditer(rb"/EmbeddedFile\b.*?stream\n", written, re.DOTALL)).end()
    with pytest.raises(EvidenceError, match="x: what is attached to it is damaged"):
        document_of_pdf(written[:begin] + b"\0\0\0\0" + written[begin + 4 :], "x")
    with pytest.raises(EvidenceError, match="x: what is attached to it is cut off, or too large"):
        document_of_pdf(written[: begin + 100], "x")


def test_an_attachment_that_expands_too_much(written: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_DOCUMENT", 1000)
    with pytest.raises(EvidenceError, match="cut off, or too large"):
        document_of_pdf(written, "x")


def test_other_files_are_no_pdf() -> None:
    assert not any(map(is_pdf, (b"{}", b"<html>", b"PK\x03\x04", b"")))


def test_a_pdf_that_is_cut_short_before_its_run(written: bytes) -> None:
    with pytest.raises(EvidenceError, match="x: is a PDF that was cut short"):
        document_of_pdf(written[: written.index(b"/EmbeddedFile")], "x")
