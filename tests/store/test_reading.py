"""A run is read from wherever it lies; what holds none is named in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import analyzer
from analyzer.errors import EvidenceError
from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import chosen
from analyzer.store import encode_run, reading
from analyzer.store.reading import read_document, read_run
from tests.report import builder

RUN = builder.run(builder.episode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.json").write_bytes(encode_run(RUN))
    return tmp_path


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return documents(RUN, chosen(["html", "pdf", "bundle"]))


@pytest.mark.parametrize("name", ["", "run.json", "report.html", "report.pdf", "bundle.zip"])
def test_a_run_is_read_from_whatever_carries_it(folder: Path, name: str, written: dict[str, bytes]) -> None:
    for file, content in written.items():
        (folder / file).write_bytes(content)
    assert read_run(folder / name) == RUN
    assert read_run(str(folder / name)) == RUN
    assert read_document(folder / name) == encode_run(RUN)


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "bundle.zip"])
def test_a_folder_of_something_that_carries_it(name: str, tmp_path: Path, written: dict[str, bytes]) -> None:
    (tmp_path / name).write_bytes(written[name])
    assert read_document(tmp_path) == encode_run(RUN)


@pytest.mark.parametrize("data", [encode_run(RUN), documents(RUN)["report.html"]], ids=["document", "page"])
def test_a_run_is_read_from_bytes(data: bytes) -> None:
    assert read_run(data) == RUN
    assert read_document(data) == encode_run(RUN)


def test_bytes_that_are_no_run_have_no_name() -> None:
    with pytest.raises(EvidenceError, match=r"^what was given: is no run\.json"):
        read_run(b"hello")


def test_reading_is_public() -> None:
    assert analyzer.read_run is read_run


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"holds no run \(run\.json"):
        read_run(tmp_path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"nowhere: can't be read \(No such file or directory\)"):
        read_run(tmp_path / "nowhere")


def test_a_file_that_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("hello")
    with pytest.raises(EvidenceError, match=r"is no run\.json of autopath"):
        read_run(tmp_path)


def test_a_file_that_is_too_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_FILE", 1000)
    with pytest.raises(EvidenceError, match=r"it is larger than 1000 bytes"):
        read_run(folder)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.json")
    for named in (tmp_path / "run.json", Path("/dev/zero")):
        with pytest.raises(EvidenceError, match="is no regular file"):
            read_run(named)
