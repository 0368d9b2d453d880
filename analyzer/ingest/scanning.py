"""One capture's scan as a file: what of it a scan looks at, so that the scans of many are analysed together elsewhere.

Captures of one set may be scanned by separate tasks, each its files, and in any order. Whoever analyses the scans gets
what the captures would have given: they are scanned on from one to the next, as the captures are.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path, PurePath
from typing import BinaryIO, cast

import msgspec

from analyzer.config import Settings
from analyzer.errors import EvidenceError, UsageError
from analyzer.ingest import capture
from analyzer.ingest.capture.scans.needed import write_needed
from analyzer.ingest.files.bundle import Again, Closed, Leaf, Progress, Stored, opened, stored_files
from analyzer.ingest.streams.digest import Digest
from analyzer.ingest.streams.scan_file import VERSION, Described, Writer
from analyzer.model.source import HashAlgorithm

ALGORITHMS: tuple[HashAlgorithm, ...] = ("sha256", "blake3", "none")


class Written(msgspec.Struct, frozen=True):
    """A scan that was written: the capture's name and stored size, the file's path and size."""

    name: str
    size: int
    path: Path
    written: int


def scan_files(
    paths: Sequence[str | os.PathLike[str]], folder: Path, settings: Settings, progress: Progress | None = None
) -> Iterator[Written]:
    """Write the scan of each capture in `paths`, files or folders, to `folder`, under its name with `.scan`.

    Raises :class:`UsageError` without a path, :class:`EvidenceError` for what is no capture, can't be read or written.
    """
    if not paths:
        raise UsageError("no capture was named: give at least one")
    for found in stored_files(paths):
        if isinstance(found, Closed):
            raise EvidenceError(f"{found.typed}: {found.reason.sentence}")
        if isinstance(found, Again):
            continue
        if found.scan is not None:
            raise EvidenceError(f"{found.typed}: is a scan already; give the capture")
        yield _scanned(found, folder, settings, progress)


def _scanned(file: Stored, folder: Path, settings: Settings, progress: Progress | None) -> Written:
    path = folder.joinpath(*(part for part in PurePath(f"{file.name}.scan").parts if part not in ("/", "..")))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".scan-", delete=False) as aside:
            try:
                _write(file, cast("BinaryIO", aside), settings, progress)
                aside.flush()
                os.fchmod(aside.fileno(), 0o644)
                Path(aside.name).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(aside.name).unlink()
                raise
    except OSError as error:
        raise EvidenceError(
            f"{path}: the scan can't be written ({error.strerror}); give another folder by -o"
        ) from error
    return Written(file.name, file.size, path, path.stat().st_size)


def _write(file: Stored, aside: BinaryIO, settings: Settings, progress: Progress | None) -> None:
    digest = _Digests()
    with closing(opened(file, progress, beside=settings.workers > 1, taking=digest)) as leaves:
        leaf = next(leaves)
        if not isinstance(leaf, Leaf):
            raise EvidenceError(f"{leaf.typed}: {leaf.reason.sentence}")
        _had(leaf)
        if leaf.name != file.name or capture.sniff(leaf.plain.head()) is None:
            raise EvidenceError(f"{file.typed}: is no capture, or a bundle: only captures are scanned, one a file")
        writer = Writer(aside)
        write_needed(leaf.plain.body, leaf.name, settings.nfs_port, writer)
        leaf.stored.drain()
        _had(leaf)
        told = Described(
            version=VERSION,
            name=file.name,
            size=leaf.stored.count,
            plain=writer.plain,
            compressions=leaf.compressions,
            digests=digest.told(),
            fault=leaf.plain.fault.own,
            stored_fault=leaf.stored.fault.reason,
        )
        writer.end(told)


def _had(leaf: Leaf) -> None:
    """:class:`EvidenceError` where a file elsewhere was not had as far as it was asked for: a task can try again."""
    if (broken := leaf.stored.fault.transfer) is not None:
        raise EvidenceError(f"{leaf.typed}: {broken.sentence}")


class _Digests(Digest):
    """All digests that a run may ask for."""

    def __init__(self) -> None:
        super().__init__("none")
        self._all = {algorithm: Digest(algorithm) for algorithm in ALGORITHMS}

    def update(self, data: memoryview) -> None:
        """Take the next bytes."""
        for digest in self._all.values():
            digest.update(data)

    def told(self) -> dict[HashAlgorithm, str]:
        """The identity by each algorithm."""
        return {algorithm: digest.identity or "" for algorithm, digest in self._all.items()}
