"""The command: do a batch in every way, and say what was not the same; status 1 where anything wasn't."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.batch.page import HEADING, PAGE, section, table
from bench.batch.study import rows
from bench.robustness import with_section


def main() -> int:
    """Make the tests, do them, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.batch", description=__doc__)
    parser.add_argument("--tests", type=int, default=200, metavar="N", help="simulated tests  [200]")
    parser.add_argument("--kills", type=int, default=100, metavar="N", help="kills in each way  [100]")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="[1]")
    parser.add_argument("--ratio", action="store_true", help="two workers beside one, and nothing else")
    parser.add_argument("--page", action="store_true", help="write the section of docs/batch.md")
    told = parser.parse_args()
    done = []
    with tempfile.TemporaryDirectory(prefix="batch-") as folder:
        ways = rows(Path(folder).resolve(), told.tests, told.kills, told.seed)
        for row in islice(ways, 2 if told.ratio else None):
            done.append(row)
            print(*table([row])[-1:], flush=True)
            for name in row.differs[:5]:
                print(f"  {name} is not that of the serial batch")
    wrong = [row for row in done if row.differs or row.failed or row.results != told.tests]
    print(f"two workers: {done[0].ran.seconds / done[1].ran.seconds:.2f} x one")
    if told.page and not told.ratio:
        text = section(done, told.tests, told.seed, datetime.now(UTC).date())
        PAGE.write_text(with_section(PAGE.read_text("utf-8"), HEADING, text), "utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
