"""The key of a test before it is analysed: by the content of its evidence, what it is told, and the program.

The history's keys (`analyzer/history/identity.py`) are those of a run that there is; this one says whether it would be
made anew, so all that a run is made of counts: names and contents of files, also of rules, and what is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
from blake3 import blake3

from analyzer.batch.values import Task
from analyzer.errors import ConfigurationError, EvidenceError
from analyzer.ingest.files.finding import Stored, stored_files
from analyzer.ingest.files.remote import RemoteFile
from analyzer.ingest.streams.stream import BrokenOffError
from analyzer.model.run import SCHEMA_VERSION
from analyzer.user_file import content_of

_AT_ONCE = 1 << 20
_Status = tuple[str, int, int, int]


def key_of(task: Task) -> str:
    """The key; evidence is read from where the process is. Raises :class:`~analyzer.errors.EvidenceError` where a path
    is not there or a file can't be read to its end, :class:`~analyzer.errors.ConfigurationError` for rules.
    """
    settings = msgspec.structs.replace(task.settings, workers=1, rules=())
    told = [task.program, SCHEMA_VERSION, msgspec.to_builtins(settings, enc_hook=str), list(task.forms)]
    rules = [[path.name, sha256(_rules(path)).hexdigest()] for path in task.settings.rules]
    found = [_file(one) if isinstance(one, Stored) else repr(one) for one in stored_files(task.evidence)]
    return sha256(msgspec.json.encode([told, rules, found], order="sorted")).hexdigest()


def state_of(evidence: Sequence[str]) -> tuple[_Status, ...]:
    """What changes where somebody writes to the evidence: path, inode, size and time of each file."""
    return tuple(_statuses(evidence))


def _statuses(evidence: Sequence[str]) -> Iterator[_Status]:
    for one in stored_files(evidence):
        if isinstance(one, Stored) and one.remote is not None:
            yield f"{one.name} {one.remote.facts.tag}", 0, one.remote.facts.size, 0
        elif isinstance(one, Stored):
            for path in one.pieces or (one.path,):
                status = os.stat(path)  # noqa: PTH116 - a path as the walk gives it
                yield path, status.st_ino, status.st_size, status.st_mtime_ns


def _file(found: Stored) -> list[object]:
    if found.remote is not None:
        return [found.name, found.explicit, [_elsewhere(found.remote)]]
    return [found.name, found.explicit, [_digest(path) for path in found.pieces or (found.path,)]]


def _elsewhere(file: RemoteFile) -> str:
    """The tag of a file elsewhere, where a strong one tells its content (RFC 9110, section 8.8.3); else its digest."""
    if file.facts.tag.startswith('"'):
        return f"tag {file.facts.size} {file.facts.tag}"
    hashed = blake3()
    try:
        with file.open() as content:
            while block := content.read(_AT_ONCE):
                hashed.update(block)
    except BrokenOffError as error:
        raise EvidenceError(f"{file.name}: {error.reason.sentence}") from None
    return hashed.hexdigest()


def _digest(path: str) -> str:
    """The digest of a file; why it can't be opened, which the run tells too."""
    hashed = blake3()
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            while block := file.read(_AT_ONCE):
                hashed.update(block)
    except PermissionError as error:
        return f"not opened: {error.strerror}"
    except OSError as error:
        raise EvidenceError(f"{path}: can't be read ({error.strerror}); check the disk") from error
    return hashed.hexdigest()


def _rules(path: Path) -> bytes:
    try:
        return content_of(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}); expected rules (TOML)") from error
