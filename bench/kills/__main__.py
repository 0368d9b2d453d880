"""The command: kill runs by a seed, and say what did not hold; status 1 where anything didn't."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from bench.kills.comparisons import comparison_kills
from bench.kills.histories import history_kills
from bench.kills.page import HEADING, section
from bench.kills.study import kills
from bench.robustness import write_section


def main() -> int:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many  [200]")
    parser.add_argument("--imports", type=int, default=50, metavar="N", help="how many of history import  [50]")
    parser.add_argument("--comparisons", type=int, default=50, metavar="N", help="how many of compare  [50]")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="[1]")
    parser.add_argument("--page", action="store_true", help="write the section of docs/robustness.md")
    told = parser.parse_args()
    done = []
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        place = Path(folder).resolve()
        each = chain(
            kills(told.seed, told.kills, place),
            history_kills(told.seed, told.imports, place),
            comparison_kills(told.seed, told.comparisons, place),
        )
        for number, killed in enumerate(each):
            done.append(killed)
            for fault in killed.faults:
                print(f"kill {number} ({killed.case}, {killed.kill}): {fault}")
    ends = Counter((killed.case, killed.kill.number.name, killed.status) for killed in done)
    for (case, name, status), count in sorted(ends.items()):
        print(f"{count:5}  {case:14}  {name:8} status {status}")
    wrong = sum(bool(killed.faults) for killed in done)
    print(f"{len(done)} kills, {wrong} with a fault")
    if told.page:
        write_section(HEADING, section(told.seed, done, datetime.now(UTC).date()))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
