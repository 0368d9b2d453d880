"""What many episodes cost, and a clock that steps: time, memory and documents grow as a line, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from bench.speed import inputs
from bench.speed.aims import Aim
from bench.speed.running import Timed, analysis, timed
from bench.speed.table import Section, row

MIB = 1024
COUNTS = (10, 100, 1000)
A_LINE = 11
"""Ten times the episodes may cost so many times as much: a tenth more than a line."""
RUNS = 3


class Analysed(msgspec.Struct, frozen=True):
    """What an analysis took, and the bytes of the documents that it wrote."""

    took: Timed
    run: int
    page: int

    def remark(self, smaller: Analysed | None) -> str:
        """Memory and documents, and how all compares with ten times fewer episodes."""
        documents = f"run.json of {self.run / 1e6:.1f} MB, page of {self.page / 1e6:.1f} MB"
        told = f"at most {self.took.memory // MIB} MiB, {documents}"
        if smaller is None:
            return told
        time, memory = self.took.wall / smaller.took.wall, self.took.memory / smaller.took.memory
        run, page = self.run / smaller.run, self.page / smaller.page
        return f"{told}; × {time:.1f} in time, {memory:.1f} in memory, {run:.1f} and {page:.1f} in documents"


def episodes(folder: Path) -> Section:
    """Simulated tests of ten to a thousand injections, with captures and all logs."""
    found: list[Analysed] = []
    for count in COUNTS:
        case = inputs.many_faults(folder / "many", count)
        found.append(_analysed(case, folder / "of-many", RUNS))
        shutil.rmtree(case)
    rows = [
        row(f"autopath, {count:,} episodes", one.took, one.remark(smaller))
        for count, smaller, one in zip(COUNTS, (None, *found), found, strict=False)
    ]
    _, fewer, most = found
    return Section(
        "Many episodes",
        "Injected routes on three hosts, 35 s apart: two captures and the logs of four CVMs and hosts, --hash none.",
        tuple(rows),
        (
            Aim("1,000 episodes", most.took.wall / 1e9, 10, "s"),
            Aim("1,000 episodes by 100, time", most.took.wall / fewer.took.wall, A_LINE, "×"),
            Aim("1,000 episodes by 100, memory", most.took.memory / fewer.took.memory, A_LINE, "×"),
        ),
    )


def stepped(folder: Path) -> Section:
    """A capture whose clock steps by ten years in its midst: nothing is made of the years between."""
    one = _analysed(inputs.far_stamp(folder / "far.pcap"), folder / "of-far", RUNS)
    name = "a clock that steps by ten years"
    return Section(
        "A clock that steps",
        "A short capture whose frames are stamped ten years later from the middle on, --hash none.",
        (row("autopath", one.took, one.remark(None)),),
        (
            Aim(name, one.took.wall / 1e9, 1, "s"),
            Aim(f"{name}, memory", one.took.memory / MIB, 100, "MiB"),
            Aim(f"{name}, run.json", one.run / 1e6, 1, "MB"),
        ),
    )


def _analysed(evidence: Path, out: Path, runs: int) -> Analysed:
    command = analysis(out, evidence)
    return Analysed(timed(command, runs), (out / "run.json").stat().st_size, (out / "report.html").stat().st_size)
