"""Forward-only streams of bytes: counted, told apart, peeked at, bounded; an input that breaks ends early and says why.

A stream may be read by another thread than the one that made it, one at a time.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import BinaryIO, Protocol, runtime_checkable

from analyzer.errors import EvidenceError, place_of_fault
from analyzer.ingest.streams.digest import Digest
from analyzer.model.source import TRANSFER, Reason

BLOCK = 1 << 20
HEAD = 1 << 16
SMALL = 1 << 17
"""Reads of more than this go straight into the caller's buffer."""


class ExpandsTooMuchError(EvidenceError):
    """Compressed data gives far more than evidence does: a bomb, or a mistake."""


class BrokenOffError(Exception):
    """A stream ends before its end, for a reason that is known."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


class Readable(Protocol):
    """Anything that gives bytes: fewer than asked for is no end, none is the end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


@runtime_checkable
class _Filling(Protocol):
    """What can write its bytes where they are wanted, without a copy between."""

    def readinto(self, buffer: memoryview, /) -> int: ...


class Allowance:
    """How many bytes one input may expand to, all layers together: 1 GiB, or a thousand times what is stored."""

    LEAST = 1 << 30
    TIMES = 1000

    def __init__(self, stored: int) -> None:
        self.left = max(self.LEAST, self.TIMES * stored)

    def spend(self, count: int) -> None:
        """Take `count` bytes off; :class:`ExpandsTooMuchError` when none are left."""
        self.left -= count
        if self.left < 0:
            raise ExpandsTooMuchError(Reason("expands-too-much").sentence)


class Fault:
    """Why a stream ended before its end, once known; None else. `own` is the stream's, the other that of a stream that
    it is made from.
    """

    def __init__(self, behind: Fault | None = None) -> None:
        self.own: Reason | None = None
        self._behind = behind

    @property
    def reason(self) -> Reason | None:
        """Why the bytes end early."""
        return self.own or (self._behind.reason if self._behind else None)

    @property
    def transfer(self) -> Reason | None:
        """Why a file elsewhere was not had to its end; None where it is another fault, or none."""
        reason = self.reason
        return reason if reason is not None and reason.name in TRANSFER else None


class _Tap(io.RawIOBase):
    """Passes bytes on, counts them, shows them to a digest, and turns a read that fails into an end with a reason."""

    def __init__(
        self,
        inner: Readable,
        fault: Fault,
        allowance: Allowance | None = None,
        digest: Digest | None = None,
        heard: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._inner = inner
        self._fill = inner.readinto if isinstance(inner, _Filling) else _Copying(inner).readinto
        self._fault, self._allowance, self._heard = fault, allowance, heard
        self.digest = digest
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view) and (count := self._next(view[filled:])):
            filled += count
        return filled

    def seekable(self) -> bool:
        return self.digest is None and isinstance(self._inner, io.RawIOBase) and self._inner.seekable()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if not (self.seekable() and isinstance(self._inner, io.RawIOBase)):
            raise io.UnsupportedOperation("this stream is read forward only")
        return self._inner.seek(offset, whence)

    def _next(self, view: memoryview) -> int:
        if self._fault.own is not None:
            return 0
        try:
            count = self._fill(view)
            if self._allowance is not None:
                self._allowance.spend(count)
        except Exception as error:  # noqa: BLE001 - each decompressor has its own errors, some of them bare
            self._fault.own = reason_of(error)
            return 0
        self.count += count
        if self.digest is not None:
            self.digest.update(view[:count])
        if self._heard is not None:
            self._heard(count)
        return count


class _Copying:
    """Fills buffers from what only gives bytes."""

    def __init__(self, inner: Readable) -> None:
        self._inner = inner

    def readinto(self, buffer: memoryview, /) -> int:
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def reason_of(error: BaseException) -> Reason:
    """Why a read failed, as a library or the system tells it."""
    if isinstance(error, BrokenOffError):
        return error.reason
    if isinstance(error, EOFError):
        return Reason("data-cut")
    if isinstance(error, ExpandsTooMuchError):
        return Reason("expands-too-much")
    if isinstance(error, RecursionError):
        return Reason("fault", detail="its headers stand in one another without end")
    if isinstance(error, OSError) and error.strerror:
        return Reason("fault", detail=error.strerror)
    return Reason("fault", detail=" ".join(str(error).split()).rstrip(".") or type(error).__name__)


def fault_of(error: Exception) -> Reason:
    """Why a file was given up: the system or its data are to blame, or else the program, and then where in it."""
    if isinstance(error, BrokenOffError):
        return error.reason
    if isinstance(error, OSError | EOFError | ExpandsTooMuchError):
        return Reason("unreadable", cause=reason_of(error))
    return Reason("not-understood", detail=place_of_fault(error))


class Stream:
    """A readable input: `head` peeks at its first 64 KiB, `body` gives all of it once.

    `fault` tells why it ended early, once that is known. Large reads of `body` go straight into the caller's buffer
    (`readinto`), small ones by way of another one.
    """

    def __init__(
        self,
        inner: Readable,
        *,
        allowance: Allowance | None = None,
        digest: Digest | None = None,
        heard: Callable[[int], None] | None = None,
        fault: Fault | None = None,
    ) -> None:
        self.fault = fault or Fault()
        self._tap = _Tap(inner, self.fault, allowance, digest, heard)
        self._buffered = io.BufferedReader(self._tap, SMALL)

    @property
    def body(self) -> BinaryIO:
        """The bytes, from where reading stands."""
        return self._buffered

    def head(self) -> bytes:
        """The first bytes, before anything was read."""
        return self._buffered.peek(HEAD)[:HEAD]

    def drain(self) -> None:
        """Read to the end, so that count and digest are of the whole."""
        while self._buffered.read(BLOCK):
            pass

    @property
    def count(self) -> int:
        """Bytes that the input gave, buffered ones included."""
        return self._tap.count

    @property
    def digest(self) -> str | None:
        """The digest of what was given (`sha256:…`), when asked for."""
        return self._tap.digest.value if self._tap.digest else None

    @property
    def identity(self) -> str | None:
        """The same for inputs of the same bytes (see :class:`Digest`), when asked for."""
        return self._tap.digest.identity if self._tap.digest else None

    def forgo_digest(self) -> None:
        """Take no digest after all: of a bundle, that of each member counts."""
        self._tap.digest = None
