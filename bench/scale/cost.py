"""What a process costs, and what makes its input: each in a process that holds little.

What one holds that starts another counts as memory of that (Linux, at exec).
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec


class Cost(msgspec.Struct, frozen=True):
    """CPU and wall time (s), the most memory (KiB), the exit status."""

    cpu: float
    wall: float
    memory: int
    status: int


def cost(command: Sequence[str]) -> Cost:
    """What a command costs."""
    with _small_process() as starter:
        return starter.submit(_ran, command).result()


def made(make: Callable[[Path, int], Path], folder: Path, count: int) -> Path:
    """What `make` made in a folder, which is made too."""
    folder.mkdir()
    with _small_process() as maker:
        return maker.submit(make, folder, count).result()


def _small_process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"))


def _ran(command: Sequence[str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, ended, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    wall = time.perf_counter() - start
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss, process.returncode)
