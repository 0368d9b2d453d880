"""A bundle is a zip with the run as it is kept: `run.json`."""

from __future__ import annotations

import io
import zipfile
import zlib

from analyzer.errors import EvidenceError

MOST_DOCUMENT = 256 << 20
"""Bytes of a document that is unpacked."""
NAME = "run.json"


def is_bundle(data: bytes) -> bool:
    """Whether a file is a zip."""
    return data.startswith(b"PK\x03\x04")


def document_of_bundle(data: bytes, name: str) -> bytes:
    """The document in a bundle; :class:`EvidenceError` with `name` where there is none, or it can't be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = archive.getinfo(NAME)
            if entry.file_size > MOST_DOCUMENT:
                raise EvidenceError(
                    f"{name}: its {NAME} has more than {MOST_DOCUMENT >> 20} MB; unpack it, and give that"
                )
            with archive.open(entry) as file:
                return file.read(MOST_DOCUMENT)
    except KeyError:
        raise EvidenceError(f"{name}: is a zip without a {NAME}; give a bundle of autopath, or a {NAME}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise EvidenceError(f"{name}: can't be unpacked ({error}); copy the file again") from error
