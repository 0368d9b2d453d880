"""A command that runs while its workers are killed: which processes these are, by what /proc tells."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "AUTOPATH_STORE": "", "PYTHONUNBUFFERED": "1"}
WORKER, DASK_WORKER = "analyzer.batch.worker", "multiprocessing.spawn"
_LONGEST_S = 1800.0


class Ran(NamedTuple):
    """How a batch ended, how long it took, and how many workers were killed meanwhile."""

    status: int
    seconds: float
    kills: int


def batch(
    arguments: Iterable[str],
    kills: int = 0,
    *,
    drawn: random.Random | None = None,
    every: float = 0.2,
    victims: Callable[[int], list[int]] | None = None,
) -> Ran:
    """Run `autopath batch`; `kills` times one of `victims` (of the command's process id) is killed, on average `every`
    so many seconds after the one before.
    """
    began = time.monotonic()
    command = [sys.executable, "-m", "analyzer", "batch", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    killed = 0
    try:
        while process.poll() is None:
            if drawn is None or killed >= kills:
                process.wait(_LONGEST_S)
                break
            time.sleep(drawn.expovariate(1 / every))
            there = (victims or workers_of)(process.pid)
            if there and process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(drawn.choice(there), signal.SIGKILL)
                    killed += 1
    finally:
        process.kill()
        process.wait()
    return Ran(process.returncode, time.monotonic() - began, killed)


def workers_of(pid: int) -> list[int]:
    """The processes below that of a batch in which tests are done."""
    return [each for each in descendants(pid) if WORKER in command_of(each)]


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that these did."""
    children: dict[int, list[int]] = {}
    for each, parent in _parents():
        children.setdefault(parent, []).append(each)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return sorted(found)


def command_of(pid: int) -> str:
    """A process's command line; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.listdir("/proc"):  # noqa: PTH208 - names alone
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                yield int(entry), int(Path(f"/proc/{entry}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
