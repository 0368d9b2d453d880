"""Forward-only streams of bytes: counted, hashed, peeked at, bounded; an input that breaks ends early and says why."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO, Protocol

from analyzer.errors import EvidenceError

BLOCK = 1 << 20
HEAD = 1 << 16


class ExpandsTooMuchError(EvidenceError):
    """Compressed data gives far more than evidence does: a bomb, or a mistake."""


class Readable(Protocol):
    """Anything that gives bytes: fewer than asked for is no end, none is the end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


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
            raise ExpandsTooMuchError(
                "expands to more than a thousand times its size and is not read further; "
                "unpack it by hand, if it can be trusted"
            )


class Fault:
    """Why a stream ended before its end, once known; empty else."""

    def __init__(self) -> None:
        self.why = ""


class _Tap(io.RawIOBase):
    """Passes bytes on, counts and hashes them, and turns a read that fails into an end with a reason."""

    def __init__(
        self,
        inner: Readable,
        fault: Fault,
        allowance: Allowance | None = None,
        hashing: bool = False,
        heard: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._inner, self._fault, self._allowance, self._heard = inner, fault, allowance, heard
        self.hash = hashlib.sha256() if hashing else None
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view) and (data := self._next(len(view) - filled)):
            view[filled : filled + len(data)] = data
            filled += len(data)
        return filled

    def _next(self, size: int) -> bytes:
        if self._fault.why:
            return b""
        try:
            data = self._inner.read(size)
            if self._allowance is not None:
                self._allowance.spend(len(data))
        except Exception as error:  # noqa: BLE001 - each decompressor has its own errors, some of them bare
            self._fault.why = sentence_of(error)
            return b""
        self.count += len(data)
        if self.hash is not None:
            self.hash.update(data)
        if self._heard is not None:
            self._heard(len(data))
        return data


def sentence_of(error: BaseException) -> str:
    """What a library's error says, as the end of a sentence."""
    if isinstance(error, EOFError):
        return "the data ends early: the file was cut"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


class Stream:
    """A readable input: `head` peeks at its first 64 KiB, `body` gives all of it once.

    `fault` says why it ended early, once that is known.
    """

    def __init__(
        self,
        inner: Readable,
        *,
        allowance: Allowance | None = None,
        hashing: bool = False,
        heard: Callable[[int], None] | None = None,
        fault: Fault | None = None,
    ) -> None:
        self.fault = fault or Fault()
        self._tap = _Tap(inner, self.fault, allowance, hashing, heard)
        self._buffered = io.BufferedReader(self._tap, BLOCK)

    @property
    def body(self) -> BinaryIO:
        """The bytes, from where reading stands."""
        return self._buffered

    def head(self) -> bytes:
        """The first bytes, before anything was read."""
        return self._buffered.peek(HEAD)[:HEAD]

    def drain(self) -> None:
        """Read to the end, so that count and hash are of the whole."""
        while self._buffered.read(BLOCK):
            pass

    @property
    def count(self) -> int:
        """Bytes that the input gave, buffered ones included."""
        return self._tap.count

    @property
    def sha256(self) -> str | None:
        """The hash of what was given, when asked for."""
        return self._tap.hash.hexdigest() if self._tap.hash else None
