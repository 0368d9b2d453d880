"""The command: fuzz for a time that all targets share, say what was found (status 1 then), and write the page."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.fuzz import told
from bench.fuzz.counts import counts, note
from bench.fuzz.guarded import KEPT
from bench.fuzz.page import HEADING, section
from bench.fuzz.reached import Reached, most
from bench.fuzz.running import Fuzzed, fuzzed, places_of
from bench.fuzz.target import Target, file_name
from bench.fuzz.targets import TARGETS, named
from bench.robustness import PAGE, write_section

FINDS = Path("tests/bench/fuzz/finds")


def main() -> int:
    """Fuzz, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_S", "3600")), metavar="N",
                        help="for all targets together  [FUZZ_S, or 3600]")  # fmt: skip
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), metavar="DIR",
                        help="where inputs, finds and counts are kept, and begun with  [.fuzz]")  # fmt: skip
    parser.add_argument("--target", action="append", metavar="NAME", choices=[each.name for each in TARGETS],
                        help="only this one; may be given again")  # fmt: skip
    parser.add_argument("--page", action="store_true", help="only write the page, by what the folder has")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    page = PAGE.read_text("utf-8")
    if not counts(folder):
        for before in told.executed(page):
            note(folder, before)
    os.environ[KEPT] = str(folder)
    chosen = [named(name) for name in asked.target] if asked.target else TARGETS
    for target in () if asked.page else chosen:
        for done in fuzzed(target, folder, max(1, asked.seconds // len(chosen))):
            note(folder, done)
            print(_said(done), flush=True)
    finds = [path for target in TARGETS for path in sorted(places_of(target, folder).finds.glob("*"))]
    for path in finds:
        print(f"find: {path}")
    if asked.page or not asked.target:
        _write(folder, page)
    return 1 if finds else 0


def _said(done: Fuzzed) -> str:
    guided = f", guided, {done.branches:,} branches" if done.branches else ""
    return f"{done.target}: {done.executions:,} executions{guided}"


def _write(folder: Path, page: str) -> None:
    """Of each target the lines that its inputs reach are those of this folder or those of the page: what is more."""
    counted = {name: count for name, count in counts(folder).items() if name in {each.name for each in TARGETS}}
    lines = told.reached(page)
    for name in counted:
        if places_of(named(name), folder).corpus.exists():
            lines[name] = most((_reached(named(name), folder), *filter(None, (lines.get(name),))))
    finds = {name: len(list((FINDS / file_name(name)).glob("*"))) for name in counted}
    write_section(HEADING, section(counted, lines, finds, datetime.now(UTC).date()))


def _reached(target: Target, folder: Path) -> Reached:
    command = [sys.executable, "-m", "bench.fuzz.reached", target.name, str(places_of(target, folder).corpus)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines, of = map(int, done.stdout.split())
    return Reached(lines, of)


if __name__ == "__main__":
    raise SystemExit(main())
