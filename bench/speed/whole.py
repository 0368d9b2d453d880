"""Whole analyses: start-up, logs and report included; their memory; and how fast logs are read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bench.speed import inputs
from bench.speed.aims import Aim
from bench.speed.inputs import shown
from bench.speed.running import AUTOPATH, ROOT, analysis, in_turn, timed
from bench.speed.table import Row, Section, row

MIB = 1024
SIZES = "AUTOPATH_BENCH_STREAMS"
"""Environment variable: of how many times the size of a capture the memory is measured."""
LOGS = (("genesis", "genesis.out", 200), ("kernel", "vmkernel.log", 100))
FEW, LEADERS = 50_000, 50_000_000
"""42 days of a leader's genesis.out: four lines each 30 s."""
SHORT, LONG = 20_000_000, 220_000_000


def whole(folder: Path, case: Path, start: Path) -> Section:
    """What a user waits for."""
    sample = ROOT / "samples" / "cvm-failure"
    capture = max(case.glob("vmk1.*"), key=lambda path: path.stat().st_size)
    named = (
        ("autopath --help", (*AUTOPATH, "--help"), None),
        ("autopath analyze samples/cvm-failure", analysis(folder / "out", sample, algorithm="sha256"), 1),
        ("autopath analyze, a capture with its logs", analysis(folder / "out", case, algorithm="sha256"), 2),
        ("the same with --hash none", analysis(folder / "out", case), 2),
        (f"a capture of {shown(start)}, --hash none", analysis(folder / "out", start), None),
    )
    took = in_turn([command for _, command, _ in named])
    rows = [row(name, one, f"at most {one.memory // MIB} MiB") for (name, _, _), one in zip(named, took, strict=True)]
    aims = [Aim(name, one.wall / 1e9, bound, "s") for (name, _, bound), one in zip(named, took, strict=True) if bound]
    about = f"Logs, report and start-up included; a capture of {shown(capture)}."
    return Section("Whole analyses", about, tuple(rows), tuple(aims))


def memory(folder: Path, size: int) -> Section:
    """Streams of several lengths; compressed, as the longest would not fit on many a disk."""
    times = [int(word) for word in os.environ.get(SIZES, "1,10,50").split(",")]
    rows, peaks = [], []
    for many in times:
        path = inputs.capture(folder / "long", many * size, "--compress", "zst")
        took = timed(analysis(folder / "out", path), 1)
        peaks.append(took.memory)
        rows.append(row(f"autopath, {shown(many * size)} of capture", took, f"at most {took.memory // MIB} MiB"))
        shutil.rmtree(folder / "long")
    return Section(
        "Memory",
        "Streams of the same traffic, in zstd, --hash none.",
        tuple(rows),
        (
            Aim(f"peak memory, {shown(times[-1] * size)}", max(peaks) / MIB, 300, "MiB"),
            Aim("peak memory, the longest by the shortest", max(peaks) / min(peaks), 1.1, "×"),
        ),
    )


def logs(folder: Path) -> Section:
    """Long logs, less what a short one takes."""
    rows, aims = [], []
    made = inputs.logs(folder / "logs")
    for kind, name, bound in LOGS:
        story = max(made.rglob(name), key=lambda path: path.stat().st_size)
        paths = [inputs.log(kind, story, size, folder / f"{size}" / name) for size in (SHORT, LONG)]
        few, many = in_turn([analysis(folder / "out", path) for path in paths])
        speed = (paths[1].stat().st_size - paths[0].stat().st_size) * 1000 / many.less(few).wall
        rows.append(Row(f"autopath, {name} of {shown(paths[1])}", many.wall, f"{speed:.0f} MB/s", many.calm))
        aims.append(Aim(name, speed, bound, "MB/s", at_most=False))
    leaders, of_leaders = _checks(folder, max(made.rglob("genesis.out"), key=lambda path: path.stat().st_size))
    rows.append(leaders)
    aims += of_leaders
    return Section("Logs", "Mostly lines of other services, as on a CVM or a host.", tuple(rows), tuple(aims))


def _checks(folder: Path, story: Path) -> tuple[Row, tuple[Aim, ...]]:
    """Nothing but HA checks, and a failover among them; less what the failover alone takes."""
    few, many = (inputs.checks(story, size, folder / f"checks-{size}" / "genesis.out") for size in (FEW, LEADERS))
    short, long = in_turn([analysis(folder / "out", few), analysis(folder / "of-checks", many)])
    run = (folder / "of-checks" / "run.json").stat().st_size / 1e6
    speed = (many.stat().st_size - few.stat().st_size) * 1000 / long.less(short).wall
    memory = long.memory / MIB
    name = f"autopath, 42 days of a leader's genesis.out, {shown(many)}"
    remark = f"{speed:.0f} MB/s, at most {memory:.0f} MiB, run.json of {run:.1f} MB"
    return Row(name, long.wall, remark, long.calm), (
        Aim("a leader's genesis.out", speed, 20, "MB/s", at_most=False),
        Aim("its memory", memory, 300, "MiB"),
        Aim("its run.json", run, 5, "MB"),
    )
