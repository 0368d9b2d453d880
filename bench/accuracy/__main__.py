"""The study's command: run it and write its page, or replay one case."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from analyzer import __version__
from bench.accuracy import host_logs
from bench.accuracy.design import SEQUENCES, SHORT_SEQUENCES, healthy, matrix, short, short_healthy
from bench.accuracy.replay import replayed
from bench.accuracy.results.floor import Floor
from bench.accuracy.results.floors import floors
from bench.accuracy.results.page import headed, lines, page, table
from bench.accuracy.results.sequences import by_mix, by_oddity, faults, sequence_floors
from bench.accuracy.rows import Row, Study
from bench.accuracy.sequences.study import analysed
from bench.accuracy.study import made_by, rows_of

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
NS_PER_MINUTE = 60_000_000_000
FAILED = 1


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 1 when a line of what must be shown does not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--short", action="store_true", help="only what CI runs; its page is written only with -o")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth test, for a quick look")
    parser.add_argument("--seeds", metavar="A-B", help="only the random sequences of these seeds, and each fault found")
    parser.add_argument("--replay", metavar="CASE", help="one analysis again, by the name that the page gives it")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="of --replay: leave the evidence there")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="write every fault there too")
    parser.add_argument("-o", "--output", type=Path, help="the page  [docs/accuracy.md]")
    told = parser.parse_args(words)
    if told.replay:
        print("\n".join(replayed(told.replay, told.keep)))
        return 0
    if told.seeds:
        return _of_seeds(told.seeds, told.faults)
    start = time.monotonic_ns()
    study = _studied(brief=told.short, every=told.every)
    took = time.monotonic_ns() - start
    _written(study.rows, told.faults)
    where = told.output or (None if told.short or told.every > 1 else PAGE)
    if where is not None:
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(page(study, _machine(len(study.rows), took)))
        print(where)
    return _shown(floors(study))


def _studied(*, brief: bool, every: int) -> Study:
    """Everything, or CI's part of it, or every nth test of that."""
    from bench.accuracy.recorded import recorded_rows

    tests, quiet, seeds = (short(), short_healthy(), SHORT_SEQUENCES) if brief else (matrix(), healthy(), SEQUENCES)
    recordings = recorded_rows()
    some, calm = list(tests)[::every], list(quiet)[::every]
    return Study(
        matrix=tuple(rows_of(some, done=_progress("tests", len(some)))),
        healthy=tuple(rows_of(calm, done=_progress("healthy runs", len(calm)))),
        sequences=_sequences(seeds[::every]),
        recordings=tuple(recordings),
        hosts=_of_hosts((host_logs.SHORT_RUNS if brief else host_logs.RUNS) // every),
    )


def _sequences(seeds: Sequence[int]) -> tuple[Row, ...]:
    return tuple(made_by(analysed, seeds, done=_progress("random sequences", len(seeds))))


def _of_hosts(runs: int) -> tuple[Row, ...]:
    """So many healthy runs, and as many with a fault, by hosts' logs alone."""
    done = _progress("runs by hosts' logs", 2 * runs)
    return tuple(made_by(host_logs.analysed, list(host_logs.tests(runs)), done=done))


def _written(rows: Iterable[Row], where: Path | None) -> None:
    """Every fault of the rows by its case, one a line."""
    if where is not None:
        where.write_text("".join(f"{row.case}\t{fault}\n" for row in rows for fault in row.faults))


def _of_seeds(told: str, where: Path | None) -> int:
    """Only the random sequences of `A-B`: their figures, and each fault by its name."""
    first, _, last = told.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        sys.exit(f"bench.accuracy: --seeds {told}: expected numbers such as 700-800")
    rows = _sequences(range(int(first), int(last or first) + 1))
    _written(rows, where)
    print(*faults(rows), sep="\n")
    print(table(*headed(by_mix(rows))))
    print(table(*headed(by_oddity(rows))))
    return _shown(list(sequence_floors(rows)))


def _shown(told: Sequence[Floor]) -> int:
    """The lines that must hold, and whether all do."""
    print(lines(told))
    return 0 if all(one.holds for one in told) else FAILED


def _progress(what: str, whole: int) -> Callable[[int], None] | None:
    """A line on a terminal that counts."""
    if not sys.stderr.isatty():
        return None
    return lambda done: print(f"\r{done} of {whole} {what}", end="\n" if done == whole else "", file=sys.stderr)


def _machine(analyses: int, took: int) -> str:
    model = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    minutes = -(-took // NS_PER_MINUTE)
    return (
        f"autopath {__version__}, {analyses} analyses in {minutes} min at most on {os.cpu_count()} CPUs ({model}), "
        f"{platform.system()}, Python {platform.python_version()}."
    )


if __name__ == "__main__":
    sys.exit(main())
