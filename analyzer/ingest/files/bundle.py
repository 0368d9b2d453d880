"""Where evidence lies: files, folders, and zip and tar bundles within one another, each file found once and opened.

A file is called as `naming` says; the members of bundles stand behind `!/` (`bundle.tgz!/cvm_logs/genesis.out`). A file
that is merely compressed keeps its name. What can't be opened is handed on too, with the reason.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import msgspec

from analyzer.errors import EvidenceError
from analyzer.ingest.files.archive import Member, Unreadable, archive, members
from analyzer.ingest.files.naming import shown_names
from analyzer.ingest.streams.ahead import ReadAhead
from analyzer.ingest.streams.decoding import Decoded, Encoding, encoding_of
from analyzer.ingest.streams.decompress import Compression, compression, decompress
from analyzer.ingest.streams.digest import Digest
from analyzer.ingest.streams.stream import Allowance, Fault, Stream, reason_of
from analyzer.model.source import HashAlgorithm, Reason

Progress = Callable[[str, int], None]

DEEPEST = 8
BUNDLE = "!/"
"""Between the name of a bundle and that of its member."""
_NOT_EVIDENCE_FOLDERS = {".git"}


class Leaf(msgspec.Struct, frozen=True):
    """One file that is neither folder, archive nor compressed any more.

    `stored` are the bytes as they lie in the folder or archive, with their digest; `plain` those after decompression
    (the same stream when there is none). Both are good until the next leaf is asked for. `explicit`: named by the
    user. `typed` is its path from the user's own words on, for error sentences and never for results. Text is plain
    once it is as `streams.decoding` says; `encoding` is how it was stored, None for what is no text.
    """

    name: str
    size: int | None
    stored: Stream
    plain: Stream
    compressions: tuple[Compression, ...]
    explicit: bool
    typed: str
    encoding: Encoding | None = None


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
    """A regular file on disk: `path` opens it, `size` in bytes, `name`, `typed` and `explicit` as in :class:`Leaf`."""

    path: str
    size: int
    name: str
    typed: str
    explicit: bool


def leaves(
    paths: Sequence[str | os.PathLike[str]], progress: Progress | None = None, algorithm: HashAlgorithm | None = None
) -> Iterator[Leaf | Closed | Again]:
    """Every file of `paths`, folders in sorted order, bundles in theirs.

    :class:`EvidenceError` when a path doesn't exist: that is a slip, and an analysis without it would mislead.
    """
    return _leaves(stored_files(paths), progress, algorithm)


def _leaves(
    found: Iterator[Stored | Closed | Again], progress: Progress | None, algorithm: HashAlgorithm | None
) -> Iterator[Leaf | Closed | Again]:
    for one in found:
        if isinstance(one, Stored):
            yield from opened(one, progress, algorithm)
        else:
            yield one


def stored_files(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Stored | Closed | Again]:
    """The regular files of `paths`, none of them opened, in the order of :func:`leaves`; raises as that does."""
    for path in paths:
        if not os.path.lexists(path):
            raise EvidenceError(
                f"{os.fspath(path) or 'an empty path'}: there is no such file or folder; check the path"
            )
    return _Finder().of(paths)


def opened(
    file: Stored,
    progress: Progress | None = None,
    algorithm: HashAlgorithm | None = None,
    *,
    beside: bool = False,
) -> Generator[Leaf | Closed]:
    """What is in a file on disk: itself, or the members of the bundle that it is.

    It is decompressed and hashed `beside` the work on its bytes, on threads of their own, or else by who reads them.
    """
    with ExitStack() as files:
        try:
            content = files.enter_context(Path(file.path).open("rb", buffering=0))
        except OSError as error:
            yield Closed(file.name, _not_opened(error), file.typed, file.explicit)
            return
        digest = Digest(algorithm, beside=beside) if algorithm else None
        if digest is not None:
            files.callback(digest.settle)
        stored = Stream(content, digest=digest, heard=_listener(progress, file.name))
        opener = _Opener(Allowance(file.size), algorithm, explicit=file.explicit, beside=beside)
        is_zip = archive(stored.head()) == "zip"
        seekable = files.enter_context(Path(file.path).open("rb")) if is_zip else None
        yield from opener.open(_Names(file.name, file.typed), file.size, stored, 0, seekable)


def _not_opened(error: OSError) -> Reason:
    return Reason("not-opened", cause=reason_of(error))


def _listener(progress: Progress | None, name: str) -> Callable[[int], None] | None:
    if progress is None:
        return None
    done = 0

    def heard(count: int) -> None:
        nonlocal done
        done += count
        progress(name, done)

    return heard


def printable(name: str) -> str:
    """A file name as text that any encoding takes: what is not Unicode is shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in _unicode(name))


def _unicode(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


class _Names(msgspec.Struct, frozen=True):
    """A file's name in results, and its path as the user typed it."""

    shown: str
    typed: str

    def inside(self, path: Path) -> _Names:
        """The names of what lies at `path` in this folder."""
        if path == Path():
            return self
        # Path would drop a "./" that was given.
        return _Names(os.path.join(self.shown, path), os.path.join(self.typed, path))  # noqa: PTH118

    def member(self, inner: str) -> _Names:
        """The names of a member of this bundle."""
        return _Names(f"{self.shown}{BUNDLE}{inner}", f"{self.typed}{BUNDLE}{inner}") if inner else self

    def printable(self) -> _Names:
        """The names as text that any encoding takes."""
        return _Names(printable(self.shown), printable(self.typed))


class _Finder:
    """One walk over the input; remembers which files it has met (device and inode)."""

    def __init__(self) -> None:
        self._met: dict[tuple[int, int], str] = {}

    def of(self, paths: Sequence[str | os.PathLike[str]]) -> Iterator[Stored | Closed | Again]:
        for given, shown in zip(paths, shown_names(paths), strict=True):
            path = Path(given)
            if path.is_dir():
                yield from self._folder(path, _Names(shown, os.fspath(given)))
            else:
                yield from self._file(path, _Names(shown, os.fspath(given)), explicit=True)

    def _folder(self, path: Path, names: _Names) -> Iterator[Stored | Closed | Again]:
        closed: list[OSError] = []
        for folder, folders, files in os.walk(path, onerror=closed.append):
            folders[:] = sorted(set(folders) - _NOT_EVIDENCE_FOLDERS)
            for name in sorted(files):
                inside = Path(folder, name)
                yield from self._file(inside, names.inside(inside.relative_to(path)), explicit=False)
        for error in closed:
            within = names.inside(Path(os.fsdecode(error.filename)).relative_to(path)).printable()
            yield Closed(within.shown, Reason("unreadable-folder", cause=reason_of(error)), within.typed)

    def _file(self, path: Path, names: _Names, *, explicit: bool) -> Iterator[Stored | Closed | Again]:
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
            yield Closed(names.shown, _not_opened(error), names.typed, explicit)
            return
        yield Stored(os.fspath(path), status.st_size, names.shown, names.typed, explicit)


class _Opener:
    """Opens one stored file, layer by layer, within one allowance for all that it expands to."""

    def __init__(self, allowance: Allowance, algorithm: HashAlgorithm | None, *, explicit: bool, beside: bool) -> None:
        self._allowance, self._algorithm, self._explicit, self._beside = allowance, algorithm, explicit, beside

    def open(
        self, names: _Names, size: int | None, stored: Stream, depth: int, seekable: BinaryIO | None = None
    ) -> Iterator[Leaf | Closed]:
        """The leaves of a stored file; layers beyond :data:`DEEPEST` are not opened."""
        with ExitStack() as threads:
            plain, layers = self._plain(stored, depth, threads)
            kind = archive(plain.head())
            if depth + len(layers) >= DEEPEST and (kind or compression(plain.head())):
                yield Closed(names.shown, Reason("too-many-layers", expected=DEEPEST), names.typed)
            elif kind is None:
                encoding = encoding_of(plain.head())
                if encoding is not None:
                    plain = Stream(Decoded(plain.body, encoding), fault=Fault(plain.fault))
                explicit = self._explicit and depth == 0
                yield Leaf(names.shown, size, stored, plain, layers, explicit, names.typed, encoding)
            else:
                stored.forgo_digest()
                for member in members(plain.body, kind, seekable):
                    if member.name or not (plain.fault.reason or stored.fault.reason):  # else that is told once
                        yield from self._member(names, member, depth + len(layers) + 1)
                if fault := plain.fault.reason or stored.fault.reason:
                    yield Closed(names.shown, Reason("bundle-cut", cause=fault), names.typed)

    def _plain(self, stored: Stream, depth: int, threads: ExitStack) -> tuple[Stream, tuple[Compression, ...]]:
        plain, layers = stored, list[Compression]()
        while depth + len(layers) < DEEPEST and (name := compression(plain.head())):
            ahead = ReadAhead(decompress(plain.body, name), beside=self._beside)
            threads.callback(ahead.close)
            plain = Stream(ahead, allowance=self._allowance)
            layers.append(name)
        return plain, tuple(layers)

    def _member(self, bundle: _Names, member: Member | Unreadable, depth: int) -> Iterator[Leaf | Closed]:
        inner = printable(member.name.removeprefix("./").lstrip("/"))
        names = bundle.member(inner)
        if isinstance(member, Unreadable):
            yield Closed(names.shown, member.reason, names.typed)
            return
        digest = Digest(self._algorithm, beside=self._beside) if self._algorithm else None
        stored = Stream(member.content, allowance=self._allowance, digest=digest)
        yield from self.open(names, member.size, stored, depth)
