"""The command lines that make a test again and analyse the files that a mix was given."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import get_type_hints

import msgspec

from analyzer.lab.simulate import Evidence, Options
from analyzer.lab.simulate.scenario.options import shown
from bench.accuracy.design import COMBINATIONS, Test, scenario_named

FOLDER = "/tmp/case"  # noqa: S108 - where the page's commands write
SCENARIOS = "bench/accuracy/scenarios"


def simulating(test: Test) -> str:
    """`autopath simulate …` for the test's files."""
    own_nodes = scenario_named(test.scenario).nodes is not None
    name = f"{SCENARIOS}/{test.scenario}.toml" if test.scenario in COMBINATIONS else test.scenario
    words = ["autopath", "simulate", name, "--seed", str(test.seed), "-o", FOLDER]
    for settings in (test.options, test.evidence):
        words += _flags(settings, without=("nodes",) if own_nodes else ())
    return shlex.join(words)


def analysing(files: Sequence[str], log_timezone: str | None) -> str:
    """`autopath analyze …` of these files of the test."""
    words = ["autopath", "analyze", *(f"{FOLDER}/{name}" for name in files)]
    return shlex.join([*words, *(("--log-timezone", log_timezone) if log_timezone else ())])


def _flags(settings: Options | Evidence, without: Sequence[str]) -> Iterator[str]:
    """What differs from the defaults, as the command line has it."""
    hints, usual = get_type_hints(type(settings), include_extras=True), type(settings)()
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if value == getattr(usual, name) or name in without:
            continue
        flag = "--" + name.replace("_", "-")
        meta = hints[name].__metadata__[0]
        if isinstance(value, bool):
            yield flag if value else f"--no-{flag[2:]}"
        elif isinstance(value, tuple):
            yield from (word for one in value for word in (flag, one))
        else:
            yield from (flag, shown(value) if isinstance(meta, msgspec.Meta) and meta.extra else str(value))
