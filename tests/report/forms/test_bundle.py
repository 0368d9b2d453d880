"""The zip to attach: what is in it, that it says so, how large it gets, and that it is the same each time."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from analyzer.model.evidence import CapturedFrame, CapturedFrames, CaptureInterface
from analyzer.model.source import Origin
from analyzer.report.forms import bundle, catalogue
from analyzer.report.forms.bundle import MANIFEST, write
from analyzer.report.forms.material import Material
from analyzer.store import encode_run
from tests.report import builder

RUN = builder.run(builder.episode())
FRAME = CapturedFrame(
    origin=Origin(builder.SPAN, 41),
    interface=CaptureInterface(builder.SPAN, 1, 0),
    ts=builder.START,
    stamp=builder.START // 1000,
    length=60,
    data=bytes(60),
)
MATERIAL = Material(run=RUN, document=encode_run(RUN), frames=CapturedFrames((FRAME,)))
FILES = ["evidence.lua", "evidence.pcapng", "report.html", "report.md", "report.pdf", "run.json"]


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def written() -> bytes:
    return write(MATERIAL)["bundle.zip"]


def test_it_holds_each_form_and_the_list(written: bytes) -> None:
    files = unpacked(written)
    assert list(files) == [MANIFEST, *FILES]
    assert files["run.json"] == MATERIAL.document
    assert files[MANIFEST].decode() == "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in FILES)


def test_the_list_is_what_sha256sum_checks(written: bytes, tmp_path: Path) -> None:
    for name, content in unpacked(written).items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", MANIFEST], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [f"{name}: OK" for name in FILES]


def test_the_same_run_gives_the_same_bytes_without_a_date(written: bytes) -> None:
    assert write(MATERIAL)["bundle.zip"] == written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(entry.create_system, entry.external_attr >> 16) for entry in archive.infolist()} == {(3, 0o100644)}


def left_out(data: bytes) -> list[str]:
    return [line for line in unpacked(data)[MANIFEST].decode().splitlines() if line.startswith("#")]


def test_without_the_captures_it_says_what_is_missing() -> None:
    data = write(Material(run=RUN, document=MATERIAL.document))["bundle.zip"]
    assert left_out(data) == ["# left out: evidence.pcapng: needs the captures, which were not at hand"]
    assert "evidence.lua" not in unpacked(data)


def test_without_a_frame_there_is_no_capture() -> None:
    data = write(Material(run=RUN, document=MATERIAL.document, frames=CapturedFrames()))["bundle.zip"]
    assert left_out(data) == ["# left out: evidence.pcapng: the report is based on no frame of a capture"]
    assert not any(name.startswith("evidence") for name in unpacked(data))


def test_where_weasyprint_breaks_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise OSError("cannot load library 'pango'")

    monkeypatch.setattr("analyzer.report.forms.pdf.write", broken)
    data = write(MATERIAL)["bundle.zip"]
    (line,) = left_out(data)
    assert line.startswith("# left out: report.pdf: can't be made (OSError at test_bundle.py:")
    assert "report.pdf" not in unpacked(data)


def test_without_weasyprint_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "find_spec", lambda name: None)
    data = write(MATERIAL)["bundle.zip"]
    assert left_out(data) == ["# left out: report.pdf: needs weasyprint, which is not installed"]
    assert "report.pdf" not in unpacked(data)


def test_beyond_the_limit_the_least_important_is_left_out_and_named(
    written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MOST", len(written) - 20_000)
    data = write(MATERIAL)["bundle.zip"]
    files = unpacked(data)
    assert len(data) <= len(written) - 20_000
    assert "report.pdf" not in files
    assert {"run.json", "report.html", "evidence.pcapng"} <= set(files)
    (line,) = left_out(data)
    assert line.startswith("# left out: report.pdf: ")
    assert line.endswith(f"bytes, beyond the {len(written) - 20_000:,} that a bundle has at most")
