"""A bundle is a zip with the run as it is kept: `run.json`."""

from __future__ import annotations

import io
import zipfile

from analyzer.errors import EvidenceError

MOST_DOCUMENT = 256 << 20
"""Bytes of a document that is unpacked."""
MOST_FILES = 1 << 30
"""Bytes of all its files, which are looked at for damage."""
NAME = "run.json"
_END = b"PK\x05\x06"


def is_bundle(data: bytes) -> bool:
    """Whether a file is a zip."""
    return data.startswith(b"PK\x03\x04")


def document_of_bundle(data: bytes, name: str) -> bytes:
    """The document in a bundle; :class:`EvidenceError` with `name` for none, or where a file of it is damaged."""
    if _END not in data:
        raise EvidenceError(f"{name}: is a zip that was cut short; copy the file again")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _document(archive, name)
    except EvidenceError:
        raise
    except Exception as error:
        raise EvidenceError(f"{name}: can't be unpacked ({error}); copy the file again") from error


def _document(archive: zipfile.ZipFile, name: str) -> bytes:
    if NAME not in archive.namelist():
        raise EvidenceError(f"{name}: is a zip without a {NAME}; give a bundle of autopath, or a {NAME}")
    entry = archive.getinfo(NAME)
    if entry.file_size > MOST_DOCUMENT:
        raise EvidenceError(f"{name}: its {NAME} has more than {MOST_DOCUMENT >> 20} MB; unpack it, and give that")
    if sum(each.file_size for each in archive.infolist()) > MOST_FILES:
        raise EvidenceError(f"{name}: its files have more than {MOST_FILES >> 20} MB; give its {NAME} alone")
    if damaged := archive.testzip():
        raise EvidenceError(f"{name}: {damaged} in it is damaged; copy the file again")
    with archive.open(entry) as file:
        return file.read(MOST_DOCUMENT)
