"""How fast the simulator is: tests in memory, as an accuracy study makes them, and a long capture to disk."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bench.speed.running import AUTOPATH, NS, timed
from bench.speed.table import Row, Section

SEEDS = range(40)


def simulated(size: int, out: Path) -> Section:
    """Default tests a second of CPU (median of the scenarios), and a stream of about `size` bytes."""
    return Section("The simulator", "What makes these inputs.", (_streamed(size, out), _in_memory()))


def _in_memory() -> Row:
    from analyzer.lab.simulate import KINDS, simulate

    times = []
    for kind in KINDS:
        start = time.process_time_ns()
        for seed in SEEDS:
            simulate(kind, seed)
        times.append((time.process_time_ns() - start) // len(SEEDS))
    median = int(statistics.median(times))
    return Row(
        f"simulate, a test in memory ({len(KINDS)} scenarios)", median,
        f"{NS / median:.0f} tests a second of CPU; the slowest scenario {max(times) // 1_000_000} ms",
    )  # fmt: skip


def _streamed(size: int, out: Path) -> Row:
    took = timed((*AUTOPATH, "simulate", "healthy", "--bytes", str(size), "-o", out), 1)
    written = sum(path.stat().st_size for path in out.rglob("*.pcap*"))
    return Row(
        f"autopath simulate --bytes {size // 10**6}M", took.wall,
        f"{written * 1000 // took.wall} MB/s, at most {took.memory // 1024} MiB",
    )  # fmt: skip
