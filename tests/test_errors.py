"""Each error of the program has the exit status that it means, and the command line gives it."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import analyzer
from analyzer import cli
from analyzer.cli import run
from analyzer.cli.analyze import EXIT_STATUS
from analyzer.errors import AutopathError, ClocksNotAlignedError

STATUSES = {
    "AutopathError": 70,  # what nobody gave a meaning is a fault of the program
    "UsageError": 2,
    "StoreError": 2,
    "ConfigurationError": 2,
    "EvidenceError": 3,
    "ExpandsTooMuchError": 3,  # evidence that can't be read
    "LabError": 70,
    "ClocksNotAlignedError": 70,
    "ProgramError": 2,
    "CantBuildError": 70,  # told by the program that builds the kernels
    "NotCompiledError": 70,  # large captures are then read slowly: who lets it through is at fault
}


def errors() -> dict[str, type[AutopathError]]:
    """The base and every class that is made of it, by name, in all modules of the program."""
    for module in pkgutil.walk_packages(analyzer.__path__, "analyzer."):
        if not module.name.endswith((".__main__", ".kernels")):  # a wheel's kernels are a library, and no module
            import_module(module.name)
    found: tuple[type[AutopathError], ...] = (AutopathError, *below(AutopathError))
    return {error.__name__: error for error in found}


def below(error: type[AutopathError]) -> Iterator[type[AutopathError]]:
    for one in error.__subclasses__():
        if one.__module__.startswith("analyzer."):
            yield from (one, *below(one))


def made(error: type[AutopathError]) -> AutopathError:
    return ClocksNotAlignedError("a", "b") if error is ClocksNotAlignedError else error("a sentence")


def test_every_error_has_the_status_that_it_means() -> None:
    assert {name: error.exit_status for name, error in errors().items()} == STATUSES


@pytest.mark.parametrize("name", STATUSES)
def test_the_command_line_ends_with_it(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(arguments: list[str]) -> object:
        raise made(errors()[name])

    monkeypatch.setattr(cli, "_invoke", fails)

    assert run(["analyze"]) == STATUSES[name]
    assert capsys.readouterr().err.startswith("autopath: ")


def test_no_error_has_the_status_of_an_answer() -> None:
    assert not set(STATUSES.values()) & set(EXIT_STATUS.values())
    assert EXIT_STATUS == {"yes": 0, "no": 1, "unknown": 4}
