"""Which files the given paths mean: each regular file found once, none of them opened, and what can't be.

What vm-support cut into pieces is one file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from analyzer.errors import EvidenceError
from analyzer.ingest.files.fragments import Fragment, fragment_of, missing, whole_names
from analyzer.ingest.files.naming import printable, shown_names
from analyzer.ingest.files.remote import RemoteFile, is_url, remote_files
from analyzer.ingest.streams.scan_file import Described, ScanFileError, described, is_scan
from analyzer.ingest.streams.stream import reason_of
from analyzer.model.source import Reason

BUNDLE = "!/"
"""Between the name of a bundle and that of its member."""
_NOT_EVIDENCE_FOLDERS = {".git"}


class Closed(msgspec.Struct, frozen=True, tag=True):
    """A file, folder or bundle (or its rest) that can't be read, and why."""

    name: str
    reason: Reason
    typed: str
    explicit: bool = False


class Again(msgspec.Struct, frozen=True, tag=True):
    """The same file as `first`, met again by another name."""

    name: str
    first: str


class Stored(msgspec.Struct, frozen=True):
    """A regular file on disk: `path` opens it, `size` in bytes, `name`, `typed` and `explicit` as in
    :class:`~.bundle.Leaf`.

    `pieces` are the paths of what it was cut into; `path` is the first one's then. `scan` is there for the scan of a
    capture: `size` and `name` are the capture's then. `remote` is there for what lies elsewhere: `path` is its name
    then, and opens nothing.
    """

    path: str
    size: int
    name: str
    typed: str
    explicit: bool
    pieces: tuple[str, ...] = ()
    scan: Described | None = None
    remote: RemoteFile | None = None


def stored_files(paths: Sequence[str | os.PathLike[str]], *, again: bool = False) -> Iterator[Stored | Closed | Again]:
    """The regular files of `paths`, none opened, in the order of :func:`~.bundle.leaves`; raises as that does. `again`:
    what lies elsewhere is what was found there the last time.
    """
    for path in paths:
        if not is_url(os.fspath(path)) and not os.path.lexists(path):
            raise EvidenceError(
                f"{os.fspath(path) or 'an empty path'}: there is no such file or folder; check the path"
            )
    return _apart(_joined(list(_Finder(again=again).of(paths))))


def _apart(found: Iterator[Stored | Closed | Again]) -> Iterator[Stored | Closed | Again]:
    """The files, but for those that are called as another one of them is, a scan or by its URL."""
    files = list(found)
    taken = {one.name: one for one in reversed(files) if isinstance(one, Stored) and not one.scan}
    for one in files:
        if not isinstance(one, Stored) or (first := taken.setdefault(one.name, one)) is one:
            yield one
        else:
            yield Closed(one.name, Reason("name-taken", detail=first.typed), one.typed, one.explicit)


def _joined(found: Sequence[Stored | Closed | Again]) -> Iterator[Stored | Closed | Again]:
    """The files, with what was cut into pieces as one, at its first piece's place."""
    stored = {one.path: one for one in found if isinstance(one, Stored) and one.remote is None}
    wholes = whole_names(stored)
    of = {piece: whole for whole, pieces in wholes.items() for piece in pieces}
    told = set[str]()
    for one in found:
        whole = of.get(one.path) if isinstance(one, Stored) and one.remote is None else None
        if whole is None:
            yield one
        elif whole not in told:
            told.add(whole)
            yield from _whole([stored[piece] for piece in wholes[whole]])


def _whole(pieces: Sequence[Stored]) -> Iterator[Stored | Closed]:
    """One file of its pieces, and which of them are missing."""
    first = pieces[0]
    name, typed = (piece_of(text).whole for text in (first.name, first.typed))
    yield msgspec.structs.replace(
        first,
        name=name,
        typed=typed,
        size=sum(piece.size for piece in pieces),
        explicit=any(piece.explicit for piece in pieces),
        pieces=tuple(piece.path for piece in pieces),
    )
    for number in missing(piece_of(piece.path).number for piece in pieces):
        yield Closed(name, Reason("fragment-missing", found=number), typed)


def piece_of(text: str) -> Fragment:
    """Which piece a path or name is of what."""
    return fragment_of(text) or Fragment(text, 0)


class Names(msgspec.Struct, frozen=True):
    """A file's name in results, and its path as the user typed it."""

    shown: str
    typed: str

    def inside(self, path: Path) -> Names:
        """The names of what lies at `path` in this folder."""
        if path == Path():
            return self
        # Path would drop a "./" that was given.
        return Names(os.path.join(self.shown, path), os.path.join(self.typed, path))  # noqa: PTH118

    def member(self, inner: str) -> Names:
        """The names of a member of this bundle."""
        return Names(f"{self.shown}{BUNDLE}{inner}", f"{self.typed}{BUNDLE}{inner}") if inner else self

    def printable(self) -> Names:
        """The names as text that any encoding takes."""
        return Names(printable(self.shown), printable(self.typed))


def not_opened(error: OSError) -> Reason:
    """Why a file can't be opened."""
    return Reason("not-opened", cause=reason_of(error))


class _Finder:
    """One walk over the input; remembers which files it has met (device and inode)."""

    def __init__(self, *, again: bool) -> None:
        self._again = again
        self._met: dict[tuple[int, int], str] = {}

    def of(self, paths: Sequence[str | os.PathLike[str]]) -> Iterator[Stored | Closed | Again]:
        for given, shown in zip(paths, shown_names(paths), strict=True):
            if is_url(os.fspath(given)):
                yield from self._elsewhere(os.fspath(given))
                continue
            path = Path(given)
            if path.is_dir():
                yield from self._folder(path, Names(shown, os.fspath(given)))
            else:
                yield from self._file(path, Names(shown, os.fspath(given)), explicit=True)

    def _elsewhere(self, url: str) -> Iterator[Stored | Closed]:
        files = remote_files(url, again=self._again)
        for one in files:
            name, explicit = printable(one.name), len(files) == 1
            if is_scan(name):
                yield Closed(name, Reason("scan-elsewhere"), name, explicit)
            else:
                yield Stored(name, one.facts.size, name, name, explicit=explicit, remote=one)

    def _folder(self, path: Path, names: Names) -> Iterator[Stored | Closed | Again]:
        closed: list[OSError] = []
        for folder, folders, files in os.walk(path, onerror=closed.append):
            folders[:] = sorted(set(folders) - _NOT_EVIDENCE_FOLDERS)
            for name in sorted(files):
                inside = Path(folder, name)
                yield from self._file(inside, names.inside(inside.relative_to(path)), explicit=False)
        for error in closed:
            within = names.inside(Path(os.fsdecode(error.filename)).relative_to(path)).printable()
            yield Closed(within.shown, Reason("unreadable-folder", cause=reason_of(error)), within.typed)

    def _file(self, path: Path, names: Names, *, explicit: bool) -> Iterator[Stored | Closed | Again]:
        names = names.printable()
        try:
            status = path.stat()
            if stat.S_ISFIFO(status.st_mode):  # opening one waits for its writer, maybe for ever
                yield Closed(names.shown, Reason("pipe"), names.typed, explicit)
                return
            if not stat.S_ISREG(status.st_mode):
                yield Closed(names.shown, Reason("no-regular-file"), names.typed, explicit)
                return
            if first := self._met.get((status.st_dev, status.st_ino)):
                yield Again(names.shown, first)
                return
            self._met[status.st_dev, status.st_ino] = names.shown
        except OSError as error:
            yield Closed(names.shown, not_opened(error), names.typed, explicit)
            return
        if is_scan(path):
            yield _scan(os.fspath(path), names, explicit=explicit)
        else:
            yield Stored(os.fspath(path), status.st_size, names.shown, names.typed, explicit)


def _scan(path: str, names: Names, *, explicit: bool) -> Stored | Closed:
    """The capture that a scan is of."""
    try:
        told = described(path)
    except ScanFileError as error:
        return Closed(names.shown, error.reason, names.typed, explicit)
    except OSError as error:
        return Closed(names.shown, not_opened(error), names.typed, explicit)
    return Stored(path, told.size, told.name, names.typed, explicit, scan=told)
