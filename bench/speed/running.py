"""Programs run and timed: wall time, CPU time and the most memory, of a fresh process each time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent
AUTOPATH = (sys.executable, "-m", "analyzer")
VERDICTS = (0, 1, 4)
NS = 1_000_000_000


class Timed(msgspec.Struct, frozen=True):
    """Medians of several runs: wall and CPU time in ns; the most memory of any, KiB."""

    wall: int
    cpu: int
    memory: int

    def less(self, other: Timed) -> Timed:
        """What this took beyond `other`: the cost of what it read more."""
        return Timed(max(self.wall - other.wall, 1), max(self.cpu - other.cpu, 1), self.memory)


def timed(command: Sequence[str | Path], runs: int = 3) -> Timed:
    """Run `command`, after one run that warms the caches where there are several."""
    found = [_once([str(word) for word in command]) for _ in range(runs + (runs > 1))][runs > 1 :]
    return Timed(
        int(statistics.median(one.wall for one in found)),
        int(statistics.median(one.cpu for one in found)),
        max(one.memory for one in found),
    )


def _once(command: list[str]) -> Timed:
    start = time.perf_counter_ns()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter_ns() - start
    if process.returncode not in VERDICTS:
        sys.exit(f"bench: {' '.join(command)} failed with status {process.returncode}")
    return Timed(wall, int((usage.ru_utime + usage.ru_stime) * NS), usage.ru_maxrss)


def analyze(out: Path, *evidence: Path, algorithm: str = "none", workers: int = 1, runs: int = 3) -> Timed:
    """`autopath analyze` of `evidence`."""
    options = ("-q", "--hash", algorithm, "--workers", str(workers), "--log-timezone", "UTC", "-o", out)
    return timed((*AUTOPATH, "analyze", *options, *evidence), runs)
