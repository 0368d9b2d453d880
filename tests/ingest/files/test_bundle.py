from __future__ import annotations

import hashlib
import io
import os
import socket
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import EvidenceError
from analyzer.ingest.files import archive, bundle
from analyzer.ingest.files.bundle import Again, Closed, Leaf, leaves
from analyzer.ingest.streams import stream
from analyzer.model.source import Reason
from tests.ingest.packing import COMPRESSORS, tarred, zipped

TEXT = b"2026-11-22 07:04:46 INFO ha_service.py:489 All stargates are up\n" * 40


def contents(paths: Sequence[str | os.PathLike[str]]) -> dict[str, bytes]:
    return {leaf.name: leaf.plain.body.read() for leaf in leaves(paths) if isinstance(leaf, Leaf)}


def faults(paths: Sequence[str | os.PathLike[str]]) -> dict[str, str]:
    found = {}
    for leaf in leaves(paths):
        if isinstance(leaf, Closed):
            found[leaf.name] = leaf.reason.sentence
        elif isinstance(leaf, Leaf):
            leaf.plain.drain()
            if reason := leaf.plain.fault.reason:
                found[leaf.name] = reason.sentence
    return found


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_a_compressed_file_is_known_by_its_first_bytes_and_keeps_its_name(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "genesis.out"
    path.write_bytes(COMPRESSORS[compression](TEXT))
    (leaf,) = [leaf for leaf in leaves([path]) if isinstance(leaf, Leaf)]
    assert (leaf.name, leaf.compressions) == (path.name, (compression,))


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_members_one_after_the_other_are_one_stream(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "two"
    path.write_bytes(COMPRESSORS[compression](TEXT) + COMPRESSORS[compression](b"more"))
    assert contents([path]) == {path.name: TEXT + b"more"}


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_a_cut_compressed_file_gives_what_is_there_and_says_so(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "cut"
    noise = os.urandom(300_000)
    path.write_bytes(COMPRESSORS[compression](noise)[:250_000])
    (leaf,) = [(leaf, leaf.plain.body.read()) for leaf in leaves([path]) if isinstance(leaf, Leaf)]
    assert noise.startswith(leaf[1])
    assert len(leaf[1]) > 0 or compression == "bzip2"
    assert leaf[0].plain.fault.reason == Reason("data-cut")


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_corrupt_compressed_data_is_a_fault_and_no_exception(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "corrupt"
    packed = bytearray(COMPRESSORS[compression](os.urandom(5_000)))
    packed[1_000:1_400] = bytes(400)
    packed[-8:] = b"\xff" * 8
    path.write_bytes(packed)
    contents([path])
    assert faults([path])[path.name]


@pytest.mark.parametrize(
    "form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT], ids=["pax", "gnu", "ustar"]
)
def test_tar_members_stand_behind_an_exclamation_mark(tmp_path: Path, form: int) -> None:
    path = tmp_path / "b.tar"
    path.write_bytes(tarred({"./cvm_logs/genesis.out": TEXT, "a/" + "d" * 90 + "/x": b"x"}, form))
    assert contents([path]) == {f"{path.name}!/cvm_logs/genesis.out": TEXT, f"{path.name}!/a/{'d' * 90}/x": b"x"}


def test_everything_nested(tmp_path: Path) -> None:
    """A zip with a tar.zst with a tgz with a zip with an xz, none with its suffix."""
    inner = zipped({"genesis.out": COMPRESSORS["xz"](TEXT)})
    tgz = COMPRESSORS["gzip"](tarred({"inner": inner, "plain": b"p"}))
    path = tmp_path / "bundle"
    path.write_bytes(zipped({"cvm": COMPRESSORS["zstd"](tarred({"logs": tgz})), "top": b"t"}))
    assert contents([path]) == {
        f"{path.name}!/cvm!/logs!/inner!/genesis.out": TEXT,
        f"{path.name}!/cvm!/logs!/plain": b"p",
        f"{path.name}!/top": b"t",
    }


def test_the_hash_is_of_the_stored_bytes(tmp_path: Path) -> None:
    packed = COMPRESSORS["gzip"](TEXT)
    path = tmp_path / "b.tar"
    path.write_bytes(tarred({"genesis.out.gz": packed}))
    found = leaves([path], algorithm="sha256")
    leaf = next(found)
    assert isinstance(leaf, Leaf)
    leaf.plain.drain()
    leaf.stored.drain()
    assert leaf.stored.digest == f"sha256:{hashlib.sha256(packed).hexdigest()}"
    assert (leaf.size, leaf.stored.count) == (len(packed), len(packed))
    assert list(found) == []


def test_folders_are_walked_in_order_hidden_files_too_but_not_git(tmp_path: Path) -> None:
    for name in ("b/2", "b/10", "a/x", ".hidden", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    assert list(contents([tmp_path])) == [f"{tmp_path.name}/{n}" for n in (".hidden", "a/x", "b/10", "b/2")]


def test_names_are_relative_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f").write_bytes(b"1")
    assert list(contents(["d"])) == ["d/f"]
    assert list(contents(["./d/"])) == ["./d/f"]


def test_the_same_file_is_opened_once(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"1")
    os.link(path, tmp_path / "g")
    found = list(leaves([path, tmp_path]))
    assert [type(leaf) for leaf in found] == [Leaf, Again, Again]
    assert found[2] == Again(f"{tmp_path.name}/g", f"{tmp_path.name}/f")


def test_a_path_that_does_not_exist_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"nowhere: there is no such file or folder"):
        leaves([tmp_path, tmp_path / "nowhere"])


def test_a_broken_link_is_handed_on_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    assert "No such file" in faults([tmp_path])[f"{tmp_path.name}/link"]


def test_a_file_that_may_not_be_read_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"1")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in faults([path])[path.name]


def test_a_read_that_fails_is_a_fault(tmp_path: Path) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    broken = stream.Stream(Broken())
    assert (broken.head(), broken.fault.reason) == (b"", Reason("fault", detail="Input/output error"))


def test_a_socket_is_no_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("s")
        assert faults(["s"]) == {"s": "is no regular file (a device or a socket)"}


@pytest.mark.parametrize("inside", [False, True], ids=["named", "in-a-folder"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, inside: bool) -> None:
    os.mkfifo(tmp_path / "p")
    (why,) = faults([tmp_path if inside else tmp_path / "p"]).values()
    assert why.startswith("is a pipe")


@pytest.mark.parametrize("cut", [1_000, 60_000, 250_000])
@pytest.mark.parametrize("packing", ["", "gzip"], ids=["tar", "tgz"])
def test_a_member_that_an_archive_cuts_is_read_up_to_the_cut(tmp_path: Path, cut: int, packing: str) -> None:
    path = tmp_path / "t"
    noise = os.urandom(300_000)
    whole = tarred({"a": b"x" * 600, "b": noise})
    path.write_bytes(COMPRESSORS[packing](whole[:cut]) if packing else whole[:cut])
    read = contents([path])
    start = whole.index(noise)
    assert b"".join(read.values()) == (b"x" * 600 + noise[: cut - start] if cut > start else b"x" * (cut - 512))
    assert (
        faults([path])[f"{path.name}!/{'b' if cut > start else 'a'}"]
        == "the data ends early: the file was cut, copy it again"
    )


@pytest.mark.parametrize("cut", [100, 700, 1500])
def test_a_cut_archive_gives_what_is_there(tmp_path: Path, cut: int) -> None:
    tar, zip_ = tmp_path / "t", tmp_path / "z"
    whole = tarred({"a": TEXT, "b": TEXT})
    tar.write_bytes(COMPRESSORS["gzip"](whole[: len(whole) // 2])[:-9])
    zip_.write_bytes(zipped({"a": os.urandom(5000)})[:cut])
    assert faults([tar, zip_]).keys() >= {zip_.name}
    assert "it was cut" in faults([zip_])[zip_.name]
    assert any("cut" in why or "unexpected end" in why for why in faults([tar]).values())


def test_an_encrypted_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "z"
    packed = bytearray(zipped({"a": b"secret", "b": b"open"}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + flags] |= 1
    path.write_bytes(packed)
    assert contents([path]) == {f"{path.name}!/b": b"open"}
    assert "encrypted" in faults([path])[f"{path.name}!/a"]


def test_a_bomb_stops_at_its_allowance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream.Allowance, "LEAST", 1_000_000)
    monkeypatch.setattr(stream.Allowance, "TIMES", 10)
    path = tmp_path / "bomb"
    path.write_bytes(COMPRESSORS["xz"](COMPRESSORS["bzip2"](bytes(50_000_000))))
    assert "expands to more than" in faults([path])[path.name]


def test_layers_are_bounded(tmp_path: Path) -> None:
    data = b"core"
    for _ in range(bundle.DEEPEST + 1):
        data = tarred({"m": data})
    path = tmp_path / "deep"
    path.write_bytes(data)
    assert any("layers" in why for why in faults([path]).values())


def test_a_name_that_is_not_unicode_is_escaped(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9\n"
    with open(raw, "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(b"1")
    assert list(contents([tmp_path])) == [f"{tmp_path.name}/caf\\xe9\\n"]


def test_progress_is_told_stored_bytes(tmp_path: Path) -> None:
    path = tmp_path / "f.gz"
    path.write_bytes(COMPRESSORS["gzip"](TEXT))
    heard: list[tuple[str, int]] = []
    for leaf in leaves([path], lambda name, done: heard.append((name, done))):
        assert isinstance(leaf, Leaf)
        leaf.plain.drain()
    assert heard[-1] == (path.name, path.stat().st_size)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=2_000), layers=st.lists(st.sampled_from([*COMPRESSORS, "tar", "zip"]), max_size=5))
def test_any_nesting_gives_the_bytes_back(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, layers: list[str]
) -> None:
    inner = b"#" + b"\x01" * 100 + data  # whatever follows, it begins like nothing that can be opened, and is no text
    packed = inner
    for layer in layers:
        packed = (
            COMPRESSORS[layer](packed) if layer in COMPRESSORS else {"tar": tarred, "zip": zipped}[layer]({"m": packed})
        )
    path = tmp_path_factory.mktemp("n") / "f"
    path.write_bytes(packed)
    name = path.name + "!/m" * sum(layer in ("tar", "zip") for layer in layers)
    assert contents([path]) == {name: inner}


@settings(max_examples=100, deadline=None)
@given(
    data=st.binary(max_size=3_000),
    magic=st.sampled_from(
        [b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"BZh91AY&SY", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"]
    ),
)
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes, magic: bytes) -> None:
    path = tmp_path_factory.mktemp("n") / "f"
    path.write_bytes(magic + data)
    names = [found.name for found in leaves([path])]
    assert names
    assert all(name.startswith(path.name) for name in names)
    assert set(faults([path])) | set(contents([path])) == set(names)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_so_many_members_of_a_bundle_are_looked_at(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MEMBERS_AT_MOST", 3)
    path = tmp_path / f"many.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as made:
            for number in range(9):
                made.writestr(f"{number}.out", b"2026-01-01 00:00:00 INFO x.py:1 y\n")
    else:
        with tarfile.open(path, "w") as tar:
            for number in range(9):
                tar.addfile(tarfile.TarInfo(f"{number}.out"), io.BytesIO())
    *found, last = leaves([path])
    assert [one.name for one in found] == [f"many.{kind}!/{number}.out" for number in range(3)]
    assert last == Closed(f"many.{kind}", Reason("too-many-members"), str(path))


@pytest.mark.parametrize("zip64", [False, True])
def test_a_zip_with_a_huge_directory_is_not_opened(
    zip64: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as made:
        if zip64:
            monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
        for number in range(9):
            made.writestr(f"{number:0200}", b"")
    assert len(list(leaves([path]))) == 9
    monkeypatch.setattr(archive, "_DIRECTORY_AT_MOST", 2000)
    (closed,) = leaves([path])
    assert isinstance(closed, Closed)
    assert closed.reason == Reason("too-many-members")


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_tars_name_of_a_gigabyte_is_not_read(kind: bytes, tmp_path: Path) -> None:
    good, long = tarfile.TarInfo("a.out"), tarfile.TarInfo("long")
    good.size, long.size, long.type = len(TEXT), 1 << 30, kind
    path = tmp_path / "long.tar"
    path.write_bytes(good.tobuf() + TEXT + bytes(-len(TEXT) % 512) + long.tobuf() + b"x" * 4096)

    first, last = leaves([path])

    assert first.name == "long.tar!/a.out"
    assert isinstance(last, Closed)
    assert "1,073,741,824 bytes" in last.reason.sentence
