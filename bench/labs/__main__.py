"""The command: labs with random options, in every mix of evidence, and the page of how right the program is of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.accuracy.rows import Row
from bench.labs.page import page
from bench.labs.study import labs

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "labs.md"
SEEDS = "1-100"


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 1 when anything is wrong, or a lab did not run."""
    parser = argparse.ArgumentParser(prog="python -m bench.labs", description=__doc__)
    parser.add_argument("--seeds", default=SEEDS, metavar="A-B", help=f"the labs  [{SEEDS}]")
    parser.add_argument("--at-once", type=int, default=3, metavar="N", help="labs that run side by side  [3]")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the recordings there")
    parser.add_argument("-o", "--output", type=Path, default=PAGE, help="the page  [docs/labs.md]")
    told = parser.parse_args(words)
    first, _, last = told.seeds.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        parser.error(f"--seeds {told.seeds}: expected numbers such as 1-100")
    seeds = range(int(first), int(last or first) + 1)
    with tempfile.TemporaryDirectory(prefix="labs-") as temporary:
        rows, failed = _all(seeds, told.keep or Path(temporary), told.at_once)
    told.output.write_text(page(seeds, rows, failed), "utf-8")
    print(told.output)
    return 1 if failed or any(row.faults for row in rows) else 0


def _all(seeds: Sequence[int], folder: Path, at_once: int) -> tuple[list[Row], dict[int, str]]:
    """The rows of all labs, and why some did not run; each is told when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    failed: dict[int, str] = {}
    for seed, made, why in labs(seeds, folder, at_once):
        wrong = [f"{row.mix}: {fault}" for row in made for fault in row.faults]
        print(f"lab {seed}: {why or '; '.join(wrong) or 'right'}", file=sys.stderr, flush=True)
        rows += made
        if why:
            failed[seed] = why
    return rows, failed


if __name__ == "__main__":
    sys.exit(main())
