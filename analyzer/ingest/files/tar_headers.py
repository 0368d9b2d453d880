"""The headers of a tar, also of a damaged one: after what is none, the next one is looked for, block by block.

tarfile by itself takes the first block that is no header, and one of zeros, for the end, and says nothing.
"""

from __future__ import annotations

import tarfile
from typing import BinaryIO, Self

_READ = 1 << 18
_OF_THE_NEXT = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
_LONGEST_HEADER = 1 << 20
"""Bytes of a header that holds a name or attributes of the next one."""
_LOOKED_AT = (64 << 20) // tarfile.BLOCKSIZE
"""Blocks in a row that are looked at for the next header."""


class Headers:
    """What the headers of a tar tell of it: `lost` blocks were none where one was to be, and were not its end; `ended`
    says whether it has its end, as it should, or its bytes end before.
    """

    def __init__(self) -> None:
        self.lost = 0
        self.ended = False
        self._none = self._looked_at = 0

    def found(self) -> None:
        """Here is a header: what was taken for the end was none."""
        self.lost += self._none + self.ended
        self.ended = False
        self._none = self._looked_at = 0

    def none(self, block: bytes) -> None:
        """Here is no header; :class:`tarfile.ReadError` where there have been too many such."""
        if len(block) < tarfile.BLOCKSIZE:  # the bytes end
            self.lost += self._none
            self._none = 0
            return
        self.ended |= not any(block)
        self._none += not self.ended
        self._looked_at += 1
        if self._looked_at >= _LOOKED_AT:
            self.lost += self._none
            raise tarfile.ReadError("no further header is found")


def tar_of(stream: BinaryIO, headers: Headers) -> tarfile.TarFile:
    """The tar in a stream, read forwards; `headers` is complete when its members have been read."""

    class Header(tarfile.TarInfo):
        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            try:
                header = super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError:
                headers.none(bytes(buf))
                raise
            headers.found()
            return header

        def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
            # a header that holds a name or attributes of the next one is read at once, whatever it claims
            if self.type in _OF_THE_NEXT and self.size > _LONGEST_HEADER:
                raise tarfile.ReadError(f"a name or attributes of {self.size:,} bytes")
            info: tarfile.TarInfo = super()._proc_member(tar)  # type: ignore[misc]  # made to be overridden, untyped
            return info

    # tarfile goes on at the next block where it is to ignore what is none
    return tarfile.open(fileobj=stream, mode="r|", bufsize=_READ, errorlevel=1, ignore_zeros=True, tarinfo=Header)
