"""A scenario: faults on a timeline. Read from TOML, or one of the kinds that the program knows by name."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path as FilePath
from typing import get_args

import msgspec

from analyzer.errors import ConfigurationError
from analyzer.lab.simulate.action import GIVEN, LASTING, Action
from analyzer.lab.simulate.options import FEWEST_NODES, MOST_NODES, Options
from analyzer.model.instant import SECOND

NOBODY = "192.168.1.99"
MOST_FAULTS = 100
LONGEST = 360_000  # s
_WORDS = (  # of msgspec, and ours
    ("Object contains", "has"),
    ("Object missing", "lacks the"),
    ("Invalid decimal string", "expected seconds"),
    ("Invalid enum value", f"expected one of {', '.join(get_args(Action))}, not"),
)
_TIME = f"0 to {LONGEST} s"


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing done. `on` is a node's number from 1. `at` is s after the captures begin; else it is done `after` s
    after the fault before it was repaired and the host served again. Neither: when Genesis' phase comes, and not before
    the captures ran for `--tail` since that repair.

    `before_capture`: the fault and its repair come before the captures. `gateway` is a node's number (its CVM) or an
    address; `seconds` is how long a hang lasts, or whatever else does. `beside_genesis`: a route is added by hand so
    many s after Genesis itself does so next, or before (negative).
    """

    do: Action
    on: int = 1
    at: Decimal | None = None
    after: Decimal | None = None
    before_capture: bool = False
    gateway: int | str | None = None
    seconds: Decimal = Decimal(14)
    beside_genesis: Decimal | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Faults in order; `quiet` is how long a scenario without faults lasts, s."""

    name: str
    about: str = ""
    nodes: int | None = None
    quiet: Decimal = Decimal(75)
    fault: tuple[Fault, ...] = ()

    def cluster(self, options: Options) -> Options:
        """The options with the scenario's number of nodes, where it tells one."""
        return options if self.nodes is None else msgspec.structs.replace(options, nodes=self.nodes)


def _kinds() -> tuple[Scenario, ...]:
    earlier = Fault(do="cvm-power-off", before_capture=True)
    return (
        Scenario(name="healthy", about="no fault: storage traffic stays on the internal switch"),
        Scenario(
            name="cvm-failure",
            about="the CVM of node 1 is powered off; Genesis routes its host to another CVM",
            fault=(Fault(do="cvm-power-off"),),
        ),
        Scenario(
            name="route-injection",
            about="a route to a living CVM is added by hand on a healthy host; Genesis ends the connection, deletes it",
            fault=(Fault(do="route-add", gateway=3),),
        ),
        Scenario(
            name="route-injection-invalid",
            about="a route to nobody is added by hand on a healthy host; Genesis deletes it",
            fault=(Fault(do="route-add", gateway=NOBODY),),
        ),
        Scenario(
            name="route-deletion",
            about="the CVM had failed before; its host's valid route is deleted by hand, Genesis adds it again",
            fault=(earlier, Fault(do="route-delete")),
        ),
        Scenario(
            name="cvm-recovery",
            about="the CVM had failed before; it is powered on, joins in two steps, and the host fails back",
            fault=(earlier, Fault(do="cvm-power-on")),
        ),
        Scenario(
            name="nfs-hang",
            about="the NFS server of the local CVM hangs for 14 s: a gap in replies, and no failover",
            fault=(Fault(do="nfs-hang"),),
        ),
        Scenario(
            name="other-cvm-failure",
            about="another host's CVM is powered off: that host fails over, node 1 does not notice",
            fault=(Fault(do="cvm-power-off", on=3),),
        ),
        Scenario(
            name="whole-story",
            about="a route is added by hand; the CVM fails, its host's route is deleted by hand, the CVM returns",
            fault=(
                Fault(do="route-add", gateway=3),
                Fault(do="cvm-power-off"),
                Fault(do="route-delete"),
                Fault(do="cvm-power-on"),
            ),
        ),
    )


KINDS = _kinds()


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
        table = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}); expected a scenario (TOML)") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: is no TOML ({error}); mend that line") from error
    table.setdefault("name", path.stem)
    try:
        scenario = msgspec.convert(table, Scenario, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path}: {_located(str(error))}") from error
    return _sensible(scenario, str(path))


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
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nanoseconds(seconds: Decimal) -> int:
    """Whole ns of a scenario's seconds."""
    return int(seconds * SECOND)


def _located(error: str) -> str:
    """What msgspec says of a value, with the place in the words of the file: `fault 1: at: expected …`."""
    said, _, place = error.partition(" - at `$")
    words = re.sub(r"\[(\d+)\]", lambda match: f" {int(match[1]) + 1}", place.rstrip("`"))
    keys = [key for key in words.split(".") if key and key != "[...]"]
    for theirs, ours in _WORDS:
        said = said.replace(theirs, ours)
    return ": ".join((*keys, f"{said[:1].lower()}{said[1:]}; mend that key"))


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
        if isinstance(fault.gateway, str) and not _is_address(fault.gateway):
            raise ConfigurationError(f"{where}: gateway is {fault.gateway!r}; expected a node's number or an address")
        _check_beside(fault, where)
        for key in ("at", "after", "seconds"):
            value = getattr(fault, key)
            if value is not None and not _is_time(value):
                raise ConfigurationError(f"{where}: {key} is {value}; expected {_TIME}")
    return scenario


def _check_beside(fault: Fault, where: str) -> None:
    beside = fault.beside_genesis
    if beside is not None and (fault.do != "route-add" or not beside.is_finite() or not -1 <= beside <= LONGEST):
        raise ConfigurationError(f"{where}: beside_genesis is {beside}; expected s from -1 on, of a route-add")


def _is_time(seconds: Decimal) -> bool:
    return seconds.is_finite() and 0 <= seconds <= LONGEST


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
