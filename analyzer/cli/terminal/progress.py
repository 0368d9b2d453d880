"""Progress of long work, on stderr: one line, only where a person watches it and only after a second.

It has the phase's name; while evidence is read, how much of it was and how fast; else how long the phase takes. What
the readers say of themselves, as that they compile, is a line that stays, also only for a person; a warning is for
everybody.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from analyzer.pipeline import PhaseName

PATIENCE_S = 1.0
EVERY_S = 0.1
TICK_S = 0.5
LONG_S = 2
"""From how many seconds on a phase says how long it takes."""
MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
WORDS: dict[PhaseName, str] = {
    "reading": "reading",
    "correlating": "finding episodes",
    "judging": "measuring and judging",
    "writing": "writing the report",
}


class Progress:
    """Says what is being done and how far it is; wiped when done. Its end raises what kept it from printing."""

    def __init__(self, stream: TextIO, *, silent: bool = False) -> None:
        self._stream = stream
        self._silent = silent
        self._on = not silent and stream.isatty()
        self._next = time.monotonic() + PATIENCE_S
        self._width = 0
        self._broken: OSError | None = None
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)
        self._logger = logging.getLogger("analyzer")
        self._notices = _Notices(self)
        self._phase, self._total, self._since = "", 0, time.monotonic()
        self._files: dict[str, int] = {}
        self._file, self._task, self._before = "", "", 0

    def __enter__(self) -> Self:
        if not self._silent:
            self._logger.addHandler(self._notices)
            self._logger.setLevel(logging.INFO if self._on else logging.WARNING)
        if self._on:
            self._ticker.start()
        return self

    def begun(self, phase: PhaseName, total: int = 0) -> None:
        """A phase begins, in which `total` bytes are to be read; 0 where nothing is."""
        with self._lock:
            self._phase, self._total, self._since = WORDS[phase], total, time.monotonic()
            self._files.clear()
            self._file, self._task, self._before = "", "", 0
            self._draw()

    def heard(self, name: str, done: int) -> None:
        """`done` stored bytes of the file `name` were read."""
        if not self._on:
            return
        with self._lock:
            self._files[name] = done
            self._file = name
            if self._task:  # it ended: what it took is not reading's
                self._task, self._since = "", time.monotonic()
                self._before = sum(self._files.values())
            self._draw()

    def noticed(self, said: str, task: str) -> None:
        """A reader says something, or that it begins a `task` which takes long."""
        with self._lock:
            self.say(f"autopath: {said}")
            if task:
                self._task, self._since = task, time.monotonic()

    def say(self, text: str) -> None:
        """A line that stays, also where it is no terminal; none where nobody wants to hear."""
        if not self._silent:
            with self._lock:
                self._wipe()
                self._print(f"{text}\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._logger.removeHandler(self._notices)
        self._ended.set()
        if self._on:
            self._ticker.join()
        self._wipe()
        if self._broken is not None and kind is None:
            raise self._broken

    def _tick(self) -> None:
        """Where nothing is heard for long, a person still sees that time passes."""
        while not self._ended.wait(TICK_S):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        now = time.monotonic()
        if self._on and self._phase and now >= self._next:
            self._next = now + EVERY_S
            self._write(self._text(now - self._since))

    def _text(self, seconds: float) -> str:
        if self._task or not self._file:
            return (self._task or self._phase) + (f": {seconds:.0f} s" if seconds >= LONG_S else "")
        done = sum(self._files.values())
        said = [f"{_amount(done)}"]
        if self._total:
            said = [f"{_amount(min(done, self._total))} of {_amount(self._total)}"]
            said += [f"{min(100, 100 * done // self._total)} %"]
        if seconds >= 1:
            said += [f"{_amount(int((done - self._before) / seconds))}/s"]
        return f"{self._phase} {self._file[-40:]}: {', '.join(said)}"

    def _write(self, text: str) -> None:
        from analyzer.report.words import visible

        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        line = visible(text).encode(encoding, "backslashreplace").decode(encoding)
        line = line[: shutil.get_terminal_size().columns - 1]
        self._print("\r" + line.ljust(self._width))
        self._width = len(line)

    def _print(self, text: str) -> None:
        """Where nothing can be printed (a full disk, say), the work is done all the same, and then it is told."""
        if self._broken is None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError as error:
                self._broken = error

    def _wipe(self) -> None:
        if self._width:
            self._print("\r" + " " * self._width + "\r")
            self._width = 0


class _Notices(logging.Handler):
    """What readers say, told as progress is; a record's `task` is what they begin."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        self._progress.noticed(record.getMessage(), getattr(record, "task", ""))


def _amount(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / GIGABYTE:.1f} GB" if count >= GIGABYTE else f"{count // MEGABYTE} MB"
