"""Programs run and timed: wall time, CPU time and the most memory, of a fresh process each time.

Commands that are compared take turns. A run in which other programs used the processors is repeated.
"""

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
RUNS = 9
ATTEMPTS = 3
"""So many times as many runs are made at most, to have enough that nobody disturbed."""
CALM = 0.06
"""What others may use of a core in a calm run; a kernel's own work is among it."""

Command = Sequence[str | Path]


class Timed(msgspec.Struct, frozen=True):
    """Medians of several runs: wall and CPU time in ns; the most memory of any, KiB; the most that others used, ns."""

    wall: int
    cpu: int
    memory: int
    others: int = 0

    @property
    def calm(self) -> bool:
        """Whether others left the processors alone."""
        return self.others < CALM * self.wall + NS // 50  # what the system counts has a grain of 10 ms

    def less(self, other: Timed) -> Timed:
        """What this took beyond `other`: the cost of what it read more."""
        others = max(self.others, other.others)
        return Timed(max(self.wall - other.wall, 1), max(self.cpu - other.cpu, 1), self.memory, others)


def timed(command: Command, runs: int = RUNS) -> Timed:
    """Run `command`, after one run that warms the caches where there are several."""
    return in_turn([command], runs)[0]


def in_turn(commands: Sequence[Command], runs: int = RUNS) -> list[Timed]:
    """The same for several, which take turns."""
    found: list[list[Timed]] = [[] for _ in commands]
    for attempt in range(runs * ATTEMPTS + (runs > 1)):
        for command, so_far in zip(commands, found, strict=True):
            if sum(one.calm for one in so_far) < runs:
                took = _once([str(word) for word in command])
                if attempt or runs == 1:
                    so_far.append(took)
    return [_median(sorted(so_far, key=lambda one: one.others)[:runs]) for so_far in found]


def _median(runs: Sequence[Timed]) -> Timed:
    return Timed(
        int(statistics.median(one.wall for one in runs)),
        int(statistics.median(one.cpu for one in runs)),
        max(one.memory for one in runs),
        max(one.others for one in runs),
    )


def _once(command: list[str]) -> Timed:
    before, start = _busy(), time.perf_counter_ns()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter_ns() - start
    own = int((usage.ru_utime + usage.ru_stime) * NS)
    others = max(0, _busy() - before - own)
    if process.returncode not in VERDICTS:
        sys.exit(f"bench: {' '.join(command)} failed with status {process.returncode}")
    return Timed(wall, own, usage.ru_maxrss, others)


def _busy() -> int:
    """What all processors have worked since the start, ns; 0 where the system doesn't tell."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0
    user, nice, system, _, _, *rest = (int(word) for word in stat.read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(rest)) * NS // os.sysconf("SC_CLK_TCK")


def analysis(out: Path, *evidence: Path, algorithm: str = "none", workers: int | None = None) -> Command:
    """`autopath analyze` of `evidence`, with a worker for each core where nothing else is said; `out` may hold the run
    of another one.
    """
    at_once = ("--workers", str(workers)) if workers else ()
    options = ("-q", "--force", "--hash", algorithm, "--log-timezone", "UTC", "-o", out, *at_once)
    return (*AUTOPATH, "analyze", *options, *evidence)
