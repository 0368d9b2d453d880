"""What tells one input from another: the digest of its stored bytes, taken beside the work on them.

Without a digest (`--hash none`) inputs are told apart by their size and both ends, which is enough to see a copy in
one analysis and not enough to know an input again in a history.
"""

from __future__ import annotations

import hashlib
from collections import deque
from functools import partial
from typing import Protocol

from analyzer.ingest.streams.beside import Beside
from analyzer.model.source import HashAlgorithm

PIECE = 1 << 20
PIECES = 4
INLINE = 1 << 20
HEAD, TAIL = 1 << 16, 1 << 12


class _Hash(Protocol):
    def update(self, data: memoryview | bytearray, /) -> object: ...

    def hexdigest(self) -> str: ...


class Digest:
    """A digest (or, for `none`, only an identity) of bytes as they pass.

    Hashing releases the GIL, so `beside` the work on the bytes it runs on a thread of its own, which gets copies in a
    few buffers that are used again and again; who reads waits when hashing falls behind. The first MiB is hashed in
    place: small files start no thread.
    """

    def __init__(self, algorithm: HashAlgorithm, *, beside: bool = False) -> None:
        self._algorithm, self._beside = algorithm, beside
        self._hash: _Hash | None = None if algorithm == "none" else _new(algorithm)
        self._count = 0
        self._head, self._tail = b"", b""
        self._thread: Beside[None] = Beside()
        self._taken: deque[bytearray] = deque()

    def update(self, data: memoryview) -> None:
        """Take the next bytes; they may change as soon as this returns."""
        if self._hash is None:
            self._ends(data)
        elif not self._beside or self._count + len(data) <= INLINE:
            self._hash.update(data)
        else:
            for start in range(0, len(data), PIECE):
                self._hand_over(self._hash, data[start : start + PIECE])
        self._count += len(data)

    def _ends(self, data: memoryview) -> None:
        if len(self._head) < HEAD:
            self._head += bytes(data[: HEAD - len(self._head)])
        self._tail = (self._tail + bytes(data[-TAIL:]))[-TAIL:]

    def _hand_over(self, digest: _Hash, piece: memoryview) -> None:
        buffer = self._wait() if len(self._taken) == PIECES else bytearray(PIECE)
        buffer[: len(piece)] = piece
        self._thread.give(partial(_copied, digest, buffer, len(piece)))
        self._taken.append(buffer)

    def _wait(self) -> bytearray:
        buffer = self._taken.popleft()
        self._thread.take()
        return buffer

    def settle(self) -> None:
        """Hash what is left; no thread is left either."""
        self._thread.finish()
        self._taken.clear()

    @property
    def value(self) -> str | None:
        """`sha256:…` or `blake3:…` of all bytes so far; None when none was asked for."""
        self.settle()
        return None if self._hash is None else f"{self._algorithm}:{self._hash.hexdigest()}"

    @property
    def identity(self) -> str | None:
        """The same for two inputs of the same bytes: the digest; where none is taken the size and both ends.

        Two captures or logs of one size that begin with the same 64 KiB and end with the same 4 KiB are taken for
        copies: they would have to hold other frames or lines between at the very same times.
        """
        if self._hash is not None:
            return self.value
        return f"{self._count}:{hashlib.sha256(self._head + self._tail).hexdigest()}"


def _copied(digest: _Hash, buffer: bytearray, size: int) -> None:
    digest.update(memoryview(buffer)[:size])


def _new(algorithm: HashAlgorithm) -> _Hash:
    if algorithm == "sha256":
        return hashlib.sha256()
    import blake3

    return blake3.blake3()
