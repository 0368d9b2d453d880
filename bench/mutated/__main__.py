"""The command: mutate and analyse, say what did not hold (status 1 then), and write the page."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.mutated.inputs import inputs
from bench.mutated.page import HEADING, Asked, section
from bench.mutated.study import tried, tries
from bench.robustness import write_section

CORPUS = "AUTOPATH_CORPUS"


def main() -> int:
    """Mutate, analyse, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutated", description=__doc__)
    parser.add_argument("--runs", type=int, metavar="N", help="at most so many  [all]")
    parser.add_argument("--seconds", type=float, default=86_400, metavar="N", help="begin none after that")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="[1]")
    parser.add_argument("--corpus", type=Path, default=os.environ.get(CORPUS), metavar="DIR",
                        help=f"a folder of further captures  [{CORPUS}]")  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where inputs are kept with which something is wrong")
    parser.add_argument("--no-page", action="store_true", help="write no page")
    told = parser.parse_args()
    found = list(inputs(told.corpus))
    every = tries(found, told.seed)
    until, done = time.monotonic() + told.seconds, []
    with tempfile.TemporaryDirectory(prefix="mutated-") as folder:
        for one in tried(every[: told.runs], told.seed, Path(folder).resolve()):
            done.append(one)
            if one.faults:
                name = f"{one.what.input.name}, number {one.what.number}"
                print(f"{name}: {', '.join(one.faults)}", flush=True)
                if told.keep:
                    told.keep.mkdir(parents=True, exist_ok=True)
                    (told.keep / name.replace("/", "_")).write_bytes(one.what.data(told.seed))
            if time.monotonic() > until:
                break
    wrong = sum(bool(one.faults) for one in done)
    print(f"{len(done)} of {len(every)} runs, {wrong} with a fault")
    if not told.no_page:
        captures = len({each.name for each in found if each.name.startswith("corpus/")})
        write_section(HEADING, section(Asked(told.seed, len(every), captures), done, datetime.now(UTC).date()))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
