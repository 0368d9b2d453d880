"""A damaged tar: what follows the damage is read, and what is lost is told; a sound one has nothing to tell."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable

import pytest

from analyzer.ingest.files import tar_headers
from analyzer.ingest.files.archive import Member, Unreadable, members
from tests.ingest.packing import tarred

FILES = {"a": b"one" * 300, "b": b"two" * 300, "c": b"three"}
SECOND = 512 + 1024
"""Where the header of b is."""


def read(packed: bytes) -> tuple[dict[str, bytes], list[str]]:
    found, told = {}, []
    for member in members(io.BytesIO(packed), "tar"):
        match member:
            case Member():
                found[member.name] = member.content.read(1 << 20)
            case Unreadable():
                told.append(member.reason.sentence)
    return found, told


def damaged(change: Callable[[bytearray], None]) -> bytes:
    packed = bytearray(tarred(FILES, tarfile.USTAR_FORMAT))
    change(packed)
    return bytes(packed)


def lost_words(lost: int) -> str:
    where = "where a member's header was to be"
    return f"the tar is damaged: {where}, {lost} blocks of 512 bytes are none; what they hold is lost"


def checksum(packed: bytearray) -> None:
    packed[SECOND + 148] ^= 1


def zeros(packed: bytearray) -> None:
    packed[SECOND : SECOND + 512] = bytes(512)


def noise(packed: bytearray) -> None:
    packed[SECOND : SECOND + 512] = b"x" * 512


@pytest.mark.parametrize(("change", "lost"), [(checksum, 3), (zeros, 1), (noise, 3)])
def test_what_follows_a_damaged_header_is_read(change: Callable[[bytearray], None], lost: int) -> None:
    found, told = read(damaged(change))
    assert found == {"a": FILES["a"], "c": FILES["c"]}
    assert told == [lost_words(lost)]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("behind", [b"", bytes(20_000), b"signature" * 300], ids=["end", "zeros", "something"])
def test_a_sound_one_has_nothing_to_tell(form: int, behind: bytes) -> None:
    files = FILES if form == tarfile.USTAR_FORMAT else FILES | {"n" * 300: b"a long name"}
    assert read(tarred(files, form) + behind) == (files, [])


@pytest.mark.parametrize("size", [SECOND, SECOND + 100, SECOND + 512 + 90, SECOND + 512 + 1024])
def test_one_that_was_cut_says_so(size: int) -> None:
    """Also where a member ends there, and where nobody reads the member that is cut."""
    packed = tarred(FILES, tarfile.USTAR_FORMAT)[:size]
    told = [member for member in members(io.BytesIO(packed), "tar") if isinstance(member, Unreadable)]
    assert [one.reason.sentence for one in told] == [
        "the tar can't be read further: the data ends early: the file was cut, copy it again"
    ]


def test_a_size_that_lies_is_told_of_what_it_takes_along() -> None:
    def large(packed: bytearray) -> None:
        packed[SECOND + 124 : SECOND + 136] = b"00077777777\0"
        packed[SECOND + 148 : SECOND + 156] = b" " * 8
        packed[SECOND + 148 : SECOND + 156] = b"%06o\0 " % sum(packed[SECOND : SECOND + 512])

    told = [one for one in members(io.BytesIO(damaged(large)), "tar") if isinstance(one, Unreadable)]
    assert [one.reason.name for one in told] == ["tar-cut"]


def test_the_next_header_is_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_headers, "_LOOKED_AT", 10)
    found, told = read(damaged(noise)[:SECOND] + b"x" * 5120 + tarred({"c": b"three"}))
    assert found == {"a": FILES["a"]}
    assert told == [
        "the tar can't be read further: no further header is found",
        lost_words(10),
    ]
