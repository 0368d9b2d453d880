"""How long the program takes, beside what other tools need to read the same bytes, and how fast it simulates
(`make bench`).

Medians of wall time, start-up included, in fresh processes. Nothing is asserted: numbers are only comparable on one
machine, which is why it is printed too.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIMES = 7
STREAMED = 500_000_000  # bytes of a simulated stream
SEEDS = range(40)
NS_PER_MS = 1_000_000


def main() -> None:
    """Print one line for each thing that is timed."""
    capture, case = _largest("*/*.pcap"), _largest_case()
    autopath = [sys.executable, "-m", "analyzer"]
    print(_machine())
    print(f"median of {TIMES} runs; capture: {_named(capture)}; case: {_named(case)}\n")
    _line("autopath --help", _median([*autopath, "--help"]))
    with tempfile.TemporaryDirectory() as out:
        analyze = [*autopath, "analyze", "-q", "--log-timezone", "UTC", "-o", out]
        _line(f"autopath analyze samples/{case.name}", _median([*analyze, str(case)]))
        ours = _median([*analyze, str(capture)])
    _line(f"autopath analyze {capture.name} of {capture.parent.name}", ours)
    for name, command in _others(capture):
        theirs = _median(command)
        _line(name, theirs, f"autopath takes {ours / theirs:.1f} times as long")
    _simulated()
    _streamed()


def _simulated() -> None:
    """Default tests a second of CPU, in memory, as an accuracy study makes them: the median of the scenarios."""
    from analyzer.lab.simulate import KINDS, simulate

    times = []
    for kind in KINDS:
        start = time.process_time_ns()
        for seed in SEEDS:
            simulate(kind, seed)
        times.append((time.process_time_ns() - start) // len(SEEDS))
    median = int(statistics.median(times))
    slowest = max(times) // NS_PER_MS
    remark = f"{1_000_000_000 / median:.0f} tests a second of CPU; the slowest scenario {slowest} ms"
    _line(f"simulate, a test in memory ({len(KINDS)} scenarios)", median, remark)


def _streamed() -> None:
    """A long capture that is written as it is made, and the most memory that this takes."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "analyzer", "simulate", "healthy", "--bytes", str(STREAMED), "-o", out]
        start = time.perf_counter_ns()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter_ns() - start
        size = sum(path.stat().st_size for path in Path(out).rglob("*.pcap*"))
    if process.returncode:
        sys.exit(f"bench: {' '.join(command)} failed")
    rate = size * 1000 // took
    _line(
        f"autopath simulate --bytes {STREAMED // 10**6}M", took, f"{rate} MB/s, at most {usage.ru_maxrss // 1024} MiB"
    )


def _others(capture: Path) -> list[tuple[str, list[str]]]:
    """Programs that read the same capture, as far as they are installed."""
    commands = (
        ("cat", ["cat", str(capture)]),
        ("tcpdump -n", ["tcpdump", "-n", "-r", str(capture)]),
        ("tshark -q -z io,stat", ["tshark", "-n", "-q", "-z", "io,stat,0", "-r", str(capture)]),
        ("tshark -q -z rpc,srt (NFSv3)", ["tshark", "-n", "-q", "-z", "rpc,srt,100003,3", "-r", str(capture)]),
    )
    return [(name, command) for name, command in commands if shutil.which(command[0])]


def _median(command: Sequence[str]) -> int:
    """Wall time of `command` in ns, after one run that warms the caches."""
    times = []
    for _ in range(TIMES + 1):
        start = time.perf_counter_ns()
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        times.append(time.perf_counter_ns() - start)
        if done.returncode not in (0, 1, 4):
            sys.exit(f"bench: {' '.join(command)} failed: {done.stderr.decode(errors='replace')}")
    return int(statistics.median(times[1:]))


def _line(name: str, ns: int, remark: str = "") -> None:
    print(f"{name:<48} {ns // NS_PER_MS:>6} ms  {remark}".rstrip())


def _largest(pattern: str) -> Path:
    return max((ROOT / "samples").glob(pattern), key=lambda path: path.stat().st_size)


def _largest_case() -> Path:
    folders = {truth.parent for truth in (ROOT / "samples").glob("*/truth.json")}
    return max(folders, key=lambda folder: sum(path.stat().st_size for path in folder.iterdir()))


def _named(path: Path) -> str:
    files = [path] if path.is_file() else list(path.iterdir())
    return f"{path.relative_to(ROOT)} ({sum(file.stat().st_size for file in files):,} B)"


def _machine() -> str:
    model = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return (
        f"{model}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
