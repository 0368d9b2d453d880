"""Wherever the transfer of a file breaks, of whatever form, beside evidence that shows all well: it is named, and the
run is no all-clear. Little of a file looks like something else, or like nothing: that must not count as its being so.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.files.remote import reading
from analyzer.ingest.scanning import scan_files
from analyzer.model.over_time.coverage import Lack
from analyzer.model.source import TRANSFER
from analyzer.pipeline import analyze
from tests.conftest import ROOT
from tests.ingest.files.remote.serving import Manners, served

HEALTHY, CASE = ROOT / "samples" / "healthy", ROOT / "samples" / "cvm-failure"
BESIDE = (HEALTHY / "vmk1.pcap", HEALTHY / "genesis.out")
CAPTURE, LOG = (CASE / "span.pcap").read_bytes(), (CASE / "genesis.out").read_bytes()
SEVERAL = b"==> 192.168.5.2/genesis.out <==\n" + LOG + b"\n==> 10.0.0.5/notes.txt <==\nnothing\n"
UTC = Settings(log_timezone="UTC")


def tarred(mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as tar:  # type: ignore[call-overload]
        for name in ("span.pcap", "genesis.out"):
            tar.add(CASE / name, name)
    return packed.getvalue()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in ("span.pcap", "genesis.out"):
            written.write(CASE / name, name)
    return packed.getvalue()


FORMS = {
    "span.pcap": CAPTURE,
    "span.pcap.gz": gzip.compress(CAPTURE),
    "span.pcap.xz": lzma.compress(CAPTURE),
    "genesis.out": LOG,
    "genesis.out.bz2": bz2.compress(LOG),
    "several.txt": SEVERAL,
    "several.txt.gz": gzip.compress(SEVERAL),
    "case.tar": tarred("w"),
    "case.tgz": tarred("w:gz"),
    "case.zip": zipped(),
    "unknown.bin": bytes(range(256)) * 20,
}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAUSE_S", 0.001)


def manners(how: str, at: int) -> Manners:
    """The transfer ends at an offset for good, or breaks there and the file is another one afterwards."""
    if how == "breaks":
        return Manners(drop=0, from_offset=at)
    return Manners(drop=max(1, at), changes_after=2 if at else 1)


@pytest.mark.parametrize(("how", "at"), [("breaks", 0), ("breaks", 10), ("breaks", -1), ("changes", 0)])
@pytest.mark.parametrize("name", FORMS)
def test_it_is_named_and_no_all_clear(name: str, how: str, at: int) -> None:
    data = FORMS[name]
    with served({name: data}, manners(how, at % len(data))) as there:
        url = there.url(name)
        run = analyze([*BESIDE, url], UTC)
    told = [skip.reason.name for skip in run.skipped if skip.source == url]
    assert TRANSFER.intersection(told)
    assert Lack("left-out", url) in run.coverage.lacks
    assert run.acceptable == "unknown"


def test_beside_the_same_evidence_alone_all_is_well() -> None:
    """What the others are held against."""
    assert analyze(BESIDE, UTC).acceptable == "yes"


@pytest.mark.parametrize("at", [0, 1, 300, -1])
@pytest.mark.parametrize("name", ["span.pcap", "span.pcap.gz"])
def test_no_scan_is_written_of_what_was_not_had(name: str, at: int, tmp_path: Path) -> None:
    data = FORMS[name]
    with served({name: data}, manners("breaks", at % len(data))) as there:
        said = f"^{there.url(name)}: the transfer broke at {at % len(data)} of {len(data)} bytes"
        with pytest.raises(EvidenceError, match=said):
            list(scan_files([there.url(name)], tmp_path, UTC))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
