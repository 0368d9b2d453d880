"""The bytes of one file elsewhere, from any offset on: a transfer that breaks is taken up where it broke, some times.

Each part is asked for under the condition that the file is still the one that was found first. What can't be had, or is
not what it was, ends the bytes with a :class:`~analyzer.ingest.streams.stream.BrokenOffError`; nothing is made up.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import msgspec

from analyzer.ingest.streams.stream import BrokenOffError
from analyzer.model.source import Reason

TRIES = 5
"""How often in a row a transfer may break without a byte between."""
BREAKS = 1000
"""How often it may break in all."""
PAUSE_S = 0.5
"""Before the second try; each further one waits twice as long."""
STALL_S = 30
"""Seconds without a byte after which a transfer counts as broken."""
CONNECT_S = 10

_T = TypeVar("_T")


class Facts(msgspec.Struct, frozen=True):
    """What a file is as long as nobody changes it: its size in bytes, and a tag or time of its content ("" unknown)."""

    size: int
    tag: str = ""


class BrokenError(Exception):
    """A transfer broke, or could not begin, for a cause that may pass: `str()` says it, in our words."""


class RefusedError(Exception):
    """What is asked for can't be had, however often: `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


class Place(Protocol):
    """Where one file lies."""

    def facts(self) -> Facts:
        """What it is now. Raises :class:`BrokenError` or :class:`RefusedError`."""

    def part(self, offset: int, facts: Facts) -> Iterator[bytes]:
        """Its bytes from `offset` on, in pieces, if it is still the one of these facts; raises likewise."""


def patiently(ask: Callable[[], _T]) -> _T:
    """What a question gives, asked again where it broke; :class:`RefusedError` where it does all the time."""
    for tried in range(TRIES):
        try:
            return ask()
        except BrokenError as error:
            if tried == TRIES - 1:
                raise RefusedError(Reason("not-reached", detail=str(error), found=TRIES)) from error
            time.sleep(PAUSE_S * 2**tried)
    raise AssertionError("unreachable")


def hold(now: Facts, found: Facts) -> None:
    """:class:`RefusedError` where a file is not what was found."""
    if now != found:
        raise RefusedError(Reason("changed-on-the-way"))


def whole(piece: bytes, size: int) -> bytes:
    """A piece that is as long as was asked for; :class:`BrokenError` where it is shorter."""
    if len(piece) < size:
        raise BrokenError("the file ended before its size")
    return piece


class RemoteBytes(io.RawIOBase):
    """The bytes at a place, of which `facts` were found."""

    def __init__(self, place: Place, facts: Facts) -> None:
        super().__init__()
        self._place, self._facts = place, facts
        self._at = 0
        self._pieces: Iterator[bytes] | None = None
        self._piece = memoryview(b"")
        self._breaks = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: a part is asked for from where it begins."""
        return True

    def tell(self) -> int:
        """The offset of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go on elsewhere."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._facts.size}[whence]
        if base + offset != self._at:
            self._drop()
            self._at = base + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill a part of `buffer`; 0 at the end."""
        view, tried = memoryview(buffer).cast("B"), 0
        while self._at < self._facts.size and len(view):
            try:
                return self._some(view)
            except BrokenError as error:
                self._drop()
                tried, self._breaks = tried + 1, self._breaks + 1
                if tried == TRIES or self._breaks == BREAKS:
                    raise BrokenOffError(self._broken(str(error))) from error
                time.sleep(PAUSE_S * 2 ** (tried - 1))
            except RefusedError as error:
                self._drop()
                raise BrokenOffError(error.reason) from error
        return 0

    def close(self) -> None:
        """End the transfer."""
        self._drop()
        super().close()

    def _some(self, view: memoryview) -> int:
        if not self._piece:
            if self._pieces is None:
                self._pieces = self._place.part(self._at, self._facts)
            data = next((piece for piece in self._pieces if len(piece)), b"")
            if not data:
                raise BrokenError("the connection ended before the file did")
            if self._at + len(data) > self._facts.size:
                raise RefusedError(Reason("changed-on-the-way"))
            self._piece = memoryview(data)
        count = min(len(view), len(self._piece))
        view[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        self._at += count
        return count

    def _drop(self) -> None:
        self._pieces, self._piece = None, memoryview(b"")

    def _broken(self, detail: str) -> Reason:
        return Reason("transfer-broken", found=self._at, expected=self._facts.size, detail=detail)
