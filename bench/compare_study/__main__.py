"""The command of the study: run it and write its page."""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from analyzer import __version__
from bench.accuracy.results.page import lines
from bench.compare_study.design import SLICE, WHOLE
from bench.compare_study.floors import floors
from bench.compare_study.keeping import Keeping
from bench.compare_study.page import page
from bench.compare_study.study import studied

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "comparison.md"
NS_PER_MINUTE = 60_000_000_000
FAILED = 1


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 1 when a line of what must be shown does not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare_study", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a slice; its page is written only with -o")
    parser.add_argument("-o", "--output", type=Path, help="the page  [docs/comparison.md]")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what parts found here, and go on from it")
    asked = parser.parse_args(words)
    start = time.process_time_ns()
    study = studied(SLICE if asked.short else WHOLE, Keeping(asked.keep, _progress))
    minutes = -(-(time.process_time_ns() - start) // NS_PER_MINUTE)
    where = asked.output or (None if asked.short else PAGE)
    if where is not None:
        where.write_text(page(study, _machine(minutes)), "utf-8")
        print(where)
    found = list(floors(study))
    print(lines(found))
    return 0 if all(one.holds or one.why for one in found) else FAILED


def _progress(part: str) -> None:
    """A line on a terminal for each part that is over."""
    if sys.stderr.isatty():
        print(part, file=sys.stderr)


def _machine(minutes: int) -> str:
    return (
        f"autopath {__version__}, {minutes} min of CPU time at most in one process, {platform.system()}, "
        f"Python {platform.python_version()}."
    )


if __name__ == "__main__":
    sys.exit(main())
