"""`batch.json`: what came out of each test. It says nothing of time, order or workers: the same tests, the same bytes.

A shard writes its own (`batch-2-of-4.json`); where those of all shards are there, they are joined to one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from analyzer import __version__
from analyzer.aside import write
from analyzer.batch.shards import Shard
from analyzer.batch.values import Analysed, Outcome
from analyzer.user_file import content_of, wrong_json

NAME = "batch.json"
_FORMAT = 1
_LARGEST = 256 << 20


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """`answers`: how many tests are acceptable (`yes`), not (`no`), `unknown`, and of how many there is no run
    (`failed`). `batch` is a digest of the names of all tests, also in a shard.
    """

    autopath_batch: int = _FORMAT
    autopath_version: str = __version__
    batch: str
    answers: dict[str, int]
    tests: tuple[Outcome, ...]


def answers_of(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many there are of each answer."""
    counted = Counter(one.acceptable if isinstance(one, Analysed) else "failed" for one in outcomes)
    return {answer: counted[answer] for answer in ("yes", "no", "unknown", "failed")}


def forget(output: Path, shard: Shard) -> None:
    """Remove what an earlier run said of these tests, as it may not be so any more; :class:`OSError` where it can't."""
    for name in {NAME, name_of(shard)}:
        (output / name).unlink(missing_ok=True)


def write_document(output: Path, shard: Shard, names: Iterable[str], outcomes: Iterable[Outcome]) -> Path:
    """Write what came out of the tests of a shard of the batch whose tests have these names; the file that tells of
    most. :class:`~analyzer.errors.UsageError` where it can't be written.
    """
    batch = sha256("\n".join(sorted(names)).encode()).hexdigest()
    write(output, {name_of(shard): _bytes(batch, outcomes)})
    parts = [_read(output / name_of(Shard(number, shard.of))) for number in range(1, shard.of + 1)]
    if shard.is_all or not all(part and part.batch == batch for part in parts):
        return output / name_of(shard)
    write(output, {NAME: _bytes(batch, (one for part in parts if part for one in part.tests))})
    return output / NAME


def name_of(shard: Shard) -> str:
    """What its document is called."""
    return NAME if shard.is_all else f"batch-{shard.number}-of-{shard.of}.json"


def _bytes(batch: str, outcomes: Iterable[Outcome]) -> bytes:
    tests = tuple(sorted(outcomes, key=lambda one: one.name))
    document = Document(batch=batch, answers=answers_of(tests), tests=tests)
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1) + b"\n"


def _read(path: Path) -> Document | None:
    try:
        document = msgspec.json.decode(content_of(path, _LARGEST), type=Document)
    except wrong_json(OSError):
        return None
    same = (document.autopath_batch, document.autopath_version) == (_FORMAT, __version__)
    return document if same else None
