"""The command: kill runs by a seed, and say what did not hold; status 1 where anything didn't."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from itertools import chain
from pathlib import Path

from bench.kills.histories import history_kills
from bench.kills.study import kills


def main() -> int:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many  [200]")
    parser.add_argument("--imports", type=int, default=50, metavar="N", help="how many of history import  [50]")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="[1]")
    told = parser.parse_args()
    ends: Counter[tuple[str, str, int]] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        place = Path(folder).resolve()
        each = chain(kills(told.seed, told.kills, place), history_kills(told.seed, told.imports, place))
        for number, killed in enumerate(each):
            ends[killed.case, killed.kill.number.name, killed.status] += 1
            wrong += bool(killed.faults)
            for fault in killed.faults:
                print(f"kill {number} ({killed.case}, {killed.kill}): {fault}")
    for (case, name, status), count in sorted(ends.items()):
        print(f"{count:5}  {case:14}  {name:8} status {status}")
    print(f"{sum(ends.values())} kills, {wrong} with a fault")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
