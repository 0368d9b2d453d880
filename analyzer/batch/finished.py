"""Which tests are done: a file in a test's folder says of which key its files are, and what they are.

A folder appears whole, or its files are replaced and this one last; where it does not fit what lies beside it, the
folder was left half-done (or somebody changed it), and its test is done again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from analyzer.batch.values import Analysed
from analyzer.errors import EvidenceError, UsageError
from analyzer.history.identity import inputs_of
from analyzer.model.run import Run
from analyzer.store.reading import MOST_FILE, read_run
from analyzer.user_file import content_of, wrong_json

NAME = "batch-test.json"
RUN = "run.json"
_FORMAT = 1


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """`files` are SHA-256 by the name of the file."""

    autopath_batch_test: int
    key: str
    files: dict[str, str]
    outcome: Analysed


def record_of(key: str, files: Mapping[str, bytes], outcome: Analysed) -> bytes:
    """What says that these files are those of the key."""
    digests = {name: digest_of(content) for name, content in files.items()}
    record = Record(autopath_batch_test=_FORMAT, key=key, files=digests, outcome=outcome)
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1) + b"\n"


def done_before(folder: Path, key: str, name: str) -> Analysed | None:
    """The outcome of the test `name` with this key, where its folder is whole."""
    record = _record(folder)
    if record is None or (record.autopath_batch_test, record.key) != (_FORMAT, key):
        return None
    if record.outcome.name != name or not record.files:
        return None
    try:
        whole = all(digest_of(content_of(folder / each, MOST_FILE)) == told for each, told in record.files.items())
    except OSError:
        return None
    return record.outcome if whole else None


def holds_run(folder: Path) -> bool:
    """Whether a batch put a run there, of whatever."""
    return _record(folder) is not None


def check_free(folder: Path, run: Run, names: frozenset[str]) -> None:
    """:class:`~analyzer.errors.UsageError` where files of these names lie in the folder, and neither a batch wrote them
    nor are they of the same evidence.
    """
    there = sorted(name for name in names if os.path.lexists(folder / name))
    if not there or _record(folder) is not None:
        return
    try:
        if RUN in there and inputs_of(read_run(folder / RUN), RUN) == inputs_of(run, RUN):
            return
    except (EvidenceError, UsageError):
        pass  # it is not the run of this evidence
    raise UsageError(f"{folder}: holds {there[0]}, which no batch wrote; move it away, or name another folder with -o")


def digest_of(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return sha256(content).hexdigest()


def _record(folder: Path) -> Record | None:
    try:
        return msgspec.json.decode(content_of(folder / NAME), type=Record)
    except wrong_json(OSError):
        return None
