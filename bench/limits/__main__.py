"""`python -m bench.limits`: measures what each limit's input costs; 1 where something takes more than it may."""

from __future__ import annotations

import argparse

from bench.limits.page import HEADING, section
from bench.limits.study import CASES, measured
from bench.robustness import write_section


def main() -> int:
    """Measure, tell, and write the section of the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.limits", description=__doc__)
    parser.add_argument("--only", metavar="WORD", default="", help="the cases with this word; writes no page")
    told = parser.parse_args()
    found = []
    for case in (case for case in CASES if told.only in case.what):
        one = measured(case)
        found.append(one)
        print(f"{case.what}: {one.once.seconds:.1f} s, {one.twice.seconds:.1f} s; {one.twice.memory >> 10} MiB")
        for fault in one.wrong():
            print(f"  ! {fault}")
    if not told.only:
        write_section(HEADING, section(found))
    return 1 if any(fault for one in found for fault in one.wrong()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
