"""One test simulated and analysed in its mixes; all tests on all cores. A crash of the analysis is a row too."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from analyzer.config import Settings
from analyzer.errors import AutopathError
from analyzer.lab.simulate import Simulated, simulate
from analyzer.model.run import Run
from analyzer.model.truth import TrueVantage, Truth
from analyzer.pipeline import analyze
from bench.accuracy.compare import held_against
from bench.accuracy.design import MIXES, Mix, Test, scenario_named
from bench.accuracy.expected import Given
from bench.accuracy.impairments import BY_NAME
from bench.accuracy.replaying import analysing, simulating
from bench.accuracy.rows import Labels, Row

BY_MIX = {mix.name: mix for mix in MIXES}
CHUNK = 4
_Thing = TypeVar("_Thing")


def rows_of(tests: Sequence[Test], workers: int | None = None, done: Callable[[int], None] | None = None) -> list[Row]:
    """The rows of all tests, in their order, whoever made them first."""
    return made_by(analysed, tests, workers, done)


def made_by(
    analysed: Callable[[_Thing], list[Row]],
    things: Sequence[_Thing],
    workers: int | None = None,
    done: Callable[[int], None] | None = None,
) -> list[Row]:
    """The rows that `analysed` makes of each thing, on all cores, in the order of things."""
    rows: list[Row] = []
    if things:
        analysed(things[0])  # compiles the kernels where no cache has them: not in every worker at once
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        for place, made in enumerate(pool.map(analysed, things, chunksize=CHUNK), 1):
            rows += made
            if done is not None:
                done(place)
    return rows


def analysed(test: Test) -> list[Row]:
    """The rows of one test, one a mix."""
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        truth = written(test, Path(folder))
        return [row_of(test, BY_MIX[mix], truth, Path(folder)) for mix in test.mixes]


def written(test: Test, folder: Path) -> Truth:
    """Simulate the test into `folder`."""
    made = simulated(test)
    written_to(folder, made.files)
    return made.truth


def written_to(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their names."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def simulated(test: Test) -> Simulated:
    """The test's files and truth."""
    return simulate(scenario_named(test.scenario), test.seed, test.options, test.evidence)


def given_to(test: Test, mix: Mix, truth: Truth) -> Given:
    """What an analysis of the test is given in a mix."""
    impairment = BY_NAME[test.impairment]
    leader = truth.cvms[min(test.options.leader, len(truth.cvms)) - 1].address
    files = [one for one in truth.evidence if one.what in mix.what]
    if impairment.leaderless:
        files = [one for one in files if one.what != "genesis" or one.of != leader]
    return Given(
        files=tuple(files),
        blind=impairment.blind,
        leaderless=impairment.leaderless,
        partial=impairment.partial,
    )


def row_of(test: Test, mix: Mix, truth: Truth, folder: Path) -> Row:
    """Analyse one mix and compare."""
    given = given_to(test, mix, truth)
    names = list(dict.fromkeys(one.file for one in given.files))
    labels = Labels(
        case=f"{test.name}/{mix.name}",
        scenario=test.scenario,
        shape=test.shape,
        impairment=test.impairment,
        mix=mix.name,
    )
    row = attempted(truth, given, test.log_timezone, labels, folder)
    if not row.weight:
        return row
    return msgspec.structs.replace(row, simulate=simulating(test), analyze=analysing(names, test.log_timezone))


def attempted(truth: Truth, given: Given, log_timezone: str | None, labels: Labels, folder: Path) -> Row:
    """Analyse the files of `folder` and compare; a row of its own when the analysis fails."""
    try:
        return held_against(truth, run_of(folder, given.files, log_timezone), given, log_timezone, labels)[1]
    except AutopathError as error:
        return refused(labels, truth, f"refused: {error}")
    except Exception as error:  # noqa: BLE001 - a traceback of the analysis is a finding of the study
        return refused(labels, truth, f"crashed: {type(error).__name__}: {error}")


def run_of(folder: Path, files: Iterable[TrueVantage], log_timezone: str | None) -> Run:
    """Analyse these files of a folder."""
    paths = list(dict.fromkeys(folder / one.file for one in files))
    return analyze(paths, Settings(log_timezone=log_timezone, hash="none"))


def refused(labels: Labels, truth: Truth, why: str) -> Row:
    """The row of an analysis that gave no run: everything is missed."""
    count = max(1, len(truth.episodes))
    return Row(**msgspec.structs.asdict(labels), required=count, missed=count, faults=(why,), crashed=True)


def numbered(tests: Iterable[Test]) -> Iterator[tuple[str, Test, Mix]]:
    """Every analysis by its name, as the page has it."""
    for test in tests:
        for mix in test.mixes:
            yield f"{test.name}/{mix}", test, BY_MIX[mix]
