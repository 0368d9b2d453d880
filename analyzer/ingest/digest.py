"""What tells one input from another: the digest of its stored bytes, taken on another thread beside the reading.

Without a digest (`--hash none`) inputs are told apart by their size and both ends, which is enough to see a copy in
one analysis and not enough to know an input again in a history.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from typing import TYPE_CHECKING, Protocol

from analyzer.model.source import HashAlgorithm

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

PIECE = 1 << 20
PIECES = 4
PIECES_BEHIND = 64
INLINE = 1 << 20
HEAD, TAIL = 1 << 16, 1 << 12


class _Hash(Protocol):
    def update(self, data: memoryview | bytearray, /) -> object: ...

    def hexdigest(self) -> str: ...


class Digest:
    """A digest (or, for `none`, only an identity) of bytes as they pass.

    Hashing releases the GIL, so it runs on a thread of its own. Of a file on disk (`file`, its descriptor) that thread
    reads the same bytes once more, out of the page cache and never further than was read already: measured, this is
    faster than hashing what another core has just written. Of anything else it gets copies, in a few buffers that are
    used again and again. Who reads waits when hashing falls behind. The first MiB is hashed in place: small files start
    no thread.
    """

    def __init__(self, algorithm: HashAlgorithm, file: int | None = None) -> None:
        self._algorithm, self._file = algorithm, file
        self._hash: _Hash | None = None if algorithm == "none" else _new(algorithm)
        self._count = 0
        self._head, self._tail = b"", b""
        self._thread: ThreadPoolExecutor | None = None
        self._taken: deque[tuple[Future[bool], bytearray]] = deque()
        self._changed = False

    def update(self, data: memoryview) -> None:
        """Take the next bytes; they may change as soon as this returns."""
        if self._hash is None:
            self._ends(data)
        elif self._thread is None and self._count + len(data) <= INLINE:
            self._hash.update(data)
        else:
            for start in range(0, len(data), PIECE):
                self._hand_over(self._hash, data[start : start + PIECE], self._count + start)
        self._count += len(data)

    def _ends(self, data: memoryview) -> None:
        if len(self._head) < HEAD:
            self._head += bytes(data[: HEAD - len(self._head)])
        self._tail = (self._tail + bytes(data[-TAIL:]))[-TAIL:]

    def _hand_over(self, digest: _Hash, piece: memoryview, offset: int) -> None:
        self._thread = self._thread or _one_thread()
        buffer = bytearray(PIECE) if not self._taken or self._file is None else self._taken[-1][1]
        if len(self._taken) == (PIECES if self._file is None else PIECES_BEHIND):
            buffer = self._wait()
        if self._file is None:
            buffer[: len(piece)] = piece
            done = self._thread.submit(_copied, digest, buffer, len(piece))
        else:
            done = self._thread.submit(_again, digest, buffer, len(piece), self._file, offset)
        self._taken.append((done, buffer))

    def _wait(self) -> bytearray:
        done, buffer = self._taken.popleft()
        self._changed |= not done.result()
        return buffer

    def settle(self) -> None:
        """Hash what is left; the file may be closed after this."""
        while self._taken:
            self._wait()
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    @property
    def value(self) -> str | None:
        """`sha256:…` or `blake3:…` of all bytes so far; None when none was asked for, or a file shrank meanwhile."""
        self.settle()
        return None if self._hash is None or self._changed else f"{self._algorithm}:{self._hash.hexdigest()}"

    @property
    def identity(self) -> str | None:
        """The same for two inputs of the same bytes: the digest; where none is taken the size and both ends.

        Two captures or logs of one size that begin with the same 64 KiB and end with the same 4 KiB are taken for
        copies: they would have to hold other frames or lines between at the very same times.
        """
        if self._hash is not None:
            return self.value
        return f"{self._count}:{hashlib.sha256(self._head + self._tail).hexdigest()}"


def _one_thread() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "digest")


def _copied(digest: _Hash, buffer: bytearray, size: int) -> bool:
    digest.update(memoryview(buffer)[:size])
    return True


def _again(digest: _Hash, buffer: bytearray, size: int, file: int, offset: int) -> bool:
    """Hash `size` bytes of the file at `offset`; False when they are no longer there."""
    view, read = memoryview(buffer), 0
    while read < size:
        try:
            count = os.preadv(file, [view[read:size]], offset + read)
        except OSError:
            return False
        if not count:
            return False
        read += count
    digest.update(view[:size])
    return True


def _new(algorithm: HashAlgorithm) -> _Hash:
    if algorithm == "sha256":
        return hashlib.sha256()
    import blake3

    return blake3.blake3()
