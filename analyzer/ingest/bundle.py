"""Where evidence lies: files, folders, and zip and tar bundles within one another, each file found once and opened.

A file is named as it was given; the members of bundles stand behind `!/` (`bundle.tgz!/cvm_logs/genesis.out`). A file
that is merely compressed keeps its name. What can't be opened is handed on too, with the reason.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from analyzer.errors import EvidenceError
from analyzer.ingest.archive import Member, Unreadable, archive, members
from analyzer.ingest.decompress import Compression, compression, decompress
from analyzer.ingest.stream import Allowance, Stream, sentence_of

Progress = Callable[[str, int], None]

DEEPEST = 8
_NOT_EVIDENCE_FOLDERS = {".git"}


class Leaf(msgspec.Struct, frozen=True):
    """One file that is neither folder, archive nor compressed any more.

    `stored` are the bytes as they lie in the folder or archive, hashed; `plain` those after decompression (the same
    stream when there is none). Both are good until the next leaf is asked for. `explicit`: named by the user.
    """

    name: str
    size: int | None
    stored: Stream
    plain: Stream
    compressions: tuple[Compression, ...]
    explicit: bool


class Closed(msgspec.Struct, frozen=True):
    """A file, folder or bundle (or its rest) that can't be read; `why` ends the sentence `name: …`."""

    name: str
    why: str
    explicit: bool = False


class Again(msgspec.Struct, frozen=True):
    """The same file as `first`, met again by another name."""

    name: str
    first: str


def leaves(
    paths: Sequence[str | os.PathLike[str]], progress: Progress | None = None
) -> Iterator[Leaf | Closed | Again]:
    """Every file of `paths`, folders in sorted order, bundles in theirs.

    :class:`EvidenceError` when a path doesn't exist: that is a slip, and an analysis without it would mislead.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise EvidenceError(f"{os.fspath(path)}: there is no such file or folder; check the path")
    return _Finder(progress).of(paths)


def printable(name: str) -> str:
    """A file name as text that any encoding takes: what is not Unicode is shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in _unicode(name))


def _unicode(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


class _Finder:
    """One walk over the input; remembers which files it has met (device and inode)."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._met: dict[tuple[int, int], str] = {}

    def of(self, paths: Sequence[str | os.PathLike[str]]) -> Iterator[Leaf | Closed | Again]:
        for given in paths:
            path = Path(given)
            if path.is_dir():
                yield from self._folder(path, os.fspath(given))
            else:
                yield from self._file(path, os.fspath(given), explicit=True)

    def _folder(self, path: Path, given: str) -> Iterator[Leaf | Closed | Again]:
        closed: list[OSError] = []
        for folder, folders, files in os.walk(path, onerror=closed.append):
            folders[:] = sorted(set(folders) - _NOT_EVIDENCE_FOLDERS)
            for name in sorted(files):
                inside = Path(folder, name)
                shown = os.path.join(given, inside.relative_to(path))  # noqa: PTH118 - Path would drop a given "./"
                yield from self._file(inside, shown, explicit=False)
        for error in closed:
            yield Closed(printable(os.fsdecode(error.filename)), f"the folder can't be read ({sentence_of(error)})")

    def _file(self, path: Path, name: str, *, explicit: bool) -> Iterator[Leaf | Closed | Again]:
        name = printable(name)
        try:
            status = path.stat()
            if not (stat.S_ISREG(status.st_mode) or (explicit and stat.S_ISFIFO(status.st_mode))):
                yield Closed(name, "is no regular file (a device or a socket)", explicit)
                return
            if first := self._met.get((status.st_dev, status.st_ino)):
                yield Again(name, first)
                return
            self._met[status.st_dev, status.st_ino] = name
            file = path.open("rb", buffering=0)
        except OSError as error:
            yield Closed(
                name, f"can't be read ({sentence_of(error)}); check that it is there and may be read", explicit
            )
            return
        with file:
            size = status.st_size if stat.S_ISREG(status.st_mode) else None
            stored = Stream(file, hashing=True, heard=self._listener(name))
            opener = _Opener(Allowance(size or 0), explicit)
            seekable = path.open("rb") if archive(stored.head()) == "zip" and size is not None else None
            try:
                yield from opener.open(name, size, stored, 0, seekable)
            finally:
                if seekable is not None:
                    seekable.close()

    def _listener(self, name: str) -> Callable[[int], None] | None:
        progress, done = self._progress, 0
        if progress is None:
            return None

        def heard(count: int) -> None:
            nonlocal done
            done += count
            progress(name, done)

        return heard


class _Opener:
    """Opens one stored file, layer by layer, within one allowance for all that it expands to."""

    def __init__(self, allowance: Allowance, explicit: bool) -> None:
        self._allowance, self._explicit = allowance, explicit

    def open(
        self, name: str, size: int | None, stored: Stream, depth: int, seekable: BinaryIO | None = None
    ) -> Iterator[Leaf | Closed | Again]:
        """The leaves of a stored file; layers beyond :data:`DEEPEST` are not opened."""
        plain, layers = self._plain(stored, depth)
        kind = archive(plain.head())
        if depth + len(layers) >= DEEPEST and (kind or compression(plain.head())):
            yield Closed(name, f"has more than {DEEPEST} layers of archives or compression and is not opened further")
        elif kind is None:
            explicit = self._explicit and depth == 0
            yield Leaf(name, size, stored, plain, layers, explicit)
        else:
            for member in members(plain.body, kind, seekable):
                yield from self._member(name, member, depth + len(layers) + 1)
            if plain.fault.why or stored.fault.why:
                yield Closed(name, f"can't be read to its end ({plain.fault.why or stored.fault.why})")

    def _plain(self, stored: Stream, depth: int) -> tuple[Stream, tuple[Compression, ...]]:
        plain, layers = stored, list[Compression]()
        while depth + len(layers) < DEEPEST and (name := compression(plain.head())):
            plain = Stream(decompress(plain.body, name), allowance=self._allowance)
            layers.append(name)
        return plain, tuple(layers)

    def _member(self, bundle: str, member: Member | Unreadable, depth: int) -> Iterator[Leaf | Closed | Again]:
        inner = member.name.removeprefix("./").lstrip("/")
        name = f"{bundle}!/{printable(inner)}" if inner else bundle
        if isinstance(member, Unreadable):
            yield Closed(name, f"can't be read ({member.why})" if inner else member.why)
            return
        stored = Stream(member.content, allowance=self._allowance, hashing=True)
        yield from self.open(name, member.size, stored, depth)
