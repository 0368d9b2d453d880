"""Captures scanned by separate tasks, and analysed from their scans, give what they give themselves, byte for byte."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.capture import frames
from analyzer.ingest.scanning import scan_files
from analyzer.ingest.streams.scan_file import MAGIC, VERSION
from analyzer.model.run import Run
from analyzer.pipeline import analyze, analyze_keeping_frames, documents
from analyzer.store import encode_run
from tests.ingest.capture.recordings import recording_id, recordings
from tests.ingest.files.remote.serving import served
from tests.ingest.test_rings import story

UTC = Settings(log_timezone="UTC")
TASKS = 8
ROOT = Path(__file__).parents[2]
CASES = sorted({path.parent for path in (ROOT / "samples").glob("*/*.pcap*")})


@pytest.fixture(params=["plain", "compiled"])
def scanned_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set of files is scanned by the kernels when it is large."""
    size = 0 if request.param == "compiled" else 1 << 60
    monkeypatch.setattr("analyzer.ingest.capture.is_large", lambda whole: whole > size)


def pieces(data: bytes, seed: int) -> list[bytes]:
    """A capture cut at random frames into as many files as there are tasks."""
    starts = [at for at, _ in blocks(data)]
    cuts = sorted(random.Random(seed).sample(starts[1:], TASKS - 1))  # noqa: S311
    head = data[: starts[0]]
    ends = zip([starts[0], *cuts], [*cuts, len(data)], strict=True)
    return [head + data[start:end] for start, end in ends]


def blocks(data: bytes) -> list[tuple[int, int]]:
    """Where each frame's record or block begins, and how long it is."""
    if data[:4] != b"\x0a\x0d\x0d\x0a":
        order = "<" if data[:1] in b"\xd4\x4d" else ">"
        found, at = [], 24
        while at < len(data):
            size = 16 + struct.unpack_from(order + "I", data, at + 8)[0]
            found.append((at, size))
            at += size
        return found
    found, at = [], 0
    order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    while at < len(data):
        kind, size = struct.unpack_from(order + "II", data, at)
        if kind == 6:
            found.append((at, size))
        at += size
    return found


def set_of(case: Path, folder: Path, seed: int) -> Path:
    """The case with each capture cut into files of a ring buffer."""
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("*.json*", "README.md"))
    for path in [path for path in folder.rglob("*") if ".pcap" in path.name]:
        packed = path.suffix == ".gz"
        data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        path.unlink()
        for number, piece in enumerate(pieces(data, seed), 1):
            name, _, ending = path.name.partition(".")
            name = name.replace("-2", "b")  # a number at the end is a file's of a ring
            there = path.with_name(f"{name}_{number:05}.{ending}")
            there.write_bytes(gzip.compress(piece, mtime=0) if packed else piece)
    return folder


def scanned(folder: Path, there: Path, settings: Settings = UTC) -> Path:
    """The same with the scan of each capture in its place, made by a task of its own."""
    shutil.copytree(folder, there, ignore=shutil.ignore_patterns("*.pcap*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        for path in sorted(folder.rglob("*.pcap*"), reverse=True):
            list(scan_files([path.relative_to(folder.parent)], there.parent, settings))
    return there


def run_in(folder: Path) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        return analyze([folder.name], UTC)


@pytest.mark.usefixtures("scanned_by")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_sample_cut_at_random_frames(tmp_path: Path, case: Path) -> None:
    whole = set_of(case, tmp_path / "whole" / "case", seed=len(case.name))
    there = scanned(whole, tmp_path / "scans" / "case")
    assert len(list(there.rglob("*.scan"))) >= TASKS
    assert not list(there.rglob("*.pcap"))
    assert encode_run(run_in(there)) == encode_run(run_in(whole))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_scans_tell_what_the_uncut_captures_tell(tmp_path: Path, case: Path) -> None:
    """But for where a frame is, which is another file."""
    uncut = tmp_path / "uncut" / "case"
    shutil.copytree(case, uncut, ignore=shutil.ignore_patterns("*.json*", "README.md"))
    there = scanned(set_of(case, tmp_path / "whole" / "case", seed=7), tmp_path / "scans" / "case")
    assert story(run_in(there)) == story(run_in(uncut))


def test_eight_processes(tmp_path: Path) -> None:
    """Each task knows its file alone, and nothing of the others."""
    whole = set_of(next(case for case in CASES if case.name == "cvm-failure"), tmp_path / "whole" / "case", seed=3)
    there = tmp_path / "scans" / "case"
    shutil.copytree(whole, there, ignore=shutil.ignore_patterns("*.pcap*"))
    program = [sys.executable, "-m", "analyzer", "scan", "-q", "-o", str(there.parent)]
    tasks = [
        subprocess.Popen(
            [*program, str(path.relative_to(whole.parent))],
            cwd=whole.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for path in sorted(whole.glob("span_*.pcap"))
    ]
    assert [task.wait() for task in tasks] == [0] * TASKS
    for path in whole.glob("vmk1_*.pcap"):
        shutil.copy(path, there)
    assert encode_run(run_in(there)) == encode_run(run_in(whole))


def test_captures_that_lie_elsewhere(tmp_path: Path) -> None:
    """Each task reads its file by URL; the run is that by URL, and no scan has a secret of one."""
    data = (CASES[0] / "span.pcap").read_bytes()
    with served({f"ring/span_{n:05}.pcap": piece for n, piece in enumerate(pieces(data, 5), 1)}) as there:
        urls = [f"{there.url(name)}?sig=s3cr3t" for name in there.files]
        written = [one.path for url in urls for one in scan_files([url], tmp_path, UTC)]
        whole = encode_run(analyze(urls, UTC))
    assert encode_run(analyze(written, UTC)) == whole
    assert not [path for path in written if b"s3cr3t" in path.read_bytes()]


def test_what_is_written_of_the_evidence_is_shorter_and_never_filled(tmp_path: Path) -> None:
    """All forms are the same but for those of the frames themselves, which end where the scan does."""
    whole = set_of(next(case for case in CASES if case.name == "cvm-failure"), tmp_path / "whole" / "case", seed=3)
    there = scanned(whole, tmp_path / "scans" / "case")
    told = []
    for folder in (whole, there):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder.parent)
            told.append(analyze_keeping_frames(["case"], UTC))
    assert documents(told[0][0]) == documents(told[1][0])
    ours, theirs = (kept.frames for _, kept in told)
    assert [frame.origin for frame in ours] == [frame.origin for frame in theirs]
    assert all(a.data.startswith(b.data) and a.length == b.length for a, b in zip(ours, theirs, strict=True))


def one_scan(tmp_path: Path) -> Path:
    (path,) = (one.path for one in scan_files([CASES[0] / "span.pcap"], tmp_path, UTC))
    return path


def refused(path: Path) -> str:
    with pytest.raises(EvidenceError) as raised:
        analyze([path], UTC)
    return str(raised.value)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.999])
def test_a_scan_that_was_changed(tmp_path: Path, place: float) -> None:
    path = one_scan(tmp_path)
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0x10
    path.write_bytes(data)
    assert "is a scan that was cut or changed" in refused(path)


@pytest.mark.parametrize("kept", [0, 10, 100, -1])
def test_a_scan_that_was_cut(tmp_path: Path, kept: int) -> None:
    path = one_scan(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    said = refused(path)
    assert "is a scan that was cut or changed" in said or "is called as a scan is (.scan), and is none" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": VERSION + 1}, f"is a scan of form {VERSION + 1}, and this program reads form {VERSION}"),
        ({"name": "/etc/passwd"}, "is a scan that was cut or changed"),
        ({"name": "a/../../b"}, "is a scan that was cut or changed"),
        ({"name": "a\x1b[2Jb"}, "is a scan that was cut or changed"),
        ({"name": "x" * 5000}, "is a scan that was cut or changed"),
        ({"size": -1}, "is a scan that was cut or changed"),
        ({"digests": {}}, "is a scan that was cut or changed"),
        ({"size": "large"}, "is a scan that was cut or changed"),
    ],
    ids=["version", "absolute", "climbing", "control", "long", "negative", "no-digest", "type"],
)
def test_a_scan_that_tells_other_than_one_does(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """Sealed anew, as whoever means harm can."""
    path = resealed(one_scan(tmp_path), change)
    assert said in refused(path)


def resealed(path: Path, change: dict[str, object], pieces: bytes | None = None) -> Path:
    import hashlib

    data = path.read_bytes()[:-32]
    length = struct.unpack("<I", data[-4:])[0]
    text = msgspec.msgpack.encode(msgspec.msgpack.decode(data[-4 - length : -4]) | change)
    body = data[: -4 - length] if pieces is None else MAGIC + pieces
    data = body + text + struct.pack("<I", len(text))
    path.write_bytes(data + hashlib.sha256(data).digest())
    return path


def test_a_scan_that_expands_without_end(tmp_path: Path) -> None:
    """Some bytes that claim exabytes: what they are read as is bounded, and it is said."""
    import zstandard

    head = (CASES[0] / "span.pcap").read_bytes()[:1000]
    claims = struct.pack("<II", len(head), 0) + head + struct.pack("<II", 0, (1 << 32) - 1) * 100
    path = resealed(one_scan(tmp_path), {"plain": 1 << 62, "size": 1 << 62}, zstandard.compress(claims))
    run = analyze([path], UTC)
    assert run.acceptable == "unknown"
    assert "expands-too-much" in {skip.reason.name for skip in run.skipped}


def test_a_capture_that_breaks_off_is_told_as_such(tmp_path: Path) -> None:
    data = gzip.compress((CASES[0] / "span.pcap").read_bytes())
    whole = tmp_path / "whole" / "case"
    whole.mkdir(parents=True)
    (whole / "span.pcap.gz").write_bytes(data[: len(data) // 2])
    there = scanned(whole, tmp_path / "scans" / "case")
    told, expected = run_in(there), run_in(whole)
    assert encode_run(told) == encode_run(expected)
    assert any(skip.reason.name == "data-cut" for skip in told.skipped)


def test_a_capture_and_its_scan_are_not_both_analysed(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    shutil.copy(CASES[0] / "span.pcap", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        list(scan_files(["case/span.pcap"], Path(), UTC))
    run = run_in(folder)
    assert [source.name for source in run.sources if source.kind == "capture"] == ["case/span.pcap"]
    assert any(skip.reason.name == "name-taken" for skip in run.skipped)


@pytest.mark.parametrize("name", ["genesis.out", "bundle.tar", "none"])
def test_what_is_no_capture_is_not_scanned(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "genesis.out":
        shutil.copy(CASES[0] / "genesis.out", path)
    elif name == "bundle.tar":
        shutil.make_archive(str(path.with_suffix("")), "tar", CASES[0])
    with pytest.raises(EvidenceError, match=r"is no capture|there is no such file"):
        list(scan_files([path], tmp_path / "scans", UTC))
    assert not list(tmp_path.rglob("*.scan*"))


@pytest.mark.parametrize("path", recordings(), ids=recording_id)
def test_no_frame_is_another(tmp_path: Path, path: Path) -> None:
    """Each frame is there with its number, time and length."""
    (one,) = scan_files([path], tmp_path, UTC)
    from analyzer.ingest.files.bundle import Leaf, leaves

    told = []
    for leaf in leaves([one.path]):
        assert isinstance(leaf, Leaf)
        told += [(frame.number, frame.ts, frame.length, len(frame.data)) for frame in frames(leaf.plain.body, "x")]
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    assert told == [(f.number, f.ts, f.length, len(f.data)) for f in frames(io.BytesIO(data), "x")]
