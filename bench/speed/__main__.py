"""How long the program takes beside what other tools need for the same bytes (`make bench`); nothing is asserted.

Makes its own inputs in a folder that is removed at the end: captures of AUTOPATH_BENCH_BYTES (1 GB by default).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench.speed.captures import Captures
from bench.speed.episodes import episodes, stepped
from bench.speed.peers import missing
from bench.speed.rendering import rendering
from bench.speed.running import ROOT
from bench.speed.simulated import simulated
from bench.speed.table import machine, not_compared, page, text
from bench.speed.whole import logs, memory, whole

PAGE = ROOT / "docs" / "performance.md"
BYTES = "AUTOPATH_BENCH_BYTES"
GB = 1_000_000_000


def main() -> int:
    """Print each section when it is done, and write the page."""
    size = int(os.environ.get(BYTES, GB))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # which would have every run compile the program itself anew
    print(machine())
    if lacking := missing():
        print(not_compared(lacking))
    load = "load average at the start " + ", ".join(f"{value:.1f}" for value in os.getloadavg())
    with tempfile.TemporaryDirectory(prefix="autopath-bench-") as name:
        folder = Path(name)
        captures = Captures(folder, size)
        sections = []
        for measure in (  # what comes later needs room on the disk that others have given back
            captures.reading,
            captures.beside_dissectors,
            captures.small_frames,
            captures.packed,
            captures.at_once,
            lambda: whole(folder, captures.case, captures.start),
            lambda: memory(folder, size),
            lambda: logs(folder),
            lambda: rendering(folder),
            lambda: episodes(folder),
            lambda: stepped(folder),
            lambda: simulated(size // 2, folder / "s"),
        ):
            sections.append(measure())
            print(text(sections[-1]), flush=True)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(sections, load, lacking))
    print(f"\nwritten: {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
