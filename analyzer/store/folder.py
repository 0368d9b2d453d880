"""All runs that lie in a folder and the folders in it, for an index of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from analyzer.errors import EvidenceError, UsageError
from analyzer.model.run import Run
from analyzer.store.codec import decode_run, encode_run
from analyzer.store.reading import IN_FOLDERS, read_document

DOCUMENT, REPORT = IN_FOLDERS[:2]
MAY_CARRY = frozenset({".html", ".htm", ".pdf", ".zip", ".json"})
INDEX = "index.html"


class FoundRun(NamedTuple):
    """A run, and the file to look at for it: its report where one lies beside it, as a path relative to the folder."""

    file: str
    run: Run


class Found(NamedTuple):
    """The runs in a folder, each once, by path; `unread` are sentences on files that look like a run and are none."""

    runs: tuple[FoundRun, ...]
    unread: tuple[str, ...]


def runs_in(folder: Path) -> Found:
    """Every run below `folder`; :class:`~analyzer.errors.UsageError` where that is no folder."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder; name one that holds runs, such as reports")
    runs: dict[bytes, FoundRun] = {}
    unread = []
    for file in candidates(folder):
        try:
            run = decode_run(read_document(file), str(file))
        except EvidenceError as error:
            if file.name in IN_FOLDERS:
                unread.append(str(error).replace(str(file), _relative(file, folder)))
            continue
        shown = file.with_name(REPORT) if file.name == DOCUMENT and file.with_name(REPORT).is_file() else file
        runs.setdefault(blake2b(encode_run(run)).digest(), FoundRun(_relative(shown, folder), run))
    return Found(tuple(runs.values()), tuple(unread))


def _relative(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def candidates(folder: Path) -> Iterator[Path]:
    """The files that may hold a run, in order; of a folder with a run.json that alone. No hidden folder is entered."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(root)
        if DOCUMENT in names:
            yield here / DOCUMENT
            continue
        yield from (here / name for name in sorted(names) if name != INDEX and Path(name).suffix.lower() in MAY_CARRY)
