"""Progress of long work, on stderr: one line, only when a person watches it and only after a second; and what the
readers say of themselves, as that they compile.
"""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Self, TextIO

PATIENCE_S = 1.0
EVERY_S = 0.1
MEGABYTE = 1_000_000


class Progress:
    """Says which file is being read and how far; wiped when done."""

    def __init__(self, stream: TextIO, *, silent: bool = False) -> None:
        self._stream = stream
        self._on = not silent and stream.isatty()
        self._next = time.monotonic() + PATIENCE_S
        self._width = 0
        self._said = logging.StreamHandler(stream)
        self._said.setFormatter(logging.Formatter("autopath: %(message)s"))
        self._logger = logging.getLogger("analyzer")
        self._silent = silent

    def __enter__(self) -> Self:
        if not self._silent:
            self._logger.addHandler(self._said)
            self._logger.setLevel(logging.INFO)
        return self

    def heard(self, name: str, done: int) -> None:
        """`done` stored bytes of the file `name` were read."""
        if not self._on or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_S
        self._write(f"reading {name[-60:]}: {done // MEGABYTE} MB")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._logger.removeHandler(self._said)
        if self._width:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)
