"""One command in a process forked from this one, which has imported all that it needs: its status, time and memory."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import NamedTuple, NoReturn

ENDED_S = 20
"""Seconds of a core after which it is ended."""
_WAITED_S = 600  # one that waits for something would never use these
_KIB = 1 << 10


class Ended(NamedTuple):
    """How a process ended: its exit status (negative: the signal that ended it), seconds of a core, bytes of memory at
    most (with what its parent had), and what it said on stderr.
    """

    status: int
    seconds: float
    memory: int
    said: str


def ended(arguments: tuple[str, ...], place: Path) -> Ended:
    """Run `autopath` with these arguments in the folder `place`; what it says is kept beside that."""
    said = place.with_name(f"{place.name}.stderr")
    child = os.fork()
    if not child:
        _run(arguments, place, said)
    _, status, used = os.wait4(child, 0)
    return Ended(
        os.waitstatus_to_exitcode(status),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * _KIB,
        said.read_text("utf-8", "replace"),
    )


def _run(arguments: tuple[str, ...], place: Path, said: Path) -> NoReturn:
    from analyzer.cli import main

    status = 70
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (ENDED_S, ENDED_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(_WAITED_S)
        nothing = os.open(os.devnull, os.O_RDWR)
        stderr = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for ours, theirs in ((0, nothing), (1, nothing), (2, stderr)):
            os.dup2(theirs, ours)
        os.chdir(place)
        main(arguments)
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        os._exit(status)
