"""`autopath doctor`: what is installed and what is not, and the settings that are in effect in this folder."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from analyzer import __version__
from analyzer.errors import USAGE, ConfigurationError
from analyzer.programs import Limits, ProgramError, run_program
from analyzer.report.words import visible

if TYPE_CHECKING:
    from analyzer.cli.project import Project

DISTRIBUTION = "autopath-analyzer"
_REQUIREMENT = re.compile(r"[\w.-]+")
_TSHARK = Limits(seconds=10, output=1 << 16)


class Row(NamedTuple):
    """One line: how it is (empty: it only says something), of what, and what is so. Without what is missing the program
    does less; what is wrong has to be put right.
    """

    sign: Literal["ok", "missing", "wrong", ""]
    what: str
    said: str


@click.command("doctor")
def command() -> int:
    """Say what is installed, what is missing and what for, and which settings count in this folder.

    Exit status 2 when something that every analysis needs is missing, or a settings file is wrong. What the lab needs
    is told by `autopath lab doctor`.
    """
    rows = (*_program(), *_packages(), *_extras(), _compiled(), _tshark(), *_settings())
    width = max(len(row.what) for row in rows)
    for row in rows:
        click.echo(f"{row.sign:<7} {row.what:<{width}}  {row.said}")
    return USAGE if any(row.sign == "wrong" for row in rows) else 0


def _program() -> Iterator[Row]:
    yield Row("", "autopath", f"{__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}")


def _packages() -> Iterator[Row]:
    """What every analysis needs, one line as long as all is there."""
    there, missing = _versions(_requirements())
    if there:
        yield Row("", "packages", ", ".join(there))
    for name in missing:
        yield Row("wrong", "packages", f"{name} is missing; install {DISTRIBUTION} again")


_BESIDE = (
    ("postgres", "a history on PostgreSQL", "psycopg"),
    ("dask", "a batch on a Dask cluster", "distributed"),
    ("cloud", "evidence by URL of HTTP, S3, GCS, Azure", "obstore"),
    ("sftp", "evidence by URL of SFTP", "paramiko"),
)
"""Extras that are for no form: what each is for, and its package."""


def _extras() -> Iterator[Row]:
    """What the forms need beside that, and whether it is there."""
    from analyzer.report.forms.catalogue import FORMS

    for extra in dict.fromkeys(form.extra for form in FORMS if form.extra):
        forms = [form for form in FORMS if form.extra == extra]
        there, missing = _versions(dict.fromkeys(name for form in forms for name in form.packages))
        said = f"--write {', '.join(form.name for form in forms)}: "
        said += ", ".join((*there, *(f"{name} is missing" for name in missing)))
        yield _extra(extra, said, missing)
    for extra, what_for, package in _BESIDE:
        there, missing = _versions((package,))
        said = f"{what_for}: " + ", ".join((*there, *(f"{name} is missing" for name in missing)))
        yield _extra(extra, said, missing)


def _extra(name: str, said: str, missing: Iterable[str]) -> Row:
    more = f"; pip install '{DISTRIBUTION}[{name}]'" if missing else ""
    return Row("missing" if missing else "ok", f"extra {name}", said + more)


def _requirements() -> tuple[str, ...]:
    """The packages that this program wants in any case: those of extras and of other Pythons have a condition."""
    try:
        told = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # it runs out of its source tree
        return ()
    matches = (_REQUIREMENT.match(each) for each in told if ";" not in each)
    return tuple(match[0] for match in matches if match)


def _versions(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packages that are there, with their versions, and those that are not."""
    there: list[str] = []
    missing: list[str] = []
    for name in names:
        try:
            there.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    return tuple(there), tuple(missing)


def _compiled() -> Row:
    """Whether large captures can be scanned at once."""
    from analyzer.ingest.capture import compiled_scan

    state = compiled_scan()
    if state.folder is None:
        return Row("", "fast scan", "compiled in each run (half a minute): no cache folder can be written")
    if state.at_hand:
        return Row("ok", "fast scan", f"compiled, in {state.folder}")
    return Row("", "fast scan", f"compiled at the first large capture (half a minute), then kept in {state.folder}")


def _tshark() -> Row:
    path = shutil.which("tshark")
    if path is None:
        return Row("missing", "tshark", "`explain --frame` shows no dissection without it; install Wireshark")
    try:
        done = run_program(["tshark", "--version"], limits=_TSHARK)
    except ProgramError as error:
        return Row("", "tshark", f"does not run ({error}): `explain --frame` goes without it")
    if done.status:
        return Row("", "tshark", f"{path} ends with {done.status}: `explain --frame` goes without it")
    return Row("ok", "tshark", visible(done.output.decode("utf-8", "replace").partition("\n")[0].strip()))


def _settings() -> Iterator[Row]:
    """The project file, and what is in effect by it and by the environment."""
    from analyzer.cli.project import KEYS, NAME, Project, find, load

    found = find()
    project = Project()
    if found.path is None:
        yield Row("", "project file", f"no {NAME} in this folder or above it")
    else:
        try:
            project = load(found.path)
        except ConfigurationError as error:
            yield Row("wrong", "project file", str(error))
        else:
            yield Row("ok", "project file", str(found.path))
    for key in KEYS:
        yield from _setting(key, project)


def _setting(key: str, project: Project) -> Iterator[Row]:
    """One line where the environment or the project file sets it; a second where what it names is wrong."""
    from analyzer.history.place import without_password

    variable = f"AUTOPATH_{key.upper()}"
    told = os.environ.get(variable)
    values = _texts(key, told) if told else project.texts(key)
    if not values:
        return
    wrong = _wrong(key, values)
    shown = ", ".join(map(without_password, values)) + f" ({variable if told else 'project file'})"
    yield Row("wrong" if wrong else "ok", key, f"{shown}: {wrong}" if wrong else shown)


def _texts(key: str, told: str) -> tuple[str, ...]:
    """The values of an environment variable, as the option of that name reads it."""
    if key == "rules":
        return tuple(told.split(os.pathsep))
    return tuple(told.split()) if key == "labels" else (told,)


def _wrong(key: str, values: tuple[str, ...]) -> str:
    """What is wrong with what a setting names; empty where nothing is."""
    from analyzer.cli.options import labels_of, zone_given
    from analyzer.config import load_expectations, load_inventory
    from analyzer.errors import AutopathError
    from analyzer.history.place import place_named
    from analyzer.ingest.logs import load_rules

    try:
        match key:
            case "expectations":
                load_expectations(Path(values[0]))
            case "inventory":
                load_inventory(Path(values[0]))
            case "rules":
                load_rules(tuple(map(Path, values)), "192.168.5.2")
            case "zone":
                zone_given("zone", values[0])
            case "labels":
                labels_of(values)
            case "store":
                place_named(values[0])
            case "record":
                click.BOOL.convert(values[0], None, None)
            case _:
                pass
    except AutopathError as error:
        return str(error)
    except click.BadParameter:
        return "expected true or false"
    return ""
