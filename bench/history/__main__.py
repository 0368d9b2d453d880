"""The command: writers that are killed, and a million rows; what came out goes into docs/history.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from analyzer.history.place import FILE, Place, SqliteFile, place_named
from bench.history.killed import Outcome, Plan, killed_writers
from bench.history.page import PAGE, page
from bench.history.scale import Took, measured
from bench.history.site import site

RUNS = 63_000
"""Of one episode each: a million rows of the index."""
SITE_RUNS = 10_000


def main() -> int:
    """Exit status 1 when something that was acknowledged is not there once, or is not as it was stored."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--only", choices=("killed", "scale", "site"), help="only this; the page is not written")
    parser.add_argument("--store", metavar="PLACE", help="a place where no store is, also on PostgreSQL  [a file]")
    parser.add_argument("--runs", type=int, metavar="N", help="runs to store  [1000 by killed writers, 63000 at once]")
    parser.add_argument("--writers", type=int, default=Plan().writers, metavar="N", help="processes that write  [8]")
    parser.add_argument("--every", type=float, default=Plan().every_s, metavar="S", help="time between kills  [1]")
    parser.add_argument("--seed", type=int, default=Plan().seed, metavar="N", help="draws who is killed  [1]")
    told = parser.parse_args()
    plan = Plan(told.runs or Plan().runs, told.writers, told.every, told.seed)
    with tempfile.TemporaryDirectory(prefix="history-") as name:
        folder = Path(name)
        asked = (told.only,) if told.only else ("killed", "scale", "site")
        outcome = _killed(_place(told.store, folder / "killed"), folder, plan) if "killed" in asked else None
        took = measured(_place(told.store, folder / "scale"), told.runs or RUNS) if "scale" in asked else ()
        of_site = site(folder / "site", told.runs or SITE_RUNS) if "site" in asked else ()
    _print(outcome, (*took, *of_site))
    if outcome and took and of_site and not told.store:
        PAGE.write_text(page(plan, outcome, took, of_site), "utf-8")
    return int(outcome is not None and not outcome.holds)


def _place(named: str | None, folder: Path) -> Place:
    return place_named(named) if named else SqliteFile(folder / FILE)


def _killed(place: Place, folder: Path, plan: Plan) -> Outcome:
    return killed_writers(place, folder, plan)


def _print(outcome: Outcome | None, took: tuple[Took, ...]) -> None:
    if outcome:
        held = "each is there once, and check is clean" if outcome.holds else "NOT all is as it was acknowledged"
        print(f"{outcome.acknowledged} runs acknowledged, {outcome.killed} writers killed: {held}")
        for said in (*outcome.wrong, *outcome.troubles):
            print(f"  {said}")
    for each in took:
        print(f"{each.what}: {each.number:,} in {each.ns / 1e9:.3f} s ({each.core_ns / 1e9:.3f} s of a core)")


if __name__ == "__main__":
    sys.exit(main())
