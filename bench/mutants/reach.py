"""Which tests reach which lines, and how long each takes: one run of all of them under coverage.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.mutants.mutations import Mutation

if TYPE_CHECKING:
    import coverage

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("correlate", "measure", "judge")
NEAR = tuple(f"tests/{room}" for room in ROOMS)
TESTS = (
    *NEAR,
    "tests/acceptance/test_reports.py",
    "tests/acceptance/test_recordings.py",
    "tests/acceptance/test_clocks_that_are_set.py",
    "tests/acceptance/test_one_change_once.py",
)
IMPORTED = ""  # the context of what runs while no test does


@dataclass(frozen=True, slots=True)
class Reach:
    """How long each test takes, s, and by module and line the tests that reach it."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def stages(self, mutation: Mutation, most: float) -> list[list[str]]:
        """The tests to run with a change made: the module's own, those of the rooms, then of the others the quickest
        that take `most` seconds altogether. What a file's tests share is credited to the first of them: of the
        rooms, whole files are taken.
        """
        reaching = self._reaching(mutation)
        own = mirrored(mutation.module)
        files = {_file(test) for test in reaching if test.startswith(NEAR)}
        near = [test for test in self.seconds if _file(test) in files]
        far = sorted(reaching.difference(near), key=lambda test: (self.seconds[test], test))
        chosen, spent = [], 0.0
        for test in far:
            spent += self.seconds[test]
            if spent <= most:
                chosen.append(test)
        return [
            stage
            for stage in (
                [test for test in self.seconds if _file(test) == own and reaching],
                [test for test in near if _file(test) != own],
                chosen,
            )
            if stage
        ]

    def _reaching(self, mutation: Mutation) -> set[str]:
        """The tests that reach a line of it. What runs when a module is imported concerns all that reach the module;
        where it is data alone, all.
        """
        lines = self.lines.get(mutation.module, {})
        found = {test for line in mutation.lines for test in lines.get(line, ())}
        if IMPORTED in found or (mutation.scope == "module" and not found):
            found = {test for tests in lines.values() for test in tests}
            found = found.intersection(self.seconds) or set(self.seconds)
        return found.intersection(self.seconds)


def mirrored(module: str) -> str:
    """Where the test of a module is."""
    folder, _, name = module.removeprefix("analyzer/").rpartition("/")
    return f"tests/{folder}/test_{name.replace('__init__.py', folder.rpartition('/')[2] + '.py')}"


def _file(test: str) -> str:
    return test.partition("::")[0]


class _Watch:
    """A plugin of pytest that tells coverage which test runs."""

    def __init__(self, covering: coverage.Coverage) -> None:
        self.covering = covering
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.covering.switch_context(item.nodeid)
        yield
        self.covering.switch_context(IMPORTED)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


def reached(tests: Sequence[str] = TESTS) -> Reach:
    """Run the tests, all of which must pass."""
    import coverage

    rooms = [str(ROOT / "analyzer" / room / "*") for room in ROOMS]
    covering = coverage.Coverage(data_file=None, include=rooms, config_file=False, messages=False)
    watch = _Watch(covering)
    covering.start()
    status = pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests], plugins=[watch])
    covering.stop()
    if status != pytest.ExitCode.OK:
        sys.exit("bench.mutants: the tests must pass before anything is changed")
    data = covering.get_data()
    lines = {Path(file).relative_to(ROOT).as_posix(): data.contexts_by_lineno(file) for file in data.measured_files()}
    return Reach(watch.seconds, lines)


def write(reach: Reach, where: Path) -> None:
    """Keep it in a file."""
    numbers = {test: number for number, test in enumerate((IMPORTED, *reach.seconds))}
    lines = {
        module: {line: sorted(numbers[test] for test in tests if test in numbers) for line, tests in by_line.items()}
        for module, by_line in reach.lines.items()
    }
    where.write_text(json.dumps({"seconds": reach.seconds, "lines": lines}))


def read(where: Path) -> Reach:
    """What `write` kept."""
    kept = json.loads(where.read_text())
    names = (IMPORTED, *kept["seconds"])
    return Reach(
        kept["seconds"],
        {
            module: {int(line): [names[number] for number in numbers] for line, numbers in by_line.items()}
            for module, by_line in kept["lines"].items()
        },
    )


if __name__ == "__main__":
    write(reached(), Path(sys.argv[1]))
