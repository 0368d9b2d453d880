"""A bundle gives back its run; another zip, or a damaged one, is named in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from analyzer.errors import EvidenceError
from analyzer.store.carried import bundle as room
from analyzer.store.carried.bundle import document_of_bundle, is_bundle


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


BUNDLE = zipped({"run.json": b'{"schema_version": 3}' * 100, "report.html": b"<html>"})


def test_it_gives_back_the_same_bytes() -> None:
    assert is_bundle(BUNDLE)
    assert document_of_bundle(BUNDLE, "x") == b'{"schema_version": 3}' * 100


def test_a_zip_without_a_run() -> None:
    with pytest.raises(EvidenceError, match=r"x: is a zip without a run\.json"):
        document_of_bundle(zipped({"span.pcap": b"x"}), "x")


@pytest.mark.parametrize("length", [len(BUNDLE) - 30, 60, 4])
def test_a_bundle_that_is_cut_short(length: int) -> None:
    with pytest.raises(EvidenceError, match="x: is a zip that was cut short; copy the file again"):
        document_of_bundle(BUNDLE[:length], "x")


def test_a_damaged_bundle() -> None:
    with pytest.raises(EvidenceError, match=r"x: (can.t be unpacked|run\.json in it is damaged)"):
        document_of_bundle(BUNDLE[:60] + b"\xff" * 8 + BUNDLE[68:], "x")


def test_damage_outside_of_the_run_is_told_too() -> None:
    with zipfile.ZipFile(io.BytesIO(BUNDLE)) as archive:
        content = archive.getinfo("report.html").header_offset + 30 + len("report.html")
    damaged = bytearray(BUNDLE)
    damaged[content + 2] ^= 0xFF
    with pytest.raises(EvidenceError, match=r"x: .*; copy the file again"):
        document_of_bundle(bytes(damaged), "x")


def test_a_file_whose_check_value_is_wrong_is_named() -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("report.pdf", b"%PDF-1.7 paper")
        archive.writestr("run.json", b"{}")
    with pytest.raises(EvidenceError, match=r"x: report\.pdf in it is damaged; copy the file again"):
        document_of_bundle(stored.getvalue().replace(b"paper", b"pater"), "x")


def test_files_that_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FILES", 100)
    with pytest.raises(EvidenceError, match=r"x: its files have more than 0 MB; give its run\.json alone"):
        document_of_bundle(BUNDLE, "x")


def test_a_document_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_DOCUMENT", 100)
    with pytest.raises(EvidenceError, match=r"x: its run\.json has more than 0 MB; unpack it"):
        document_of_bundle(BUNDLE, "x")


def test_other_files_are_no_bundle() -> None:
    assert not any(map(is_bundle, (b"{}", b"<html>", b"%PDF-1.7", b"")))
