"""The command: fuzz all targets for a time."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.fuzz.guarded import KEPT
from bench.fuzz.running import fuzzed
from bench.fuzz.targets import TARGETS, named


def main() -> int:
    """Fuzz, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"))
    parser.add_argument("--targets", nargs="*", default=[t.name for t in TARGETS])
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    os.environ[KEPT] = str(told.folder)
    for name in told.targets:
        for done in fuzzed(named(name), told.folder.resolve(), told.seconds // len(told.targets)):
            print(done, flush=True)
            with (told.folder / "counts.txt").open("a") as f:
                f.write(f"{done.target}\t{done.executions}\t{done.branches}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
