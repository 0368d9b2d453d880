"""Tests run with one change made: in a process of its own, in memory; nothing is written into the checkout."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import CodeType, ModuleType
from typing import Literal

import pytest

from bench.mutants.mutations import mutated
from bench.mutants.reach import ROOT

OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")

Fate = Literal["killed", "timed out", "survived", "not reached"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change, and the test that failed first; or how many passed."""

    fate: Fate
    by: str = ""
    passed: int = 0


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module's syntax tree instead of what its file says."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the module is that of the tree
        return compile(self.tree, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the changed module before its file is found."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name = name
        self.path = path
        self.tree = tree

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = _Loader(fullname, str(self.path), self.tree)
        within = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=within
        )


def change(root: Path, module: str, place: int) -> None:
    """From now on the module at `module`, which nothing has imported yet, is imported with its `place`th change."""
    path = root / module
    name = ".".join(Path(module).with_suffix("").parts).removesuffix(".__init__")
    if name in sys.modules:
        raise RuntimeError(f"{name} is imported already")
    sys.meta_path.insert(0, _Finder(name, path, mutated(path.read_text("utf-8"), place)))


class _Chosen:
    """A plugin of pytest that runs the tests of a list and keeps the first that fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.tests = frozenset(tests)
        self.failed = ""
        self.passed = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self.tests]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid
        self.passed += report.passed and report.when == "call"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def _run(module: str, place: int, stages: Sequence[Sequence[str]]) -> Outcome:
    change(ROOT, module, place)
    _repeatably()
    passed = 0
    for tests in stages:
        chosen = _Chosen(tests)
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        status = pytest.main([*OPTIONS, *files], plugins=[chosen])
        if status not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            return Outcome("killed", chosen.failed or files.popitem()[0])
        passed += chosen.passed
    return Outcome("survived", passed=passed)


def _repeatably() -> None:
    """Hypothesis draws the same examples each time, however long that takes, and does not look for the simplest."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    settings.load_profile("mutants")


def start(module: str, place: int, stages: Sequence[Sequence[str]], found: Path) -> ForkProcess:
    """Run the tests of `stages` with a change made, in a process that has all but the changed rooms loaded already."""
    preload()
    process = get_context("fork").Process(target=_child, args=(module, place, stages, found))
    process.start()
    return process


def outcome(found: Path) -> Outcome:
    """What a process that ended has found."""
    if not found.exists():
        raise RuntimeError(f"bench.mutants: a trial ended without a word; {found.with_suffix('.said')} says why")
    return Outcome(*json.loads(found.read_text()))


def preload() -> None:
    """Load what no change concerns, once for all trials."""
    for name in ("hypothesis", "analyzer.ingest.collect", "analyzer.lab.simulate.run"):
        importlib.import_module(name)


def _child(module: str, place: int, stages: Sequence[Sequence[str]], found: Path) -> None:
    said = os.open(found.with_suffix(".said"), os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    done = _run(module, place, stages)
    found.write_text(json.dumps([done.fate, done.by, done.passed]))
