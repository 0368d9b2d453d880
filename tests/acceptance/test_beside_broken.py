"""Broken and foreign files beside good evidence: the good is analysed, each of the others has one sentence."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import ConfigurationError, EvidenceError
from analyzer.ingest import logs
from analyzer.ingest.collect import collect
from analyzer.ingest.files import bundle
from analyzer.pipeline import analyze, analyze_keeping_frames
from tests.ingest.packing import tarred, zipped

UTC = Settings(log_timezone="UTC", hash="none")


def damaged_zip(at: bytes, offset: int, value: int) -> bytes:
    packed = bytearray(zipped({"genesis.out": b"one", "b.out": b"two"}))
    packed[packed.rindex(at) + offset] = value
    return bytes(packed)


def chained_tar() -> bytes:
    """A header that says that the next one has its name, and that likewise, without end."""
    one = tarred({"././@LongLink": b"x" * 40})[:1024]
    header = bytearray(one[:512])
    header[156:157] = b"L"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\x00 " % sum(header)
    return (bytes(header) + one[512:]) * 3_000


BROKEN: dict[str, Callable[[], bytes]] = {
    "version.zip": lambda: damaged_zip(b"PK\x01\x02", 6, 255),
    "method.zip": lambda: damaged_zip(b"PK\x01\x02", 10, 77),
    "cut.zip": lambda: zipped({"a": os.urandom(5_000)})[:900],
    "chain.tar": chained_tar,
    "cut.tgz": lambda: gzip.compress(tarred({"a.out": os.urandom(90_000)}))[:-40_000],
    "noise.gz": lambda: b"\x1f\x8b\x08\x00" + os.urandom(4_000),
    "notes.toml": lambda: b"[[mark]]\ntime = \n",
    "marks.csv": lambda: b'time,action\n"2026-03-13,cvm-power-off\n',
    "marks-time.csv": lambda: b"time,action\nyesterday,cvm-power-off\n",
    "deep.toml": lambda: b"[[mark]]\n" + b"x = " + b"[" * 90_000,
    "ping.csv": lambda: b"time,target,latency_ms\n2026-03-13 07:25:18,192.168.5.2,timeout\n",
    "dump.txt": lambda: b"07:25:18.364001 IP 192.168.1.24.899 > 192.168.5.2.2049: Flags [S], length 0\n",
    "change.pdf": lambda: b"%PDF-1.7\n" + os.urandom(3_000),
    "report.docx": lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "plan.xlsx": lambda: zipped({"docProps/app.xml": b"<x/>", "xl/workbook.xml": b"<w/>"}),
    "plan.ods": lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "screen.png": lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(3_000),
}


@pytest.fixture
def beside(tmp_path: Path, samples: Path) -> Path:
    """A folder with a good log and every broken file."""
    (tmp_path / "genesis.out").write_bytes((samples / "cvm-failure" / "genesis.out").read_bytes())
    for name, content in BROKEN.items():
        (tmp_path / name).write_bytes(content())
    return tmp_path


def test_the_good_is_analysed_and_each_other_has_a_sentence(beside: Path, samples: Path) -> None:
    run = analyze([beside], UTC)
    alone = analyze([samples / "cvm-failure" / "genesis.out"], UTC)
    assert [e.episode.kind for e in run.episodes] == [e.episode.kind for e in alone.episodes] == ["cvm-failure"]
    assert run.verdict == alone.verdict
    told = [skipped for skipped in run.skipped if skipped.reason.name != "not-evidence"]
    for name in BROKEN:
        sentences = [s.reason.sentence for s in told if s.source.startswith(f"{beside.name}/{name}")]
        assert len(sentences) == 1, (name, sentences)
        assert sentences[0]


@pytest.mark.parametrize("name", BROKEN)
def test_each_of_them_alone_is_an_error_and_no_fault(beside: Path, name: str) -> None:
    with pytest.raises((ConfigurationError, EvidenceError)) as caught:
        analyze([beside / name], UTC)
    assert str(caught.value).startswith(f"{beside / name}")


def test_one_bad_member_of_a_zip_loses_itself_alone(tmp_path: Path, samples: Path) -> None:
    good = (samples / "cvm-failure" / "genesis.out").read_bytes()
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("bad.out", "x")
        packed.writestr("genesis.out", good)
    damaged = bytearray((tmp_path / "b.zip").read_bytes())
    damaged[6] |= 8  # its local header says that the name is UTF-8, which 0xff is not
    damaged[7] |= 8
    damaged[30] = 0xFF
    (tmp_path / "b.zip").write_bytes(damaged)
    evidence = collect([tmp_path / "b.zip"], UTC)
    assert [source.name for source in evidence.sources if source.kind == "genesis"] == ["b.zip!/genesis.out"]
    assert [skipped.source for skipped in evidence.skipped] == ["b.zip!/bad.out"]


def test_what_a_reader_raises_is_told_of_its_file(beside: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program in one log leaves the others."""
    (beside / "other").mkdir()
    (beside / "other" / "genesis.out").write_bytes((samples / "healthy" / "genesis.out").read_bytes())
    read = logs.read

    def broken(stream: object, name: str, *rest: object) -> object:
        if "other" in name:
            raise KeyError("x")
        return read(stream, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(logs, "read", broken)
    evidence = collect([beside], UTC)
    (told,) = [skipped for skipped in evidence.skipped if skipped.reason.name == "not-understood"]
    assert told.source == f"{beside.name}/other/genesis.out"
    assert "KeyError" in told.reason.sentence
    assert [source.kind for source in evidence.sources if source.kind == "genesis"] == ["genesis"]


def test_what_is_raised_on_the_way_to_a_member_is_told_of_it_alone(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its kind is known: in what takes its wrappers off, or as the temporary folder is full."""
    good = (samples / "healthy" / "genesis.out").read_bytes()
    inner = zipped({"genesis.out": b"\x00" * 2_000})
    (tmp_path / "b.tar").write_bytes(tarred({"a.txt": b"odd\n" * 9, "b.zip": inner, "genesis.out": good}))

    def odd(head: bytes) -> None:
        if head.startswith(b"odd"):
            raise KeyError("x")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle, "prefix_of", odd)
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", full)
    evidence = collect([tmp_path], UTC)
    assert [source.kind for source in evidence.sources if source.kind == "genesis"] == ["genesis"]
    told = {skipped.source.partition("!/")[2]: skipped.reason.sentence for skipped in evidence.skipped}
    assert told["b.zip"] == "can't be read (No space left on device)"
    assert told["a.txt"].startswith("can't be understood: a fault of the program (KeyError at test_beside_broken.py:")


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_evidence_that_goes_meanwhile_leaves_the_run(what: str, tmp_path: Path, samples: Path) -> None:
    """Its frames can't be shown any more."""
    folder = tmp_path / "cvm-failure"
    shutil.copytree(samples / "cvm-failure", folder)

    def began(phase: str, _: int) -> None:
        if phase == "judging":
            for path in folder.glob("*.pcap"):
                path.write_bytes(b"something else")
            if what == "gone":
                shutil.rmtree(folder)

    run, frames = analyze_keeping_frames(folder, UTC, begun=began)
    assert run.verdict == "LATE"
    assert {one.origin.source for one in run.evidence} == {"cvm-failure/genesis.out"}
    assert not frames.frames
    assert frames.unread


def names_not_utf_8() -> bytes:
    """A zip whose names are marked as UTF-8 and are not."""
    packed = bytearray(zipped({"bandel/hosts.txt": b"hello\n", "genesis.out": b"none of ours\n"}))
    packed = packed.replace(b"bandel", b"b\xfcndel")
    for magic, flags in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        at = -1
        while (at := packed.find(magic, at + 1)) >= 0:
            packed[at + flags] |= 8
    return bytes(packed)


def wrong_bytes() -> bytes:
    """A zip in whose member is an error of transmission."""
    packed = bytearray(zipped({"vmkernel.log": b"a line of the kernel\n" * 40}))
    packed[30 + len("vmkernel.log") + 6] ^= 0xFF
    return bytes(packed)


OF_LIBRARIES = ("codec", "Error -", "decompressing", "Invalid", "LZ4F", "zstd error", "Traceback", "BadZip", "CRC")
MORE: dict[str, tuple[Callable[[], bytes], str]] = {
    "names.zip": (names_not_utf_8, "marked as UTF-8, and is not): its members were read one after the other"),
    "wrong.zip": (wrong_bytes, "it was cut or damaged, copy it again"),
    "cut.gz": (lambda: gzip.compress(os.urandom(9_000))[:5_000], "the file was cut, copy it again"),
    "cut.xz": (lambda: lzma.compress(os.urandom(9_000))[:5_000], "the file was cut, copy it again"),
    "wrong.bz2": (lambda: bz2.compress(b"x" * 900)[:-20] + bytes(20), "it was cut or damaged, copy it again"),
    "wrong.lz4": (lambda: b"\x04\x22\x4d\x18" + bytes(60), "it was cut or damaged, copy it again"),
    "wrong.zst": (
        lambda: b"\x28\xb5\x2f\xfd\x20\x05\x2f\x00\x00" + bytes(60),
        "it was cut or damaged, copy it again",
    ),
    "genesis.out": (lambda: b"", "is empty: there is nothing to analyse"),
    "vmkernel.log": (lambda: b"no such kernel\n", "is text in no known format (it begins with"),
    "span.pcap": (lambda: b"", "is empty: there is nothing to analyse"),
    "vmk0.pcapng": (lambda: b"\xff\xd8\xff\xe0" + bytes(99), "is an image (JPEG)"),
    "other.log": (lambda: bytes(range(256)) * 9, "is binary data in no known format"),
}


def test_what_is_wrong_with_a_file_that_is_called_as_evidence_is_told_in_our_words(
    tmp_path: Path, samples: Path
) -> None:
    (tmp_path / "good").mkdir()
    shutil.copy(samples / "cvm-failure" / "genesis.out", tmp_path / "good")
    for name, (content, _) in MORE.items():
        (tmp_path / name).write_bytes(content())
    os.mkfifo(tmp_path / "pipe.log")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "gone.log").symlink_to(tmp_path / "nowhere")

    run = analyze([tmp_path], UTC)

    assert [one.episode.kind for one in run.episodes] == ["cvm-failure"]
    told = {one.source.partition("/")[2].partition("!/")[0]: one.reason for one in run.skipped}
    for name, (_, words) in MORE.items():
        assert told[name].name != "not-evidence", name
        assert words in told[name].sentence, (name, told[name].sentence)
    assert told["pipe.log"].name == "pipe"
    assert told["gone.log"].name == "not-opened"
    sentences = [one.reason.sentence for one in run.skipped]
    assert not [each for each in sentences if any(word in each for word in OF_LIBRARIES)]
