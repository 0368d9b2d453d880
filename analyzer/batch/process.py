"""A worker as who gives it tests sees it: one test at a time, in a process that may die of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

import analyzer
from analyzer.batch.values import Died, End, Failed, Heard, Said, Task, TooLarge, packed
from analyzer.errors import UsageError
from analyzer.programs import kill
from analyzer.user_file import wrong_json

# -P: nothing is imported from the folder in which somebody works, which may be one of evidence
COMMAND = (sys.executable, "-P", "-m", "analyzer.batch.worker")
_AT_ONCE = 1 << 16
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Process:
    """A worker; it is started with its first test, and anew where it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._task: Task | None = None
        self._heard = b""

    def give(self, task: Task) -> None:
        """Give it a test, while it has none; :class:`~analyzer.errors.UsageError` where it can't be started."""
        if self._process is not None and self._process.poll() is not None:
            self._gone()  # it died while it had nothing to do
        self._task, self._heard = task, b""
        process = self._process = self._process or _started()
        assert process.stdin is not None  # noqa: S101 - a PIPE was asked for
        line = packed(task)
        with contextlib.suppress(BrokenPipeError):  # it died just now: that is heard
            while line:
                line = line[process.stdin.write(line) or 0 :]

    def fileno(self) -> int:
        """Where it is heard; a worker that was given nothing has none."""
        assert self._process is not None and self._process.stdout is not None  # noqa: S101, PT018 - see above
        return self._process.stdout.fileno()

    def hear(self) -> Heard | None:
        """What there is to hear of the test, once its descriptor can be read; None as long as there is nothing."""
        assert self._process is not None and self._task is not None  # noqa: S101, PT018 - it was given one
        block = os.read(self.fileno(), _AT_ONCE)
        if not block:
            status = self._gone()
            return Died(how=_how(status), crashed=_is_crash(status))
        self._heard += block
        *said, last = self._heard.rstrip(b"\n").split(b"\n")
        if not self._heard.endswith(b"\n") or (end := _end(last)) is None:
            return None
        return self._said(said, end)

    def _said(self, lines: list[bytes], end: End) -> Heard:
        assert self._task is not None  # noqa: S101 - see above
        if end.too_large:
            return TooLarge(self._task.memory)
        try:
            if not end.status:
                return msgspec.json.decode(b"".join(lines), type=Said)
        except wrong_json():
            pass
        return Died(how=_how(end.status), crashed=_is_crash(end.status))

    def _gone(self) -> int:
        """End what is left of it; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        try:
            status = process.wait(0.5)
        except subprocess.TimeoutExpired:
            status = 1
        kill(process)
        return status

    def end(self) -> None:
        """End it at once, with what it does."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._gone()


def said_by(process: Process, task: Task) -> Heard:
    """What a worker says of a test; waits for it."""
    process.give(task)
    while (heard := process.hear()) is None:
        pass
    return heard


def too_large(task: Task) -> Failed:
    """What became of a test that needs too much memory."""
    return Failed(
        name=task.name,
        reason=f"its process had more than {task.memory / 1e6:,.0f} MB of memory (--memory), and was ended; allow more",
    )


def _started() -> subprocess.Popen[bytes]:
    packages = str(Path(analyzer.__file__).resolve().parents[1])
    paths = os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"},
        )
    except OSError as error:
        raise UsageError(
            f"{COMMAND[0]}: can't be started for the tests ({error.strerror}); give it the room or the right, or "
            "fewer --workers"
        ) from error


def _end(line: bytes) -> End | None:
    try:
        return msgspec.json.decode(line, type=End)
    except wrong_json():
        return None


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def _is_crash(status: int) -> bool:
    """Whether it ended by what it did itself, and nobody ended it."""
    return status >= 0 or -status not in _FROM_OUTSIDE
