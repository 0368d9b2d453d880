"""Labs of these seeds, some at a time: recorded by `autopath lab`, analysed in every mix, held against their truth."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec.structs import replace

from bench.accuracy.recorded import rows_of_recording
from bench.accuracy.rows import Row
from bench.labs.options import options_of

UNTIL_S = 900
LAST_LINES = -3


def recorded(seed: int, folder: Path) -> str:
    """Record the lab of a seed into a folder; what went wrong, or nothing."""
    words = [sys.executable, "-m", "analyzer", "lab", *options_of(seed), "-q", "-o", str(folder)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=UNTIL_S)
    except subprocess.TimeoutExpired:
        return f"not over after {UNTIL_S} s"
    return "" if done.returncode == 0 else " / ".join(done.stderr.strip().splitlines()[LAST_LINES:])


def labs(seeds: Iterable[int], folder: Path, at_once: int) -> Iterator[tuple[int, list[Row], str]]:
    """Each seed with its rows, or with what its lab failed of; in the order of seeds."""
    with ThreadPoolExecutor(at_once) as pool:
        made = [(seed, pool.submit(recorded, seed, folder / str(seed))) for seed in seeds]
        for seed, failed in made:
            why = failed.result()
            yield seed, [] if why else _rows(seed, folder / str(seed)), why


def _rows(seed: int, folder: Path) -> list[Row]:
    words = options_of(seed)
    done = " ".join(("autopath lab", *words))
    return [replace(row, simulate=done) for row in rows_of_recording(folder, f"lab/{seed}", words[0])]
