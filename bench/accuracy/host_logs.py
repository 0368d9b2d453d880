"""Tests of which only the hosts' logs are given, as VMware administrators have them: what is told of them.

    python -m bench.accuracy.host_logs --runs 60
    python -m bench.accuracy.host_logs --case cvm-failure/901 --keep FOLDER

So many tests with a fault, and as many without; or one of them again, which leaves its logs. It ends with 1 on a
phantom, a wrong verdict or "yes", or a crash. `make accuracy` does so with 300 of each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from analyzer.lab.simulate import Evidence, Options, Scenario, simulate
from analyzer.model.instant import SECOND
from bench.accuracy.design import COMBINATIONS, SCENARIOS, SHAPES, scenario_named
from bench.accuracy.expected import Given
from bench.accuracy.rows import Labels, Row
from bench.accuracy.study import attempted, written_to

LOGS = ("vmkernel", "vobd", "shell", "auth", "hostd")
EVIDENCE = Evidence(captures=False, genesis="none", esxi_logs=True)
RUNS, SHORT_RUNS = 300, 16
FETCHED = 90 * SECOND  # all is well for so long when logs are fetched: All Paths Down would have been declared
HEALTHY = Scenario(name="healthy", about="nothing happens")
KINDS = tuple(name for name in SCENARIOS if name not in (*COMBINATIONS, HEALTHY.name))
"""One fault each: of several at once, a host's logs do not tell which CVM served."""


def faulty(runs: int) -> Iterator[tuple[Scenario, int]]:
    """So many tests with a fault, the kinds by turns."""
    for number in range(runs):
        yield scenario_named(KINDS[number % len(KINDS)]), 900 + number


def healthy(runs: int) -> Iterator[tuple[Scenario, int]]:
    """So many tests without one."""
    for number in range(runs):
        yield HEALTHY, 5000 + number


def tests(runs: int) -> Iterator[tuple[Scenario, int]]:
    """So many of both."""
    yield from healthy(runs)
    yield from faulty(runs)


def rows(of: Iterable[tuple[Scenario, int]]) -> list[Row]:
    """Each test simulated, analysed by its hosts' logs alone, and held against its truth, every episode of it."""
    return [row for test in of for row in analysed(test)]


def analysed(test: tuple[Scenario, int]) -> list[Row]:
    """The row of one test, as a list of one."""
    with tempfile.TemporaryDirectory(prefix="host-logs-") as folder:
        return [row_of(*test, Path(folder))]


def row_of(scenario: Scenario, seed: int, folder: Path) -> Row:
    """Simulate a test into a folder, and analyse it."""
    shape = replace(Options(tail=FETCHED), **SHAPES[seed % len(SHAPES)].options)
    made = simulate(scenario, seed, shape, EVIDENCE)
    files = tuple(one for one in made.truth.evidence if one.what in LOGS)
    case = f"{scenario.name}/{seed}"
    labels = Labels(case=case, scenario=scenario.name, shape="", impairment="", mix="host logs")
    written_to(folder, {one.file: made.files[one.file] for one in files})
    row = attempted(made.truth, Given(files=files), "UTC", labels, folder)
    again = f"python -m bench.accuracy.host_logs --case {case}"
    return replace(row, required=len(made.truth.episodes), analyze=again)


def wrong(found: Sequence[Row]) -> list[str]:
    """What must not be: an episode that never was, a wrong verdict or "yes", a crash."""
    return [
        f"{row.case}: {fault}"
        for row in found
        if row.extra or row.crashed or row.wrong_yes or any(verdict.wrong for verdict in row.verdicts)
        for fault in row.faults
    ]


def figures(found: Sequence[Row]) -> list[str]:
    """How many episodes were told, by kind, and how; and the verdicts."""
    told = Counter(
        (one.kind, "right" if one.right else "unexplained" if one.vague else "wrong")
        for row in found
        for one in row.told
    )
    verdicts = Counter(one.verdict for row in found for one in row.verdicts)
    right = sum(one.right for row in found for one in row.told)
    return [
        f"{right} of {sum(row.required for row in found)} episodes are told right",
        *(f"{kind} {how}: {count}" for (kind, how), count in sorted(told.items())),
        *(f"{verdict}: {count}" for verdict, count in sorted(verdicts.items())),
    ]


def _again(case: str, keep: Path | None) -> list[Row]:
    """The row of one test by its name, and its logs in `keep`."""
    name, _, seed = case.partition("/")
    test = (HEALTHY if name == HEALTHY.name else scenario_named(name), int(seed))
    return analysed(test) if keep is None else [row_of(*test, keep)]


def main(words: Sequence[str] | None = None) -> int:
    """Print the figures, and what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy.host_logs", description=__doc__)
    parser.add_argument("--runs", type=int, default=60, metavar="N", help="with a fault, and as many without  [60]")
    parser.add_argument("--case", metavar="NAME/SEED", help="one of them again")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="of --case: leave its logs there")
    told = parser.parse_args(words)
    found = _again(told.case, told.keep) if told.case else rows(tests(told.runs))
    faults = wrong(found)
    print("\n".join([*figures(found), *faults]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
