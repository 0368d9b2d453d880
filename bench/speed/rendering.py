"""What a page costs: a run that is at hand is rendered by a fresh process, which loads the templates too."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from bench.speed.aims import Aim
from bench.speed.running import AUTOPATH, NS, ROOT
from bench.speed.table import Row, Section

RUNS = 5
EPISODES = 1000
_RENDER = """
import sys, time
from pathlib import Path
import msgspec
from analyzer.store import decode_run
run = decode_run(Path(sys.argv[1]).read_bytes(), "run.json")
run = msgspec.structs.replace(run, episodes=run.episodes * int(sys.argv[2]))
start = time.perf_counter_ns()
from analyzer.report import render_html
page = render_html(run)
print(time.perf_counter_ns() - start, len(page.encode()))
"""


def rendering(folder: Path) -> Section:
    """The page of a usual test, and one of very many episodes."""
    out = folder / "rendered"
    command = (*AUTOPATH, "analyze", ROOT / "samples" / "cvm-failure", "--log-timezone", "UTC", "-o", out)
    subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    (usual, small), (many, large) = (_rendered(out / "run.json", count) for count in (1, EPISODES))
    return Section(
        "Rendering",
        "A run in memory to its page, in a fresh process.",
        (
            Row("the page of samples/cvm-failure", usual, f"{small / 1e3:.0f} kB"),
            Row(f"the same episode {EPISODES:,} times", many, f"{large / 1e6:.1f} MB"),
        ),
        (
            Aim("rendering a usual run", usual / NS, 0.2, "s"),
            Aim(f"rendering {EPISODES:,} episodes", many / NS, 1, "s"),
        ),
    )


def _rendered(run: Path, count: int) -> tuple[int, int]:
    """(ns, bytes): the median."""
    each = []
    for _ in range(RUNS):
        command = (sys.executable, "-c", _RENDER, run, str(count))
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        each.append(tuple(map(int, done.stdout.split())))
    return int(statistics.median(ns for ns, _ in each)), each[0][1]
