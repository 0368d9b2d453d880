"""Settings: the files that a user names, and the values of options and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import click

from analyzer.batch.manifest import read_manifest
from analyzer.batch.values import packed, task_of
from analyzer.cli.batch.tasks import How, tasks_of
from analyzer.cli.history.listing import asked_for
from analyzer.cli.options import AboutGiven, Reading, clock_offset, labels_of, zone_given
from analyzer.cli.project import Project, load
from analyzer.cli.simulation.durations import duration, size
from analyzer.compare.gates.language import gate
from analyzer.config import load_expectations, load_inventory
from analyzer.errors import UsageError
from analyzer.ingest.logs.rules import rules_file
from analyzer.lab.simulate.scenario.scenario_file import load_scenario
from analyzer.redact.key import load_key
from bench.fuzz.files import scratch
from bench.fuzz.target import NotHeldError, Target
from bench.fuzz.targets.seeds import lines_of, seeds, text_pieces

_LISTS = ("clock", "rules", "label")
_NOTHING_GIVEN = {key: () if key in _LISTS else None for key in (*Reading.__annotations__, *AboutGiven.__annotations__)}
_HOW = How(manifest="manifest", forms=(), memory=0, cores=1)


def _file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """What reads a file, given its bytes."""
    return lambda data: read(scratch(data, "settings.toml"))


def _rules(path: Path) -> None:
    """Without those of the program, which have not changed since the last input."""
    with patch.object(rules_file, "PACKAGED", ()):
        rules_file.load_rules((path,))


def _option(data: bytes) -> None:
    """What is typed as the value of an option: offsets, labels, zones, times, sizes, filters of the history."""
    text = data.decode("utf-8", "surrogateescape")
    values: tuple[Callable[[], object], ...] = (
        lambda: clock_offset(text),
        lambda: labels_of(tuple(text.split("\n"))),
        lambda: zone_given("--zone", text),
        lambda: duration(text),
        lambda: size(text),
        lambda: asked_for(text, (text,), None, None),
        lambda: asked_for(None, (), text, None),
    )
    for value in values:
        try:
            value()
        except (UsageError, click.UsageError):
            continue


def _texts(*patterns: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (piece for pattern in patterns for piece in text_pieces(pattern, 4000, 2))


def _batch(data: bytes) -> None:
    """The first byte says whether the manifest is a table; its tests get the settings that `autopath batch` gives."""
    table = bool(data) and data[0] % 2 == 1
    path = scratch(data[1:], "manifest.csv" if table else "manifest.toml")
    rows = read_manifest(path).rows
    tasks = tasks_of(rows, path.parent, path.parent / "results", _NOTHING_GIVEN, Project(), _HOW)
    if [task_of(packed(task)) for task in tasks] != list(tasks):
        raise NotHeldError("a test of a batch is another one where it is told to a process")


def _batches() -> Iterator[bytes]:
    yield from (bytes([0]) + text for text in seeds("batches/toml"))
    yield from (bytes([1]) + text for text in seeds("batches/csv"))


def _keys() -> Iterator[bytes]:
    yield b'{"autopath_redact": 1, "secret": "%s", "originals": {"host-a": "esx-a"}}' % (b"0f" * 32)


def _options() -> Iterator[bytes]:
    return lines_of("values.txt")


def _gate(data: bytes) -> None:
    gate(data.decode("utf-8", "surrogateescape"))


def _gates() -> Iterator[bytes]:
    return lines_of("gates.txt")


SETTINGS = (
    Target(
        "expectations",
        _file(load_expectations),
        _texts("analyzer/judge/expectations.toml", "samples/*/expectations.toml"),
        ("analyzer.config", "analyzer.user_file"),
    ),
    Target(
        "inventory",
        _file(load_inventory),
        _texts("bench/fuzz/seeds/settings/inventory.toml"),
        ("analyzer.config", "analyzer.user_file"),
    ),
    Target(
        "rules",
        _file(_rules),
        _texts("bench/fuzz/seeds/settings/rules.toml", "analyzer/ingest/logs/rules/*.toml"),
        ("analyzer.ingest.logs.rules",),
    ),
    Target("autopath.toml", _file(load), _texts("bench/fuzz/seeds/settings/project*.toml"), ("analyzer.cli.project",)),
    Target(
        "scenario",
        _file(load_scenario),
        _texts("samples/kinds/*.toml", "samples/two-hosts.toml"),
        ("analyzer.lab.simulate.scenario",),
    ),
    Target(
        "manifest of a batch",
        _batch,
        _batches,
        (
            "analyzer.batch.manifest.checked",
            "analyzer.batch.manifest.table",
            "analyzer.batch.manifest.toml",
            "analyzer.cli.batch.tasks",
        ),
        1024,
    ),
    Target("key of a redaction", _file(load_key), _keys, ("analyzer.redact.key",)),
    Target("values of options", _option, _options, ("analyzer.cli.options", "analyzer.cli.simulation.durations"), 256),
    Target("expression of --fail-on", _gate, _gates, ("analyzer.compare.gates.language",), 1024),
)
