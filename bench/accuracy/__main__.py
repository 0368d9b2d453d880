"""The study's command: run it and write its page, or replay one case."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

from analyzer import __version__
from bench.accuracy.design import healthy, matrix, short, short_healthy
from bench.accuracy.replay import replayed
from bench.accuracy.results.page import page
from bench.accuracy.rows import Row
from bench.accuracy.study import numbered, rows_of

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
NS_PER_MINUTE = 60_000_000_000


def main() -> int:
    """Exit status 1 when a line of what must be shown does not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--short", action="store_true", help="only what CI runs; its page is written only with -o")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth test, for a quick look")
    parser.add_argument("--replay", metavar="CASE", help="one analysis again, by the name that the page gives it")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="write every fault there too")
    parser.add_argument("-o", "--output", type=Path, help="the page  [docs/accuracy.md]")
    told = parser.parse_args()
    if told.replay:
        return _replay(told.replay)
    start = time.monotonic_ns()
    recorded = _recorded()
    tests = list(short() if told.short else matrix())[:: told.every]
    rows = rows_of(tests, done=_progress("tests", len(tests)))
    quiet = list(short_healthy() if told.short else healthy())[:: told.every]
    calm = rows_of(quiet, done=_progress("healthy runs", len(quiet)))
    took = time.monotonic_ns() - start
    if told.faults:
        told.faults.write_text(
            "".join(f"{row.case}\t{fault}\n" for row in (*rows, *calm, *recorded) for fault in row.faults)
        )
    text = page(rows, calm, recorded, _machine(len(rows) + len(calm) + len(recorded), took))
    where = told.output or (None if told.short or told.every > 1 else PAGE)
    if where is not None:
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(text)
        print(where)
    print(text.partition("## By evidence")[0].partition("## What it must show")[2].strip())
    return 0


def _recorded() -> list[Row]:
    from bench.accuracy.recorded import recorded_rows

    return recorded_rows()


def _replay(name: str) -> int:
    for case, test, mix in numbered((*matrix(), *healthy())):
        if case == name:
            print("\n".join(replayed(test, mix)))
            return 0
    sys.exit(f"bench.accuracy: no case {name}; docs/accuracy.md has their names")


def _progress(what: str, whole: int) -> Callable[[int], None] | None:
    """A line on a terminal that counts."""
    if not sys.stderr.isatty():
        return None
    return lambda done: print(f"\r{done} of {whole} {what}", end="\n" if done == whole else "", file=sys.stderr)


def _machine(analyses: int, took: int) -> str:
    model = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    minutes = -(-took // NS_PER_MINUTE)
    return (
        f"autopath {__version__}, {analyses} analyses in {minutes} min at most on {os.cpu_count()} CPUs ({model}), "
        f"{platform.system()}, Python {platform.python_version()}."
    )


if __name__ == "__main__":
    sys.exit(main())
