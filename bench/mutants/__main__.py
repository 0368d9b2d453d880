"""The mutation run: draw a sample of changes, try each, and write the page of what survived."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.mutants.mutations import Mutation, mutations
from bench.mutants.page import page, reasons, survivors, too_many, unexplained
from bench.mutants.reach import ROOMS, ROOT, Reach, read
from bench.mutants.running import gently, outcomes
from bench.mutants.sample import sample
from bench.mutants.trial import Outcome

PAGE = ROOT / "docs" / "mutants.md"


def main() -> int:
    """Exit status 1 when too many survive, or one for which nobody gave a reason."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the sample  [1]")
    parser.add_argument("--count", type=int, default=400, help="so many changes  [400]")
    parser.add_argument("--only", default="", metavar="TEXT", help="only changes with TEXT in their name")
    parser.add_argument("--jobs", type=int, default=2, help="so many at a time  [2]")
    parser.add_argument("--far", type=float, default=15.0, metavar="S", help="seconds of tests that span rooms  [15]")
    parser.add_argument("--reach", type=Path, metavar="FILE", help="which tests reach which lines: read, or written")
    parser.add_argument("-o", "--output", type=Path, help="the page  [docs/mutants.md, of the sample as it is]")
    told = parser.parse_args()
    gently()
    found = {path: mutations(ROOT / path, path) for path in modules()}
    drawn = [one for one in sample(found, told.seed, told.count) if told.only in one.name]
    done: dict[Mutation, Outcome] = {}
    for mutation, outcome in outcomes(drawn, _reach(told.reach), told.jobs, told.far):
        done[mutation] = outcome
        print(f"{len(done)}/{len(drawn)}\t{outcome.fate}\t{mutation.name}\t{outcome.by}", flush=True)
    why = reasons()
    where = told.output or (None if told.only else PAGE)
    if where is not None:
        where.write_text(page(done, why, told.seed, sum(map(len, found.values()))))
        print(where)
    missing = unexplained(done, why)
    print(f"{len(survivors(done))} of {len(done)} survived, {len(missing)} of them without a reason")
    return int(too_many(done) or bool(missing))


def modules() -> list[str]:
    """The modules of the rooms, by their paths."""
    paths = [path for room in ROOMS for path in (ROOT / "analyzer" / room).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def _reach(kept: Path | None) -> Reach:
    """In a process of its own: this one must not import what is to be changed."""
    if kept is not None and kept.exists():
        return read(kept)
    with tempfile.TemporaryDirectory() as folder:
        where = kept or Path(folder, "reach.json")
        subprocess.run([sys.executable, "-m", "bench.mutants.reach", str(where)], cwd=ROOT, check=True)
        return read(where)


if __name__ == "__main__":
    sys.exit(main())
