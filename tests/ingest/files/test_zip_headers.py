"""A zip without its directory: whatever is whole is read, what is not is told, and a damaged one costs no more."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.files.archive import Member, Unreadable, members
from analyzer.ingest.files.zip_headers import local_headers
from tests.ingest.packing import zipped

FILES = {"a": b"one" * 300, "ä/b": os.urandom(70_000), "c": b"", "d": b"three" * 90_000}
DIRECTORY = b"PK\x01\x02"


class Unseekable(io.RawIOBase):
    """What a zip is written to in a stream: sizes stand behind each member."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray, /) -> int:  # type: ignore[override]
        self.written += bytes(data)
        return len(data)


def streamed(files: dict[str, bytes]) -> bytes:
    to = Unseekable()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return to.written


def read(packed: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    found: dict[str, bytes] = {}
    told: dict[str, str] = {}
    for member in members(io.BytesIO(packed), "zip", io.BytesIO(packed)):
        match member:
            case Member():
                content = member.content
                found[member.name] = b"".join(iter(lambda content=content: content.read(7_000), b""))  # type: ignore[misc]
            case Unreadable():
                told[member.name] = member.reason.name
    return found, told


@pytest.mark.parametrize(
    "packed",
    [zipped(FILES), zipped(FILES, zipfile.ZIP_STORED), streamed(FILES)],
    ids=["deflated", "stored", "streamed"],
)
@pytest.mark.parametrize("end", ["none", "cut", "garbage", "bad-name", "bad-version"])
def test_members_are_read_without_their_directory(packed: bytes, end: str) -> None:
    directory = packed.index(DIRECTORY)
    damaged = {
        "none": packed[:directory],
        "cut": packed[:-30],
        "garbage": packed + os.urandom(70_000).replace(b"PK", b"KP"),
        "bad-name": packed.replace(DIRECTORY + packed[directory + 4 : directory + 8], DIRECTORY + b"\xff" * 4),
        "bad-version": packed[: directory + 6] + b"\xff" + packed[directory + 7 :],
    }[end]
    assert read(damaged) == (FILES, {"": "zip-by-headers"})


def test_one_with_its_directory_is_read_by_that() -> None:
    assert read(zipped(FILES)) == (FILES, {})


def test_a_member_without_a_name_loses_no_other() -> None:
    packed = bytearray(zipped({"a": b"one", "b": b"two"}))
    for mark, at in ((b"PK\x03\x04", 30), (DIRECTORY, 46)):
        packed[packed.index(mark) + at] = 0  # a name ends at a zero
    assert read(bytes(packed))[0]["b"] == b"two"


def test_what_can_not_be_read_is_named() -> None:
    packed = bytearray(zipped(FILES))[: zipped(FILES).index(DIRECTORY)]
    second = packed.index(b"PK\x03\x04", 4)
    packed[6] |= 1
    packed[second + 8] = 77
    found, told = read(bytes(packed))
    assert found == {"c": FILES["c"], "d": FILES["d"]}
    assert told == {"a": "encrypted", "ä/b": "unreadable", "": "zip-by-headers"}


def test_a_wrong_checksum_and_an_early_end_are_faults() -> None:
    packed = bytearray(zipped({"a": os.urandom(5_000)}, zipfile.ZIP_STORED))
    packed[2_000] ^= 1
    (_, content), *_ = local_headers(io.BytesIO(bytes(packed)))
    assert content is not None
    assert len(content.read(1 << 20)) == 5_000
    with pytest.raises(zipfile.BadZipFile, match="its checksum is wrong"):
        content.read(1)
    (_, content), *_ = local_headers(io.BytesIO(bytes(packed[:3_000])))
    assert content is not None
    content.read(1 << 20)
    with pytest.raises(EOFError):
        content.read(1)


@given(st.binary(max_size=400), st.integers(0, 300))
def test_noise_never_raises(noise: bytes, at: int) -> None:
    packed = zipped({"a": b"x" * 90, "b": b"y"})
    whole = packed[:at] + noise + packed[at:]
    ends = [content.end() for _, content in local_headers(io.BytesIO(whole)) if content is not None]
    assert len(ends) <= len(whole) // 30


def test_many_headers_cost_what_their_bytes_cost() -> None:
    one = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, 0, 0, 0, 0)
    start = time.process_time()
    assert sum(1 for _ in local_headers(io.BytesIO(one * 20_000))) == 20_000
    assert time.process_time() - start < 5
