"""A history as files: each run's document as it is, and beside them what was told of their tests; and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec

from analyzer.errors import EvidenceError, UsageError
from analyzer.history.changes import all_told
from analyzer.history.documents import all_kept, unpacked
from analyzer.history.opening import Store
from analyzer.history.tables import TOLD
from analyzer.model.over_time.looks import Line
from analyzer.store.folder import candidates
from analyzer.store.reading import IN_FOLDERS, read_document
from analyzer.user_file import content_of, wrong_json

MANIFEST = "history.json"
_FORMAT = 1
_LARGEST = 64 << 20
_KEY = 16  # letters of a run's key in the name of its file


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside exported runs: their files, what was told of tests, by these' keys, and of changes in the
    histories of clusters, by these' names, where whole histories were exported.
    """

    autopath_history: int
    files: tuple[str, ...]
    told: dict[str, dict[str, str]]
    changes: dict[str, tuple[Line, ...]] = {}


NO_MANIFEST = Manifest(autopath_history=_FORMAT, files=(), told={})


class Unread(NamedTuple):
    """A file that holds no run, and why. `expected`: it should hold one; else it may be anybody's."""

    name: str
    said: str
    expected: bool


class Document(NamedTuple):
    """What may be a run's document, and what to call it; `expected` as above. `told` is what the manifest beside it
    says of tests, by their keys.
    """

    name: str
    content: bytes
    expected: bool
    told: Mapping[str, Mapping[str, str]]


def exported(store: Store, runs: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    """The files (name and content) of the runs with these keys, of all where none is named; the manifest last. Their
    names sort as the runs were stored, so they are imported in that order.
    """
    wanted, files, tests = frozenset(runs), [], set()
    with store.reading() as connection:
        for kept in all_kept(connection):
            if wanted and kept.run not in wanted:
                continue
            name = f"{kept.id:06}-{kept.run[:_KEY]}.json"
            yield name, unpacked(kept)
            files.append(name)
            tests.add(kept.test)
        told: dict[str, dict[str, str]] = {}
        for row in connection.execute(TOLD.select().order_by(TOLD.c.test, TOLD.c.name)):
            if row.test in tests:
                told.setdefault(row.test, {})[row.name] = row.value
        changes = {} if wanted else all_told(connection)
    manifest = Manifest(autopath_history=_FORMAT, files=tuple(files), told=told, changes=changes)
    yield MANIFEST, msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def documents_in(path: Path) -> Iterator[Document | Unread]:
    """The documents of a file that holds or carries a run, or of all such in a folder and the folders in it."""
    if not path.is_dir():
        yield _document(path, manifest_in(path.parent), expected=True)
        return
    for folder, files in groupby(candidates(path), key=lambda file: file.parent):
        manifest = manifest_in(folder)
        for file in files:
            if manifest is NO_MANIFEST or file.name != MANIFEST:
                yield _document(file, manifest, expected=file.name in (*IN_FOLDERS, *manifest.files))


def _document(file: Path, manifest: Manifest, *, expected: bool) -> Document | Unread:
    try:
        return Document(str(file), read_document(file), expected, manifest.told)
    except EvidenceError as error:
        return Unread(str(file), str(error), expected)


def manifest_in(path: Path) -> Manifest:
    """The manifest in a folder; an empty one where there is none of ours. :class:`~analyzer.errors.UsageError` for one
    of a newer program.
    """
    try:
        manifest = msgspec.json.decode(content_of(path / MANIFEST, _LARGEST), type=Manifest)
    except wrong_json(OSError):
        return NO_MANIFEST
    if manifest.autopath_history != _FORMAT:
        raise UsageError(f"{path / MANIFEST}: is of a newer autopath; import it with that one")
    return manifest
