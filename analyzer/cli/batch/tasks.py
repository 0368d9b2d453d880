"""The rows of a manifest as tests to be done: with settings, as the options of `analyze` would make them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from analyzer.cli.options import AboutGiven, Reading, about_of, settings_of
from analyzer.errors import AutopathError, ConfigurationError, UsageError

if TYPE_CHECKING:
    from analyzer.batch.manifest import Row
    from analyzer.batch.values import Task
    from analyzer.cli.project import Project
    from analyzer.config import Settings

_FILES = ("expectations", "inventory")
_OPTION = re.compile(r"--([a-z-]+)")


class How(NamedTuple):
    """What counts for each test alike: what the manifest is called, words of forms, bytes of memory (0: any), cores."""

    manifest: str
    forms: tuple[str, ...]
    memory: int
    cores: int


def tasks_of(
    rows: Iterable[Row],
    base: Path,
    output: Path,
    given: Mapping[str, object],
    project: Project,
    how: How,
) -> tuple[Task, ...]:
    """The tests of the rows, which lie in `base`; `given` counts where a row says nothing.

    Raises :class:`ConfigurationError` with the row for a wrong setting, :class:`UsageError` for a wrong form, or where
    output and evidence lie in one another.
    """
    from analyzer import __version__
    from analyzer.batch.values import Task
    from analyzer.report.forms.catalogue import chosen

    words = tuple(form.name for form in chosen((*how.forms, "json")))
    told = _Told(base, given, project, how)
    tasks = []
    for row in rows:
        _check_apart(output, base, row)
        tasks.append(
            Task(
                name=row.name,
                base=str(base),
                evidence=row.evidence,
                settings=told.settings(row),
                forms=words,
                output=str(output),
                memory=how.memory,
                program=__version__,
            )
        )
    return tuple(tasks)


class _Told:
    """The settings of rows, where files that several of them name are read once."""

    def __init__(self, base: Path, given: Mapping[str, object], project: Project, how: How) -> None:
        self._base, self._given, self._project, self._how = base, given, project, how
        self._read = cache(self._reading)

    def settings(self, row: Row) -> Settings:
        from msgspec.structs import replace

        from analyzer.model.about import About

        told = dict(self._given) | {key: _value(key, value, self._base) for key, value in row.given.items()}
        try:
            settings = self._read(tuple((key, told[key]) for key in Reading.__annotations__))
            about = About(labels=tuple(sorted(row.labels.items()))).filled(about_of(cast("AboutGiven", told)))
            return replace(settings, about=about.filled(self._project.about), project=self._project.in_effect(told))
        except AutopathError as error:
            line = f" line {row.line}" if row.line else ""
            said = _OPTION.sub(lambda match: match[1].replace("-", "_"), str(error))
            raise ConfigurationError(f"{self._how.manifest}{line}, test {row.name}: {said}") from error

    def _reading(self, told: tuple[tuple[str, object], ...]) -> Settings:
        return settings_of(cast("Reading", dict(told)), project=self._project, workers=self._how.cores)


def _value(key: str, value: object, base: Path) -> object:
    """A setting as its option would give it; paths are relative to the manifest."""
    if key in _FILES:
        return base / str(value)
    return tuple(base / one for one in cast("tuple[str, ...]", value)) if key == "rules" else value


def _check_apart(output: Path, base: Path, row: Row) -> None:
    for one in row.evidence:
        path = os.path.realpath(base / one)
        if _is_in(str(output), path) or _is_in(path, str(output)):
            raise UsageError(
                f"{output}: the results would lie with the evidence of test {row.name} ({one}); name a folder "
                "elsewhere with -o"
            )


def _is_in(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(outer.rstrip(os.sep) + os.sep)
