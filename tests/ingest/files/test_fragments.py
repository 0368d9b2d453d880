"""What vm-support cut into pieces is one file, in a folder, named piece by piece, and in a bundle."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.ingest.files.fragments import Fragment, Kept
from analyzer.model.evidence import Evidence
from tests.ingest.packing import COMPRESSORS, tarred, zipped

UTC = Settings(log_timezone="UTC")
TEXT = b"".join(
    b"2023-12-07T05:%02d:11.213Z In(182) vmkernel: cpu0:2238622)Tcpip: 1414: add dstAddr=0x205a8c0, "
    b"netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0\n" % n
    for n in range(30)
)
CUT = (1_200, 2_777)
PIECES = {
    f"vmkernel.log.FRAG-{n:05}": TEXT[a:b] for n, (a, b) in enumerate(zip((0, *CUT), (*CUT, len(TEXT)), strict=True))
}


def events(evidence: Evidence) -> list[tuple[str, int, str | None]]:
    return [(event.origin.source, event.origin.number, event.text) for event in evidence.events]


def whole(name: str) -> list[tuple[str, int, str | None]]:
    return [(name, number, line.decode()) for number, line in enumerate(TEXT.splitlines(), 1)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "192.168.1.24"
    path.mkdir()
    for name, content in PIECES.items():
        (path / name).write_bytes(content)
    return path


def test_of_a_folder(folder: Path) -> None:
    evidence = collect([folder], UTC)
    assert events(evidence) == whole("192.168.1.24/vmkernel.log")
    assert [source.size for source in evidence.sources] == [len(TEXT)]
    assert evidence.skipped == ()


def test_named_one_by_one_in_any_order(folder: Path) -> None:
    assert events(collect(sorted(folder.iterdir(), reverse=True), UTC)) == whole("192.168.1.24/vmkernel.log")


@pytest.mark.parametrize("packing", ["tar", "tgz", "zip", "in-one-another"])
def test_of_a_bundle(tmp_path: Path, packing: str) -> None:
    folder = "esx-a-2023-12-07--05.30-77/var/run/log/"
    members = {folder + name: content for name, content in (*list(PIECES.items())[1:], *list(PIECES.items())[:1])}
    tar = tarred({**members, folder + "vobd.log": b""})
    packed = {
        "tar": tar,
        "tgz": COMPRESSORS["gzip"](tar),
        "zip": zipped(members),
        "in-one-another": zipped({"esx-a-vm.tgz": COMPRESSORS["gzip"](tar)}),
    }[packing]
    (tmp_path / "b").write_bytes(packed)
    evidence = collect([tmp_path / "b"], UTC)
    inner = "esx-a-vm.tgz!/" if packing == "in-one-another" else ""
    assert events(evidence) == whole(f"b!/{inner}{folder}vmkernel.log")
    assert {source.host for source in evidence.sources if source.kind == "vmkernel"} == {"a"}


def test_a_piece_that_is_missing_is_told(folder: Path) -> None:
    (folder / "vmkernel.log.FRAG-00001").unlink()
    evidence = collect([folder], UTC)
    (lost,) = evidence.skipped
    assert lost.reason.name == "fragment-missing"
    assert "FRAG-00001" in lost.reason.sentence
    lines = set(TEXT.decode().splitlines())
    assert 10 < len(evidence.events) < 30
    assert {event.text for event in evidence.events} < lines


def test_pieces_of_a_compressed_file(tmp_path: Path) -> None:
    packed = COMPRESSORS["gzip"](TEXT)
    for number, start in enumerate(range(0, len(packed), 100)):
        (tmp_path / f"vmkernel.0.gz.FRAG-{number:05}").write_bytes(packed[start : start + 100])
    assert len(collect([tmp_path], UTC).events) == 30


def test_beside_the_whole_they_are_the_same_file(folder: Path) -> None:
    (folder / "vmkernel.log").write_bytes(TEXT)
    evidence = collect([folder], UTC)
    assert [event.origin.source for event in evidence.events].count("192.168.1.24/vmkernel.log") == 30


def test_a_cut_bundle_gives_the_pieces_that_are_there(tmp_path: Path) -> None:
    whole_tar = tarred({f"l/{name}": content for name, content in PIECES.items()})
    (tmp_path / "b.tar").write_bytes(whole_tar[:3_300])
    evidence = collect([tmp_path / "b.tar"], UTC)
    assert 5 < len(evidence.events) < 30
    assert any("tar" in skipped.reason.sentence for skipped in evidence.skipped)


def test_pieces_are_let_go() -> None:
    """One that is there twice too, and one that nobody reads."""
    kept = Kept()
    for content in (b"first", b"again"):
        kept.keep(Fragment("vmkernel.log", 0), io.BytesIO(content))
    ((_, _, whole),) = kept.wholes()
    assert whole.read(9) == b"again"
    kept.close()
    with pytest.raises(ValueError, match="closed"):
        whole.read(9)
