"""Reading ahead: one thread makes the bytes (a decompressor), another uses them, with a few blocks between them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from analyzer.ingest.streams.stream import Readable

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

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
        self._thread: ThreadPoolExecutor | None = None
        self._coming: deque[Future[_Block]] = deque()
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
        self._thread = self._thread or _one_thread()
        while len(self._coming) < BLOCKS:
            self._coming.append(self._thread.submit(_pieces, self._inner))
        return self._coming.popleft().result()

    def close(self) -> None:
        """Return when the other thread reads no more: what `inner` reads from may then be closed."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)


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


def _one_thread() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "ahead")
