"""How long the pages of a history take: the first time, again, and with one more test."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

from analyzer.cli.folders.pages import made_before
from analyzer.history.opening import opened
from analyzer.history.place import FILE, SqliteFile
from analyzer.history.recording import record
from analyzer.store import encode_run
from bench.history.runs import fill, small_run
from bench.history.scale import CLUSTERS, Took

_NS = 1_000_000_000


def site(folder: Path, runs: int) -> tuple[Took, ...]:
    """A store of so many runs in ten clusters, and its pages."""
    place = SqliteFile(folder / FILE)
    store = opened(place, make=True)
    fill(store, runs, CLUSTERS)
    first = _written(f"{runs:,} tests, the first time", place, folder / "pages")
    again = _written("again", place, folder / "pages")
    record(store, encode_run(small_run(runs, CLUSTERS)), "it")
    return first, again, _written("with one more test", place, folder / "pages")


def _written(what: str, place: SqliteFile, folder: Path) -> Took:
    """The site written by the command; the pages are all that there are then."""
    start, before = time.perf_counter_ns(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = (sys.executable, "-m", "analyzer", "history", "site", folder, "--store", place)
    subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    core = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(what, len(made_before(folder).pages), time.perf_counter_ns() - start, int(core * _NS))
