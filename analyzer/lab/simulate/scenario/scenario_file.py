"""A scenario's file: TOML that a person writes, read and checked; and written, to begin one's own with."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path as FilePath
from typing import get_args

import msgspec

from analyzer.errors import ConfigurationError
from analyzer.lab.addresses import is_address
from analyzer.lab.simulate.scenario.action import GIVEN, LASTING, Action
from analyzer.lab.simulate.scenario.options import FEWEST_NODES, MOST_NODES
from analyzer.lab.simulate.scenario.scenario import KINDS, Fault, Scenario
from analyzer.user_file import content_of, toml_table, valid_keys

MOST_FAULTS = 2_000
LONGEST = 36_000  # s; a stream lasts longer
_WORDS = (  # of msgspec, and ours
    ("Object contains", "has"),
    ("Object missing", "lacks the"),
    ("Invalid decimal string", "expected seconds"),
    ("Invalid enum value", f"expected one of {', '.join(get_args(Action))}, not"),
)
_TYPES = {
    "decimal": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "array": "tables, [[…]]",
    "object": "a table",
    "date": "a date",
    "time": "a time of day",
    "datetime": "a date",
}
_TIME = f"0 to {LONGEST} s"


def scenario_of(name: str) -> Scenario:
    """The kind of that name, or the scenario of a TOML file of that name.

    Raises :class:`ConfigurationError` when it is neither, or the file is wrong.
    """
    for kind in KINDS:
        if kind.name == name:
            return kind
    path = FilePath(name)
    if path.suffix != ".toml" and not path.is_file():
        known = ", ".join(kind.name for kind in KINDS)
        raise ConfigurationError(f"{name}: no scenario of this name and no file; there are {known}, or a TOML file")
    return load_scenario(path)


def load_scenario(path: FilePath) -> Scenario:
    """A scenario from TOML: `name`, `about`, `nodes`, `quiet` and `[[fault]]` tables; seconds are decimals."""
    try:
        table = toml_table(_text(path), Decimal)
    except ValueError as error:
        raise ConfigurationError(f"{path}: is no TOML ({error}); correct that line") from error
    table.setdefault("name", path.stem)
    try:
        scenario = msgspec.convert(table, Scenario, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path}: {_located(str(error))}") from error
    return _sensible(scenario, str(path))


def _text(path: FilePath) -> str:
    """What the file says; one that never ends, or that nobody writes, is not waited for."""
    try:
        return content_of(path).decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}); expected a scenario (TOML)") from error


def as_toml(scenario: Scenario) -> str:
    """The scenario as a file that `load_scenario` reads: to look at, or to begin one's own with."""
    lines = [f"name = {_quoted(scenario.name)}", f"about = {_quoted(scenario.about)}"]
    if scenario.nodes is not None:
        lines.append(f"nodes = {scenario.nodes}")
    if not scenario.fault:
        lines.append(f"quiet = {scenario.quiet}")
    for fault in scenario.fault:
        lines += ["", "[[fault]]"]
        for name in Fault.__struct_fields__:
            value, default = getattr(fault, name), getattr(Fault(do="nfs-hang"), name)
            if name == "do" or value != default or (name == "seconds" and fault.do in LASTING):
                lines.append(f"{name} = {_written(value)}")
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """As a basic string of TOML, with what can't be seen written out."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in plain) + '"'


def _located(error: str) -> str:
    """What msgspec says of a value, with the place in the words of the file: `fault 1: at: expected …`."""
    said, _, place = error.partition(" - at `$")
    words = re.sub(r"\[(\d+)\]", lambda match: f" {int(match[1]) + 1}", place.rstrip("`"))
    keys = [key for key in words.split(".") if key and key != "[...]"]
    for theirs, ours in _WORDS:
        said = said.replace(theirs, ours)
    said = re.sub(r"`([a-z]+(?: \| [a-z]+)*)`", _kinds, said)
    valid = valid_keys(error, Scenario)
    hint = f" (valid: {', '.join(valid)})" if valid else ""
    return ": ".join((*keys, f"{said[:1].lower()}{said[1:]}; correct that key{hint}"))


def _kinds(named: re.Match[str]) -> str:
    """Msgspec's types in words: `int | str | null` is a whole number or text."""
    types = [one for one in named[1].split(" | ") if one != "null"]
    return " or ".join(_TYPES[one] for one in types) if set(types) <= set(_TYPES) else named[0]


def _sensible(scenario: Scenario, name: str) -> Scenario:
    if len(scenario.fault) > MOST_FAULTS:
        raise ConfigurationError(f"{name}: has {len(scenario.fault)} faults; expected at most {MOST_FAULTS}")
    if scenario.nodes is not None and not FEWEST_NODES <= scenario.nodes <= MOST_NODES:
        raise ConfigurationError(f"{name}: nodes is {scenario.nodes}; expected {FEWEST_NODES} to {MOST_NODES}")
    if not _is_time(scenario.quiet):
        raise ConfigurationError(f"{name}: quiet is {scenario.quiet}; expected {_TIME}")
    for number, fault in enumerate(scenario.fault, 1):
        where = f"{name}: fault {number} ({fault.do})"
        if not 1 <= fault.on <= (scenario.nodes or MOST_NODES):
            raise ConfigurationError(f"{where}: on is {fault.on}; expected a node's number, from 1")
        if fault.do in GIVEN and fault.gateway is None:
            raise ConfigurationError(f"{where}: has no gateway; expected a node's number or an address")
        if isinstance(fault.gateway, str) and not is_address(fault.gateway):
            raise ConfigurationError(f"{where}: gateway is {fault.gateway!r}; expected a node's number or an address")
        _check_command(fault, where)
        for key in ("at", "after", "seconds"):
            value = getattr(fault, key)
            if value is not None and not _is_time(value):
                raise ConfigurationError(f"{where}: {key} is {value}; expected {_TIME}")
    return scenario


def _check_command(fault: Fault, where: str) -> None:
    offset = fault.beside_genesis
    if offset is not None and (fault.do != "route-add" or not offset.is_finite() or not -1 <= offset <= LONGEST):
        raise ConfigurationError(f"{where}: beside_genesis is {offset}; expected s from -1 on, of a route-add")
    if fault.in_vain and fault.do not in ("route-add", "route-delete"):
        raise ConfigurationError(f"{where}: in_vain is true; expected it of a route-add or a route-delete")


def _is_time(seconds: Decimal) -> bool:
    return seconds.is_finite() and 0 <= seconds <= LONGEST
