"""Files of GBs, compressed as they are written."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PIECE = 1 << 18  # bytes written at once; the page cache takes some MB at once several times more slowly


def put(file: IO[bytes], data: memoryview) -> None:
    """Write the data in pieces, each whole."""
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        while piece:
            piece = piece[file.write(piece) :]


@contextmanager
def written_to(path: Path, how: str) -> Iterator[IO[bytes]]:
    """The file, compressed as it is written; unbuffered otherwise, as what is written is large enough."""
    with path.open("wb", buffering=0) as file, compressed_into(file, how) as compressed:
        yield compressed


@contextmanager
def compressed_into(file: IO[bytes], how: str) -> Iterator[IO[bytes]]:
    """What is written to it, compressed into the file; without a date: the same input gives the same bytes."""
    if how == "gz":
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=3, mtime=0) as compressed:
            yield compressed  # type: ignore[misc]
    elif how == "zst":
        import zstandard

        with zstandard.ZstdCompressor(level=1).stream_writer(file) as compressed:
            yield compressed
    else:
        yield file
