"""Each limit's input, analysed in a process of its own, and one twice as large."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec

from bench.limits import captures, texts
from bench.speed.running import VERDICTS

MEMORY = 300 << 10
"""KiB that an analysis may take."""
MOST = 2.2
"""Times as much of time, memory and output for twice the input."""
GRAIN_S, GRAIN_KIB, GRAIN_BYTES = 0.4, 24 << 10, 1 << 20
"""So much more is none: what starts a process, reads a library or writes a page weighs more than what is measured."""

Make = Callable[[Path, int], Path]


class Case(msgspec.Struct, frozen=True):
    """A kind of input: what it is, of how much of what, and how it is made. `plain`: it is scanned as where the fast
    scan can't be compiled.
    """

    what: str
    unit: str
    count: int
    make: Make
    plain: bool = False


CASES = (
    Case("SYNs to the storage address", "SYNs", 500_000, captures.openings),
    Case("short connections", "connections", 100_000, captures.connections),
    Case("calls that nobody answers", "calls", 500_000, captures.unanswered),
    Case("SYNs, plain scan", "SYNs", 100_000, captures.openings, plain=True),
    Case("short connections, plain scan", "connections", 20_000, captures.connections, plain=True),
    Case("calls that nobody answers, plain scan", "calls", 100_000, captures.unanswered, plain=True),
    Case("a call a second of two hosts", "s", 43_200, captures.idle),
    Case("a call each 4 s of two hosts", "s", 691_200, captures.pauses),
    Case("a clock that steps", "years", 20, captures.far),
    Case("comments of 64 KB", "comments", 1_000, captures.comments),
    Case("interfaces", "interfaces", 25_000, captures.interfaces),
    Case("empty sections", "sections", 500_000, captures.sections),
    Case("a failover each 9 s", "bytes", 5_000_000, texts.failovers),
    Case("checks that found all well", "bytes", 50_000_000, texts.checks),
    Case("a host in each line", "bytes", 1_000_000, texts.hosts),
    Case("a CVM down in each line", "bytes", 1_000_000, texts.cvms),
    Case("a clock that is set back at each second line", "bytes", 1_000_000, texts.set_back),
    Case("typed loops in one another", "bytes", 500_000, texts.loops),
    Case("typed commands", "commands", 5_900, texts.typed),
    Case("tables of routes that change", "bytes", 500_000, texts.watched),
    Case("ends of lines", "bytes", 1_000_000, texts.newlines),
    Case("manual notes", "notes", 4_500, texts.notes),
    Case("CVMs in a table", "CVMs", 25_000, texts.rows),
    Case("tables", "tables", 25_000, texts.tables),
    Case("files in a folder", "files", 5_000, texts.files),
    Case("files in a zip", "files", 50_000, texts.members),
    Case("a tar that claims more than it has", "bytes", 1 << 30, texts.claims),
)

PLAIN = """
from importlib import import_module
import_module("analyzer.ingest.capture.scan").prepare = lambda: False
from analyzer.cli import main
main()
"""


class Took(msgspec.Struct, frozen=True):
    """What one analysis took: CPU time (s), the most memory (KiB), run.json (bytes), the input's size, exit status."""

    size: int
    seconds: float
    memory: int
    output: int
    status: int


class Measured(msgspec.Struct, frozen=True):
    """A case once and twice as large."""

    case: Case
    once: Took
    twice: Took

    def wrong(self) -> Iterator[str]:
        """What does not hold."""
        for status in sorted({self.once.status, self.twice.status} - set(VERDICTS)):
            yield f"ended with status {status}"
        if max(self.once.memory, self.twice.memory) > MEMORY:
            yield f"takes {max(self.once.memory, self.twice.memory) >> 10} MiB"
        for name, one, two, grain in (
            ("time", self.once.seconds, self.twice.seconds, GRAIN_S),
            ("memory", self.once.memory, self.twice.memory, GRAIN_KIB),
            ("output", self.once.output, self.twice.output, GRAIN_BYTES),
        ):
            if two > MOST * one + grain:
                yield f"takes {two / one:.1f} times the {name} for twice the input"


def measured(case: Case, part: int = 1) -> Measured:
    """A case, of the `part`th part of its size, and of twice that."""
    once, twice = (_took(case, count * case.count // part) for count in (1, 2))
    return Measured(case, once, twice)


def _took(case: Case, count: int) -> Took:
    with tempfile.TemporaryDirectory(prefix="limits-") as name:
        folder = Path(name)
        (folder / "in").mkdir()
        with _small_process() as maker:
            maker.submit(case.make, folder / "in", count).result()
        made = list((folder / "in").iterdir())
        given = made[0] if len(made) == 1 else folder / "in"
        size = sum(one.stat().st_size for one in (folder / "in").rglob("*") if one.is_file())
        options = ("--log-timezone", "UTC", "-o", str(folder / "out"))
        with _small_process() as starter:
            program = ("-c", PLAIN) if case.plain else ("-m", "analyzer")
            command = (sys.executable, *program, "analyze", str(given), *options)
            seconds, memory, status = starter.submit(_ran, command).result()
        written = folder / "out" / "run.json"
        output = written.stat().st_size if written.exists() else 0
    return Took(size, seconds, memory, output, status)


def _small_process() -> ProcessPoolExecutor:
    """A process that holds little: what one holds that starts another counts as memory of that (Linux, at exec)."""
    return ProcessPoolExecutor(1, get_context("spawn"))


def _ran(command: Sequence[str]) -> tuple[float, int, int]:
    """CPU time (s), the most memory (KiB) and the exit status of a command."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, ended, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    return used.ru_utime + used.ru_stime, used.ru_maxrss, process.returncode
