"""Archives: zip and tar, told by content; their members one after the other, as streams.

A tar is read forwards, so it can come out of a decompressor. A zip needs its directory at the end: one that comes out
of another archive is copied to a temporary file first. References: POSIX.1-2017 pax (ustar), APPNOTE.TXT (zip).
"""

from __future__ import annotations

import os
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, Literal

import msgspec

from analyzer.ingest.files.tar_headers import Headers, tar_of
from analyzer.ingest.files.zip_headers import local_headers
from analyzer.ingest.streams.decompress import Checked, OneRead
from analyzer.ingest.streams.stream import BLOCK, Readable, reason_of
from analyzer.model.source import Reason

Archive = Literal["zip", "tar"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_NAME, _ZIP_NAME_LENGTH = 30, slice(26, 28)
_ZIP_ENDS, _ZIP64_LOCATOR, _ZIP64_END = (1 << 16) + 22 + 76, 20, 56
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype")
_TAR_HEADER = 512
_TAR_CHECKSUM = slice(148, 156)
_TAR_READ = 1 << 18
_IN_MEMORY = 1 << 24
_DIRECTORY_AT_MOST = 12 << 20
"""Bytes of a zip's directory: zipfile makes ten times as many of it, all at once."""
_ENCRYPTED = 1
"""The bit in the flags of a zip's member that says so."""


class Member(msgspec.Struct, frozen=True):
    """A file of an archive, `size` bytes of it; `content` must be read before the next member is asked for."""

    name: str
    size: int
    content: Readable


class Unreadable(msgspec.Struct, frozen=True):
    """A member, or (with no name) the rest of the archive, that can't be read, and why."""

    name: str
    reason: Reason


def archive(head: bytes) -> Archive | None:
    """Which archive begins with `head`, or None."""
    if head.startswith(_ZIP):
        return None if _is_office(head) else "zip"
    return "tar" if _is_tar(head[:_TAR_HEADER]) else None


def _is_office(head: bytes) -> bool:
    """Whether a zip is a document of an office program, by the name of its first member."""
    name = head[_ZIP_NAME : _ZIP_NAME + int.from_bytes(head[_ZIP_NAME_LENGTH], "little")]
    return name.startswith(_OFFICE)


def _is_tar(header: bytes) -> bool:
    """Whether this is a tar's first header: its checksum is right (old tars have no magic)."""
    if len(header) < _TAR_HEADER or not header[0]:
        return False
    try:
        told = int(header[_TAR_CHECKSUM].strip(b" \x00") or b"x", 8)
    except ValueError:
        return False
    return told == sum(header) - sum(header[_TAR_CHECKSUM]) + 8 * ord(" ")


def members(stream: BinaryIO, kind: Archive, seekable: BinaryIO | None = None) -> Iterator[Member | Unreadable]:
    """The regular files of an archive in its order. `seekable` is the same bytes where they can be sought in."""
    return _of_tar(stream) if kind == "tar" else _of_zip(stream, seekable)


def _of_tar(stream: BinaryIO) -> Iterator[Member | Unreadable]:
    headers = Headers()
    try:
        with tar_of(stream, headers) as tar:
            for info in tar:
                tar.members.clear()  # type: ignore[attr-defined]  # tarfile keeps every header it saw
                content = _content(tar, info) if info.isreg() else None
                if content is not None:
                    yield Member(info.name, info.size, content)
                    if isinstance(content, _Content):
                        content.drain()
    except Exception as error:  # noqa: BLE001 - a damaged header makes tarfile raise nearly anything
        yield Unreadable("", Reason("tar-cut", cause=reason_of(error)))
    else:
        if not headers.ended:
            yield Unreadable("", Reason("tar-cut", cause=Reason("data-cut")))
    if headers.lost:
        yield Unreadable("", Reason("tar-damaged", found=headers.lost))


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> Readable | None:
    """A member's bytes; tarfile's own reader of a member that was cut keeps back all that it had read."""
    if info.sparse is not None or tar.fileobj is None:
        return tar.extractfile(info)
    tar.fileobj.seek(info.offset_data)
    return _Content(tar.fileobj, info.size)


class _Content:
    """The next `size` bytes of a tar; EOFError when it ends before."""

    def __init__(self, tar: Readable, size: int) -> None:
        self._tar, self._left = tar, size

    def read(self, size: int, /) -> bytes:
        if not self._left:
            return b""
        data = self._tar.read(min(size, self._left))
        if not data:
            raise EOFError
        self._left -= len(data)
        return data

    def drain(self) -> None:
        """Pass over what nobody wanted; EOFError as :meth:`read`."""
        while self.read(_TAR_READ):
            pass


def _of_zip(stream: BinaryIO, seekable: BinaryIO | None) -> Iterator[Member | Unreadable]:
    if seekable is not None:
        yield from _of_seekable_zip(seekable)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        while block := stream.read(BLOCK):
            spool.write(block)
        yield from _of_seekable_zip(spool)


def _of_seekable_zip(file: BinaryIO | tempfile.SpooledTemporaryFile[bytes]) -> Iterator[Member | Unreadable]:
    try:
        if _directory_size(file) > _DIRECTORY_AT_MOST:
            yield Unreadable("", Reason("too-many-members"))
            return
        opened = zipfile.ZipFile(file)
    except Exception as error:  # noqa: BLE001 - a damaged directory makes zipfile raise nearly anything
        yield from _without_directory(file, _of_zip_error(error))  # type: ignore[arg-type]  # both can be sought in
        return
    with opened:
        for info in opened.infolist():
            if not info.filename.endswith("/"):  # zipfile's own question fails for an empty name
                yield from _of_zip_member(opened, info)


def _of_zip_error(error: Exception) -> Reason:
    """What is wrong with a zip or a member of it that zipfile gives up."""
    if isinstance(error, UnicodeDecodeError):  # it decodes nothing but names
        return Reason("name-not-utf-8")
    if isinstance(error, NotImplementedError):
        return Reason("packed-otherwise")
    return Reason("data-damaged") if isinstance(error, zipfile.BadZipFile) else reason_of(error)


def _without_directory(file: BinaryIO, why: Reason) -> Iterator[Member | Unreadable]:
    """The members by their own headers; last, that it was read so."""
    name: Literal["zip-damaged", "zip-by-headers"] = "zip-damaged"
    for local, content in local_headers(file):
        name = "zip-by-headers"
        if content is not None:
            yield Member(local.name, local.size, Checked(content))
        elif local.encrypted:
            yield Unreadable(local.name, Reason("encrypted"))
        elif not local.name.endswith("/"):
            yield Unreadable(local.name, Reason("unreadable", cause=Reason("packed-otherwise")))
    yield Unreadable("", Reason(name, cause=why))


def _directory_size(file: BinaryIO | tempfile.SpooledTemporaryFile[bytes]) -> int:
    """The bytes that a zip says its directory has, 0 where it does not; APPNOTE.TXT 4.3.14 to 4.3.16."""
    whole = file.seek(0, os.SEEK_END)
    file.seek(max(0, whole - _ZIP_ENDS))
    ends = file.read(_ZIP_ENDS)
    end = ends.rfind(b"PK\5\6")
    record = ends[max(0, end - _ZIP64_LOCATOR - _ZIP64_END) : max(0, end - _ZIP64_LOCATOR)]
    if ends[max(0, end - _ZIP64_LOCATOR) : max(0, end)].startswith(b"PK\6\7") and record.startswith(b"PK\6\6"):
        return int.from_bytes(record[40:48], "little")
    return int.from_bytes(ends[end + 12 : end + 16], "little") if end >= 0 else 0


def _of_zip_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Member | Unreadable]:
    if info.flag_bits & _ENCRYPTED:
        yield Unreadable(info.filename, Reason("encrypted"))
        return
    try:
        content = opened.open(info)
    except Exception as error:  # noqa: BLE001 - a name or a method that zipfile has no use for loses this member alone
        yield Unreadable(info.filename, Reason("unreadable", cause=_of_zip_error(error)))
        return
    with content:
        yield Member(info.filename, info.file_size, Checked(OneRead(content)))  # type: ignore[arg-type]  # typeshed has IO[bytes] for what is a ZipExtFile
