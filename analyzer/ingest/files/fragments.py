"""Large files that vm-support cut: `vmkernel.log.FRAG-00000`, `…-00001`, … are one file, in any order."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import BinaryIO, cast

import msgspec

from analyzer.ingest.streams.stream import BLOCK, Readable

_FRAGMENT = re.compile(r"(?P<name>.*[^/])\.FRAG-(?P<number>\d{1,6})", re.DOTALL)
_IN_MEMORY = 1 << 18
MOST = 400
"""So many fragments of a bundle are joined: each is a file that is open."""


class Fragment(msgspec.Struct, frozen=True):
    """The whole that a file's name says it is a piece of, and which piece."""

    whole: str
    number: int


def fragment_of(name: str) -> Fragment | None:
    """What a file's name or path tells; None for a whole file."""
    found = _FRAGMENT.fullmatch(name)
    return Fragment(found["name"], int(found["number"])) if found else None


def whole_names(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The files that pieces among `names` are of, each with its pieces in order; none where the whole is there too."""
    names = set(names)
    wholes: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        fragment = fragment_of(name)
        if fragment is not None and fragment.whole not in names:
            wholes.setdefault(fragment.whole, []).append((fragment.number, name))
    return {whole: tuple(name for _, name in sorted(pieces)) for whole, pieces in wholes.items()}


def missing(numbers: Iterable[int]) -> tuple[int, ...]:
    """The pieces before the last one that aren't there."""
    there = set(numbers)
    return tuple(sorted(set(range(min(max(there) + 1, MOST))) - there))


class Joined:
    """Pieces one after the other; where one is missing, what follows begins a line of its own."""

    def __init__(self, pieces: Sequence[tuple[int, Callable[[], BinaryIO]]]) -> None:
        self._left = list(pieces)
        self._next = self._left[0][0]
        self._file: BinaryIO | None = None

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        while self._file is not None or self._left:
            if self._file is None:
                number, opened = self._left.pop(0)
                self._file = opened()
                gap, self._next = number != self._next, number + 1
                if gap:
                    return b"\n"
            if data := self._file.read(size):
                return data
            self._file.close()
            self._file = None
        return b""


class Kept:
    """The fragments that a bundle had so far."""

    def __init__(self) -> None:
        self._pieces: dict[str, dict[int, BinaryIO]] = {}
        self._count = 0

    def keep(self, fragment: Fragment, content: BinaryIO) -> None:
        """Copy a piece aside."""
        file = cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - closed once it is read
        while block := content.read(BLOCK):
            file.write(block)
        file.seek(0)
        pieces = self._pieces.setdefault(fragment.whole, {})
        if before := pieces.get(fragment.number):
            before.close()
        pieces[fragment.number] = file
        self._count += 1

    def room_for(self, name: str) -> Fragment | None:
        """Which piece a member of that name is, if it is one and can be kept."""
        return fragment_of(name) if self._count < MOST else None

    def wholes(self) -> Iterator[tuple[str, tuple[int, ...], Readable]]:
        """Each file's name, the pieces that are missing, and its bytes."""
        for whole, pieces in self._pieces.items():
            yield whole, missing(pieces), Joined([(n, partial(_itself, file)) for n, file in sorted(pieces.items())])

    def close(self) -> None:
        """Have no piece any more."""
        for pieces in self._pieces.values():
            for file in pieces.values():
                file.close()


def _itself(file: BinaryIO) -> BinaryIO:
    return file
