"""Bytes as a file, for what takes a path; and all that a stored file holds, read to the end."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

from analyzer.ingest.files.bundle import Closed, Leaf, Stored, opened
from analyzer.ingest.streams.stream import Readable
from analyzer.model.source import Reason
from bench.fuzz.target import NotHeldError

ROOT = Path(__file__).resolve().parent.parent.parent
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_AT_ONCE = 1 << 16


@functools.cache
def folder() -> Path:
    """A folder of this process, in memory where the system has that; it goes with the process."""
    made = Path(tempfile.mkdtemp(prefix="fuzz-", dir=_IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def scratch(data: bytes, name: str) -> Path:
    """A file of these bytes, for its owner alone, until the next one of this name."""
    path = folder() / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, data)
    os.close(descriptor)
    return path


def read_all(stream: Readable) -> int:
    """How many bytes a stream gives."""
    count = 0
    while data := stream.read(_AT_ONCE):
        count += len(data)
    return count


def stored(data: bytes, name: str) -> None:
    """Open a file of these bytes as evidence is opened; :class:`NotHeldError` where that went wrong by our fault."""
    path = scratch(data, name)
    for found in opened(Stored(str(path), len(data), name, name, explicit=True), algorithm="blake3"):
        if isinstance(found, Leaf):
            found.plain.drain()
            found.stored.drain()
            _check(found.plain.fault.reason)
        elif isinstance(found, Closed):
            _check(found.reason)


def _check(reason: Reason | None) -> None:
    while reason is not None:
        if reason.name == "not-understood":
            raise NotHeldError(reason.detail)
        reason = reason.cause
