"""The command: every voice tells every test, healthy tests stay healthy; the page of it, or what is wrong."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from analyzer import __version__
from bench.wordings.healthy import HEALTHY_TESTS, HealthyRow, row_of
from bench.wordings.page import page
from bench.wordings.study import VoiceRow, rows_of
from bench.wordings.told import Told, recorded, simulated
from tests.wordings.voice import every_voice

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "wordings.md"
CHUNK = 4
NS_PER_MINUTE = 60_000_000_000


def main() -> int:
    """Exit status 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.wordings", description=__doc__)
    parser.add_argument("--healthy", default=f"0-{HEALTHY_TESTS - 1}", metavar="A-B", help="the healthy tests' numbers")
    parser.add_argument("--voice", action="append", metavar="NAME", help="only this voice; its page is not written")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N", help="processes  [all cores]")
    told = parser.parse_args()
    first, _, last = told.healthy.partition("-")
    start = time.monotonic_ns()
    with tempfile.TemporaryDirectory(prefix="wordings-") as folder, ProcessPoolExecutor(told.workers) as pool:
        tests = [*recorded(), *simulated(Path(folder))]
        names = told.voice or list(every_voice())
        spoken = pool.map(_rows, [(name, test) for name in names for test in tests], chunksize=CHUNK)
        voices = [row for rows in spoken for row in rows]
        numbers = [] if told.voice else range(int(first), int(last or first) + 1)
        healthy = list(pool.map(row_of, numbers, chunksize=CHUNK))
    minutes = -(-(time.monotonic_ns() - start) // NS_PER_MINUTE)
    text = page(voices, healthy, _machine(len(voices) + len(healthy), minutes))
    if not told.voice:
        PAGE.write_text(text, "utf-8")
        print(PAGE)
    print(text.partition("## All")[2].partition("## By voice")[0].strip())
    print(text.partition("## What is wrong")[2].partition("## Machine")[0].strip())
    return 1 if _wrong(voices, healthy) else 0


def _rows(spoken: tuple[str, Told]) -> list[VoiceRow]:
    return list(rows_of(*spoken))


def _wrong(voices: list[VoiceRow], healthy: list[HealthyRow]) -> bool:
    return any(row.faults for row in voices) or any(row.wrong for row in healthy)


def _machine(analyses: int, minutes: int) -> str:
    return (
        f"autopath {__version__}, {analyses} analyses in {minutes} min at most on {os.cpu_count()} CPUs, "
        f"{platform.system()}, Python {platform.python_version()}."
    )


if __name__ == "__main__":
    sys.exit(main())
