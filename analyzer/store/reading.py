"""A run from wherever it lies: its run.json, a folder that holds one, or a file that carries it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from analyzer.errors import EvidenceError
from analyzer.model.run import Run
from analyzer.store.carried.bundle import document_of_bundle, is_bundle
from analyzer.store.carried.page import document_of_page, is_page
from analyzer.store.carried.pdf import document_of_pdf, is_pdf
from analyzer.store.codec import decode_run
from analyzer.user_file import content_of

Anything = str | os.PathLike[str] | bytes
MOST_FILE = 256 << 20
"""Bytes of a file that is read for a run: a run.json of a thousand episodes has some 40 MB."""
IN_FOLDERS = ("run.json", "report.html", "report.pdf", "bundle.zip")
"""Where a folder's run is looked for, in this order."""


class Carrier(NamedTuple):
    """A kind of file that carries a run: how it is recognised, and how its document is got out of it.

    `document` takes the file's bytes and its name, and raises :class:`EvidenceError` where it holds none.
    """

    title: str
    holds: Callable[[bytes], bool]
    document: Callable[[bytes, str], bytes]


CARRIERS = (
    Carrier("page", is_page, document_of_page),
    Carrier("PDF", is_pdf, document_of_pdf),
    Carrier("bundle", is_bundle, document_of_bundle),
)


def read_run(anything: Anything) -> Run:
    """The run of a run.json, of a page or PDF that carries one, of a bundle or folder with one of these: by its path,
    or the bytes of the file.

    Raises :class:`~analyzer.errors.EvidenceError` when there is none, or it can't be read.
    """
    data, name = _held(anything)
    return decode_run(_document(data, name), name)


def read_document(anything: Anything) -> bytes:
    """The bytes of the run.json that is there; takes and raises what :func:`read_run` does."""
    return _document(*_held(anything))


def _document(data: bytes, name: str) -> bytes:
    carrier = next((each for each in CARRIERS if each.holds(data)), None)
    return carrier.document(data, name) if carrier else data


def _held(anything: Anything) -> tuple[bytes, str]:
    """The bytes, and what to call them."""
    if isinstance(anything, bytes):
        return anything, "what was given"
    file = _file(Path(anything))
    return _content(file), str(file)


def _file(path: Path) -> Path:
    """The file itself, or the first in a folder that may have a run."""
    if not path.is_dir():
        return path
    found = next((file for name in IN_FOLDERS if (file := path / name).is_file()), None)
    if found is None:
        raise EvidenceError(f"{path}: holds no run ({', '.join(IN_FOLDERS)}); make one with `autopath analyze`")
    return found


def _content(file: Path) -> bytes:
    try:
        return content_of(file, MOST_FILE)
    except OSError as error:
        raise EvidenceError(
            f"{file}: can't be read ({error.strerror}); name a run.json, or what carries one"
        ) from error
