"""One command in a process forked from this one, which has imported all that it needs; it ends, or is killed.

A kill is at a moment, or at a step: before the n-th time that the command changes anything in the file system below a
folder, as Python's audit events tell (PEP 578).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple, NoReturn

STEPS = frozenset({"os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"})
_WRITES = os.O_WRONLY | os.O_RDWR


class Kill(NamedTuple):
    """A signal, and when: `after` so many seconds, or before step number `step` (from 1), where that is not 0."""

    number: signal.Signals
    after: float = 0.0
    step: int = 0


class Ended(NamedTuple):
    """How a process ended: its exit status (or the signal's number, negative), its stdout and stderr, how many steps it
    took.
    """

    status: int
    printed: str
    said: str
    steps: int


def ended(arguments: tuple[str, ...], place: Path, kill: Kill | None = None) -> Ended:
    """Run `autopath` with these arguments, and kill it if it is to be; its steps are those below `place`."""
    printed, told, steps = (place.parent / name for name in ("stdout", "stderr", "steps"))
    for path in (printed, told, steps):
        path.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        _run(
            arguments, place, (printed, told, steps), kill.step if kill else 0, kill.number if kill else signal.SIGKILL
        )
    if kill and not kill.step:
        time.sleep(kill.after)
        os.kill(child, kill.number)
    _, status = os.waitpid(child, 0)
    taken = steps.stat().st_size if steps.exists() else 0
    return Ended(os.waitstatus_to_exitcode(status), _text(printed), _text(told), taken)


def _text(path: Path) -> str:
    """What a process printed; nothing where it was killed before it could."""
    return path.read_text("utf-8") if path.exists() else ""


def _run(
    arguments: tuple[str, ...], place: Path, tells: tuple[Path, Path, Path], step: int, number: signal.Signals
) -> NoReturn:
    """The child: nothing of what its parent has open or was about to do."""
    from analyzer.cli import main

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as where the program starts, also in a shell's background job
    status = 70
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        stdout, stderr, steps = (os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for path in tells)
        for ours, theirs in ((0, nothing), (1, stdout), (2, stderr)):
            os.dup2(theirs, ours)
        below = f"{place}{os.sep}"

        def heard(event: str, details: tuple[object, ...]) -> None:
            if not _is_step(event, details, below):
                return
            os.write(steps, b".")
            if step and os.fstat(steps).st_size == step:
                os.kill(os.getpid(), number)

        sys.addaudithook(heard)
        main(arguments)
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        os._exit(status)


def _is_step(event: str, details: tuple[object, ...], below: str) -> bool:
    """Whether something changes below a folder: its path is one of the event's details."""
    if event == "open":
        path, _, flags = details
        return isinstance(flags, int) and bool(flags & _WRITES) and _is_below(path, below)
    return event in STEPS and any(_is_below(detail, below) for detail in details)


def _is_below(path: object, below: str) -> bool:
    return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(below)
