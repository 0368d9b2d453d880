"""What lies in a report folder already: of which run, whether it is ours, and what a new run must not leave beside it.

A folder holds one run. Files that carry their run tell whose they are; the others are of the run that these carry, and
of nobody knows which where there are none.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analyzer.report.forms.catalogue import FORMS

if TYPE_CHECKING:
    from analyzer.model.source import Source

RUN, PAGE, STYLESHEET, MANIFEST = "run.json", "report.html", "report.css", "manifest.json"
SIGNATURE = "manifest.json.sig"
NAMES = (STYLESHEET, MANIFEST, SIGNATURE, *(name for form in FORMS for name in form.files))
"""What the files of a run are called."""
_MARKS = {PAGE: b"run.json schema version", STYLESHEET: b"--paper", SIGNATURE: b"BEGIN SSH SIGNATURE"}
_MARKS_BY_ENDING = {".csv": b'"case"', ".parquet": b"case"}
_NONE = "unrecognised"
_MARK = b"autopath"
"""What stands in a file that is ours, where that carries no run."""


class Held(NamedTuple):
    """A run that a folder holds: its case, its evidence (None where its run.json can't be read), and whether its names
    are replaced.
    """

    case: str = ""
    evidence: frozenset[str] | None = None
    redacted: bool = False

    def is_of(self, evidence: frozenset[str], *, redacted: bool) -> bool:
        """Whether nothing of another test is lost where a run of that evidence takes its place."""
        return (self.evidence, self.redacted) == (evidence, redacted)


def evidence_of(sources: Iterable[Source]) -> frozenset[str]:
    """What was analysed: the files' digests, or their names where none were taken."""
    return frozenset(source.digest or source.name for source in sources if source.kind != _NONE)


def runs_held(directory: Path) -> tuple[Held, ...]:
    """The runs in a folder: of its run.json, and of each file that carries one."""
    return tuple(held for name in _carriers() if _there(directory / name) and (held := _run_in(directory / name)))


def not_ours(directory: Path, written: Collection[str]) -> str:
    """The first file that is called like one of a run and is none, where it would be taken for one or be replaced by
    what is `written`; empty where there is none.
    """
    carriers = _carriers()
    asked = (name for name in NAMES if _there(directory / name) and (name in carriers or name in written))
    return next((name for name in asked if not _is_ours(directory / name)), "")


def left_over(directory: Path, document: bytes, written: Collection[str]) -> tuple[str, ...]:
    """The files of other runs, or of an older document of this one, that are not `written` anew; all that can't be told
    to be of this one are among them. `document` is the run's, as it is kept.
    """
    there = [name for name in NAMES if _there(directory / name)]
    carried = {name: _document_in(directory / name) for name in _carriers() if name in there}
    same = {name: _same(found, document) for name, found in carried.items() if found is not None}
    stays = bool(same) and all(same.values())
    kept = {name for name in there if same.get(name, stays and name not in carried)}
    if MANIFEST in written:
        kept.discard(SIGNATURE)  # it is of the manifest before
    old = (name for name in there if name not in written and name not in kept)
    return tuple(name for name in old if name in carried or _is_ours(directory / name))


def carries(directory: Path, names: Collection[str]) -> bool:
    """Whether one of these files of a folder is, or carries, a run."""
    return any(name in names and _document_in(directory / name) is not None for name in _carriers())


def remove(directory: Path, names: Iterable[str]) -> None:
    """Remove these files of a folder, and the folder of tables once it is empty; :class:`OSError` where that fails."""
    for name in sorted(names, key=lambda each: each in _carriers()):  # those that tell of whom the others are: last
        path = directory / name
        path.unlink(missing_ok=True)
        if path.parent != directory and not any(path.parent.iterdir()):
            path.parent.rmdir()


def _carriers() -> tuple[str, ...]:
    from analyzer.store.reading import IN_FOLDERS

    return IN_FOLDERS


def _there(path: Path) -> bool:
    return os.path.lexists(path) and not (path.is_dir() and not path.is_symlink())


def _is_ours(path: Path) -> bool:
    """Whether it carries a run, or has the mark of what we write."""
    if path.name in _carriers() and (held := _run_in(path)) and held.evidence is not None:
        return True
    if path.name in _carriers() and path.name != PAGE:
        return False
    mark = _MARKS.get(path.name) or _MARKS_BY_ENDING.get(path.suffix, _MARK)
    try:
        return path.is_file() and mark in path.read_bytes()
    except OSError:
        return False


def _document_in(path: Path) -> bytes | None:
    """The document that a file carries, or is; None where it has none."""
    from analyzer.errors import EvidenceError
    from analyzer.store.reading import read_document

    try:
        return read_document(path)
    except EvidenceError:
        return None


def _same(found: bytes, document: bytes) -> bool:
    """Whether both are of the same run; one of an older schema is the run that it is read as."""
    from analyzer.errors import EvidenceError
    from analyzer.store import decode_run, encode_run

    if found == document:
        return True
    try:
        return encode_run(decode_run(found, RUN)) == document
    except EvidenceError:
        return False


def _run_in(file: Path) -> Held | None:
    """The run in a file; None in another one than a run.json that carries none: it may be anybody's."""
    import msgspec

    from analyzer.errors import EvidenceError
    from analyzer.store.reading import read_document
    from analyzer.user_file import wrong_json

    try:
        run = msgspec.json.decode(read_document(file), type=dict[str, msgspec.Raw])
        sources = msgspec.json.decode(run["sources"], type=tuple[dict[str, object], ...])  # of any schema version
        settings = msgspec.json.decode(run.get("settings", b"{}"), type=dict[str, msgspec.Raw])
        case = msgspec.json.decode(run["case"], type=str)
        evidence = frozenset(str(one.get("digest") or one["name"]) for one in sources if one["kind"] != _NONE)
        return Held(case, evidence, "redacted" in settings)
    except wrong_json(EvidenceError, KeyError):
        return Held() if file.name == RUN else None
