"""Reading ahead: one thread makes the bytes (a decompressor), another uses them, with a few blocks between them."""

from __future__ import annotations

from collections import deque
from functools import partial

from analyzer.ingest.streams.beside import Beside
from analyzer.ingest.streams.stream import Readable

_Block = deque["memoryview | Exception"]

BLOCK = 1 << 20
BLOCKS = 4
AT_ONCE = 1 << 20


class ReadAhead:
    """The bytes of `inner`, read on another thread up to :data:`BLOCKS` blocks before they are asked for.

    The first MiB is read in place, so that small files start no thread. What a read raises comes out where its bytes
    would have. At most :data:`BLOCKS` more blocks are read after the last one that was asked for. Without a thread
    (`beside` is false) `inner` is asked for the same pieces: what damage takes with it is the same.
    """

    def __init__(self, inner: Readable, *, beside: bool = True) -> None:
        self._inner, self._beside = inner, beside
        self._given = 0
        self._thread: Beside[_Block] = Beside()
        self._coming = 0
        self._here: _Block = deque()

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        return bytes(self._next(size))

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill at most the whole `buffer`; how many bytes there were, 0 at the end."""
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> memoryview:
        if self._given < AT_ONCE:
            data = memoryview(self._inner.read(min(size, BLOCK)))
            self._given += len(data)
            return data
        while not self._here:
            self._here = self._block()
        piece = self._here.popleft()
        if isinstance(piece, Exception):
            self._here.append(piece)  # and again, should anybody ask again
            raise piece
        if len(piece) > size:
            self._here.appendleft(piece[size:])
        elif not piece:
            self._here.append(piece)
        return piece[:size]

    def _block(self) -> _Block:
        if not self._beside:
            return _pieces(self._inner)
        while self._coming < BLOCKS:
            self._thread.give(partial(_pieces, self._inner))
            self._coming += 1
        self._coming -= 1
        return self._thread.take()

    def close(self) -> None:
        """Return when the other thread reads no more: what `inner` reads from may then be closed."""
        self._thread.end()


def _pieces(inner: Readable) -> _Block:
    """A block as `inner` gives it, uncopied; behind its end an empty piece, or what was raised."""
    pieces: _Block = deque()
    size = 0
    try:
        while size < BLOCK:
            piece = inner.read(BLOCK - size)
            pieces.append(memoryview(piece))
            size += len(piece)
            if not piece:
                break
    except Exception as error:  # noqa: BLE001 - it is raised where its bytes would have been
        pieces.append(error)
    return pieces
