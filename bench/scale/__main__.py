"""`python -m bench.scale`: how time and memory grow with each kind of evidence; 1 where one outgrows a line."""

from __future__ import annotations

import argparse

from bench.scale import answers
from bench.scale.page import PAGE, page
from bench.scale.study import LINES, measured


def main() -> int:
    """Measure, tell, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--only", metavar="WORD", default="", help="the lines with this word; writes no page")
    parser.add_argument("--part", metavar="N", type=int, default=1, help="the Nth part of each size; writes no page")
    told = parser.parse_args()
    found = []
    for line in (line for line in LINES if told.only in line.what):
        one = measured(line, told.part)
        found.append(one)
        last = one.points[-1]
        print(
            f"{line.what}: {last.count:,} {line.unit} in {last.cost.cpu:.1f} s of CPU, "
            f"power {one.fit.power:.2f} ({one.fit.least:.2f} to {one.fit.most:.2f}), "
            f"{last.cost.memory >> 10} MiB, {one.speed:.0f} MB/s",
            flush=True,
        )
        for point in (one.nothing, *one.points):
            print(f"  {point.count:>9,} {point.cost.cpu:8.2f} s {point.cost.memory >> 10:5} MiB", flush=True)
        for fault in one.wrong():
            print(f"  ! {fault}")
        if said := one.untold():
            print(f"  ? {said}")
    if not told.only and told.part == 1:
        PAGE.write_text(page(found, answers.told()), "utf-8")
    return 1 if any(fault for one in found for fault in one.wrong()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
