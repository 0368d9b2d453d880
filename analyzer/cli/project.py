"""The project file `autopath.toml`: what the tests of one project share, so that nobody types it each time.

    expectations = "runbook/expectations.toml"
    inventory = "cluster.toml"
    rules = ["rules/genesis-6.toml"]
    zone = "Europe/Berlin"
    store = "history"
    record = true
    [labels]
    site = "Frankfurt"

It is the first one from the current folder upwards. One that lies in the evidence is never taken: evidence comes from
elsewhere, and must not say how it is read or where a history lies. Relative paths are relative to the file. An option
comes first, then the environment, then this file, then the program's own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import click
import msgspec

from analyzer.cli.terminal.groups import did_you_mean
from analyzer.errors import ConfigurationError
from analyzer.model.about import About
from analyzer.model.about.zone import zone_named
from analyzer.model.run import ProjectFile
from analyzer.user_file import content_of, shown, toml_table

if TYPE_CHECKING:
    from os import PathLike

NAME = "autopath.toml"
LARGEST = 64 * 1024
"""Bytes of a project file at most."""
KEYS = ("expectations", "inventory", "rules", "labels", "zone", "store", "record")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What a project file sets; paths are joined with its folder. `file` is what a run tells of it, or None. `store` is
    a path or a URL.
    """

    path: Path | None = None
    file: ProjectFile | None = None
    expectations: Path | None = None
    inventory: Path | None = None
    rules: tuple[Path, ...] = ()
    about: About = About()
    store: str | None = None
    record: bool = False

    def in_effect(self, given: Mapping[str, object]) -> ProjectFile | None:
        """What a run tells of the file: the keys that count for an analysis, beside the options that were `given`."""
        if self.file is None:
            return None
        counts = {key: not given.get(key) for key in ("expectations", "inventory", "rules", "zone")} | {"labels": True}
        keys = tuple(key for key in self.file.keys if counts.get(key))
        return msgspec.structs.replace(self.file, keys=keys)

    def texts(self, key: str) -> tuple[str, ...]:
        """The values of a key, as they would be given to its option; none where the file does not set it."""
        match key:
            case "rules":
                return tuple(map(str, self.rules))
            case "labels":
                return tuple(f"{name}={value}" for name, value in self.about.labels)
            case "zone":
                return (self.about.zone,) if self.about.zone else ()
            case "record":
                return ("true",) if self.record else ()
            case _:
                pass
        path = {"expectations": self.expectations, "inventory": self.inventory, "store": self.store}[key]
        return () if path is None else (str(path),)


class Found(msgspec.Struct, frozen=True):
    """The project file that counts, and those that were met before it in the evidence."""

    path: Path | None
    in_evidence: tuple[Path, ...] = ()


def project_for(evidence: Iterable[str | PathLike[str]], *, silent: bool = False) -> Project:
    """What the project file sets that counts for this evidence; nothing where there is none. One that is passed over is
    said on stderr.
    """
    found = find(evidence)
    if not silent:
        for path in found.in_evidence:
            click.echo(f"{path}: lies in the evidence, so it sets nothing; start autopath outside of it", err=True)
    return Project() if found.path is None else load(found.path)


def find(evidence: Iterable[str | PathLike[str]] = ()) -> Found:
    """The nearest project file from the current folder upwards that is not part of `evidence`."""
    given = [os.path.realpath(path) for path in evidence]
    passed: list[Path] = []
    for folder in _upwards():
        path = folder / NAME
        if os.path.isfile(path):  # noqa: PTH113 - False also where a folder can't be looked into
            if not _is_in(path, given):
                return Found(path, tuple(passed))
            passed.append(path)
    return Found(None, tuple(passed))


def _upwards() -> tuple[Path, ...]:
    try:
        here = Path.cwd()
    except OSError:  # it was deleted
        return ()
    return (here, *here.parents)


def _is_in(path: Path, given: Iterable[str]) -> bool:
    real = os.path.realpath(path)
    return any(real == one or real.startswith(one.rstrip(os.sep) + os.sep) for one in given)


def load(path: Path) -> Project:
    """What a project file sets; :class:`ConfigurationError` with the key that is wrong and those that there are."""
    content = _content(path)
    try:
        table = toml_table(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: byte {error.start} is not UTF-8; expected TOML") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: is no TOML ({error}); correct that line") from error
    return _Reader(path, table).project(hashlib.sha256(content).hexdigest())


def _content(path: Path) -> bytes:
    try:
        return content_of(path, LARGEST)
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}); expected a project file (TOML)") from error


class _Reader:
    """The keys of one file, each checked as it is asked for."""

    def __init__(self, path: Path, table: Mapping[str, object]) -> None:
        self._path, self._table = path, table
        for key in table:
            if key not in KEYS:
                raise self._wrong(f"unknown key {shown(key)}.{did_you_mean(key, KEYS)}".rstrip("."))

    def project(self, digest: str) -> Project:
        return Project(
            path=self._path,
            file=ProjectFile(name=NAME, digest=f"sha256:{digest}", keys=tuple(sorted(self._table))),
            expectations=self._file("expectations"),
            inventory=self._file("inventory"),
            rules=self._rules(),
            about=About(labels=self._labels(), zone=self._zone()),
            store=self._store(),
            record=self._record(),
        )

    def _wrong(self, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self._path}: {what}; correct that key (valid: {', '.join(KEYS)})")

    def _text(self, key: str) -> str | None:
        value = self._table.get(key)
        if value is None or _is_text(value):
            return value
        raise self._wrong(f"{key} is {shown(value)}, expected a text that is not empty")

    def _file(self, key: str) -> Path | None:
        text = self._text(key)
        return None if text is None else self._path.parent / text

    def _store(self) -> str | None:
        text = self._text("store")
        return text if text is None or "://" in text else str(self._path.parent / text)

    def _record(self) -> bool:
        value = self._table.get("record", False)
        if not isinstance(value, bool):
            raise self._wrong(f"record is {shown(value)}, expected true or false")
        return value

    def _rules(self) -> tuple[Path, ...]:
        value = self._table.get("rules", [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(map(_is_text, texts)):
            raise self._wrong(f"rules is {shown(value)}, expected a path or a list of paths")
        return tuple(self._path.parent / text for text in texts)

    def _labels(self) -> tuple[tuple[str, str], ...]:
        value = self._table.get("labels", {})
        if not isinstance(value, dict) or not all(map(_is_text, (*value, *value.values()))):
            raise self._wrong(f"labels is {shown(value)}, expected a table of texts")
        return tuple(sorted(value.items()))

    def _zone(self) -> str | None:
        zone = self._text("zone")
        if zone is not None and zone_named(zone) is None:
            raise self._wrong(f"zone is {shown(zone)}, expected an IANA name such as UTC or Europe/Berlin")
        return zone


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value  # no path can have one
