"""What a user can set: addresses, ports, zones, clock offsets, rules, expectations and an inventory, all frozen values.

Reading the TOML files that hold them is `load_expectations` and `load_inventory`; each raises
:class:`~analyzer.errors.ConfigurationError` with one sentence (file, what was expected, what to do).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from analyzer.errors import ConfigurationError
from analyzer.model.about import About
from analyzer.model.about.zone import zone_named
from analyzer.model.episode import EpisodeKind
from analyzer.model.run import Expectation, ProjectFile
from analyzer.model.source import HashAlgorithm
from analyzer.user_file import content_of, toml_table, valid_keys

NS_PER_SECOND = 1_000_000_000
EXPECTED_METRICS = ("detection", "outage")
ANY_KIND = "*"
NO_ZONE = "there is no such zone: give an IANA name such as UTC or Europe/Berlin"

LONGEST_WORDS, MOST_LABELS = 300, 50
_LONGEST_S = 1_000_000
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_MSGSPEC_WORDS = (
    ("Object contains unknown field", "unknown key"),
    ("Object missing required field", "missing key"),
    ("Expected", "expected"),
)
_Shape = TypeVar("_Shape")


class InventoryHost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An ESXi host of the inventory: vmk0's address, MACs of its VMkernel ports, its local CVM's address."""

    name: str | None = None
    address: str
    macs: tuple[str, ...] = ()
    cvm: str | None = None


class InventoryCvm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A CVM of the inventory: eth0's address, MACs of its ports."""

    name: str | None = None
    address: str
    macs: tuple[str, ...] = ()


class Inventory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names and addresses of one cluster, and what its runs are about (TOML: `cluster = "…"`, `[run]`, `[[hosts]]`,
    `[[cvms]]`).
    """

    cluster: str | None = None
    run: About = About()
    hosts: tuple[InventoryHost, ...] = ()
    cvms: tuple[InventoryCvm, ...] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one analysis is told. `clock_offsets` are (source name or clock, ns that it is ahead).

    `log_year` is that of the first stamp of a log whose stamps have none; else the one that brings it nearest to
    `log_near` (ns), when the other evidence was.

    `about` is what people call the run by; what it does not say the inventory does, then files of the evidence.
    `project` is the project file that some of this comes from.
    Raises :class:`~analyzer.errors.ConfigurationError` for a zone (`log_timezone`, `about.zone`) that there is not.

    `workers` is how many cores are used: as many large files are read at once, by threads, and a file is decompressed
    and hashed beside the work on its bytes where a core is free for that. It changes nothing in the result.
    """

    storage_address: str = "192.168.5.2"
    host_private_address: str = "192.168.5.1"
    cvm_management_address: str = "192.168.5.254"
    nfs_port: int = 2049
    log_timezone: str | None = None
    log_year: int | None = None
    log_near: int | None = None
    clock_offsets: tuple[tuple[str, int], ...] = ()
    rules: tuple[Path, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    processing_allowance: int = 10 * NS_PER_SECOND
    inventory: Inventory = Inventory()
    about: About = About()
    project: ProjectFile | None = None
    hash: HashAlgorithm = "sha256"
    workers: int = 1
    strict: bool = False

    def __post_init__(self) -> None:
        for told in (self.about, self.inventory.run):
            _check_length(told)
        for name, zone in (("log_timezone", self.log_timezone), ("about.zone", self.about.zone)):
            if zone is not None and zone_named(zone) is None:
                raise ConfigurationError(f"{name} is {zone!r}; {NO_ZONE}")


def _check_length(about: About) -> None:
    """A report's first screen has room for words, and not for a text: :class:`ConfigurationError` for more."""
    texts = {name: getattr(about, name) or "" for name in about.__struct_fields__ if name != "labels"}
    for name, text in (*texts.items(), *((f"label {key[:LONGEST_WORDS]}", key + value) for key, value in about.labels)):
        if len(text) > LONGEST_WORDS:
            raise ConfigurationError(f"{name} has {len(text):,} characters; give at most {LONGEST_WORDS}")
    if len(about.labels) > MOST_LABELS:
        raise ConfigurationError(f"there are {len(about.labels):,} labels; give at most {MOST_LABELS}")


def about_told(settings: Settings) -> About:
    """What a run is about as somebody told it: the settings' own words first, then the inventory's."""
    inventory = settings.inventory
    return settings.about.filled(inventory.run).filled(About(cluster=inventory.cluster))


class _RunTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[run]` as it stands in an inventory."""

    title: str | None = None
    ticket: str | None = None
    cluster: str | None = None
    operator: str | None = None
    aos_version: str | None = None
    esxi_version: str | None = None
    labels: dict[str, str] = {}
    zone: str | None = None


class _InventoryFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inventory as it stands in its file."""

    cluster: str | None = None
    run: _RunTable = _RunTable()
    hosts: tuple[InventoryHost, ...] = ()
    cvms: tuple[InventoryCvm, ...] = ()


class _ExpectationRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[expectation]]` as it stands in the file; seconds are decimals, read exactly."""

    kind: str
    metric: str = "detection"
    expected_s: Decimal
    tolerance_s: Decimal = Decimal(0)
    bound_s: Decimal | None = None
    source: str = ""


class _ExpectationFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    expectation: tuple[_ExpectationRow, ...]


def default_expectations() -> tuple[Expectation, ...]:
    """What the published test measured, once each, and what ESXi bears: the packaged `expectations.toml`."""
    text = resources.files("analyzer").joinpath("judge", "expectations.toml").read_text("utf-8")
    return _expectations(text, "the packaged expectations.toml")


def load_expectations(path: Path) -> tuple[Expectation, ...]:
    """The `[[expectation]]` tables of a TOML file: kind, metric, expected_s, tolerance_s, bound_s, source."""
    return _expectations(_text(path, "an expectations file"), str(path))


def load_inventory(path: Path) -> Inventory:
    """The names and addresses of a cluster: `cluster = "…"`, `[[hosts]]` and `[[cvms]]` with name, address, macs; and
    `[run]` with title, ticket, cluster, operator, aos_version, esxi_version, zone and a table `labels`.
    """
    file = _convert(_table(_text(path, "an inventory"), str(path)), _InventoryFile, str(path))
    inventory = Inventory(cluster=file.cluster, run=_about(file.run, f"{path}: run"), hosts=file.hosts, cvms=file.cvms)
    for where, machine in _machines(inventory):
        if not _is_ipv4(machine.address):
            raise ConfigurationError(f"{path}: {where}.address is {machine.address!r}; expected an IPv4 address")
        for mac in machine.macs:
            if not _MAC.fullmatch(mac):
                raise ConfigurationError(
                    f"{path}: {where}.macs has {mac!r}; expected six bytes as in 00:50:56:aa:bb:cc"
                )
    return _lower_macs(inventory)


def nanoseconds(seconds: Decimal) -> int:
    """Exact nanoseconds of a decimal number of seconds; ValueError for anything finer, or for no finite number."""
    if not seconds.is_finite() or abs(seconds) > _LONGEST_S:
        raise ValueError(f"{seconds} is no time of at most {_LONGEST_S} s")
    ns = seconds * NS_PER_SECOND
    if ns != int(ns):
        raise ValueError(f"{seconds} s is finer than a nanosecond")
    return int(ns)


def _expectations(text: str, name: str) -> tuple[Expectation, ...]:
    rows = _convert(_table(text, name), _ExpectationFile, name).expectation
    if not rows:
        raise ConfigurationError(f"{name}: no [[expectation]] table; expected at least one")
    met: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 1):
        if (first := met.setdefault((row.kind, row.metric), number)) != number:
            raise ConfigurationError(
                f"{name}: expectation {number} repeats expectation {first} ({row.kind}, {row.metric}); keep one"
            )
    return tuple(_expectation(row, f"{name}: expectation {number}") for number, row in enumerate(rows, 1))


def _expectation(row: _ExpectationRow, where: str) -> Expectation:
    for key, value, known in (
        ("kind", row.kind, (*get_args(EpisodeKind), ANY_KIND)),
        ("metric", row.metric, EXPECTED_METRICS),
    ):
        if value not in known:
            raise ConfigurationError(f"{where}: {key} is {value!r}; expected one of {', '.join(known)}")
    try:
        expected, tolerance = nanoseconds(row.expected_s), nanoseconds(row.tolerance_s)
        bound = None if row.bound_s is None else nanoseconds(row.bound_s)
    except ValueError as error:
        raise ConfigurationError(f"{where}: {error}; give seconds, such as 23 or 23.5") from error
    if expected <= 0 or tolerance < 0:
        raise ConfigurationError(f"{where}: expected_s must be above 0 and tolerance_s not below 0")
    if bound is not None and bound < expected + tolerance:
        raise ConfigurationError(f"{where}: bound_s must not be below expected_s with its tolerance_s")
    return Expectation(
        kind=row.kind,
        metric=row.metric,
        expected=expected,
        tolerance=tolerance,
        bound=bound,
        source=row.source,
    )


def _text(path: Path, what: str) -> str:
    try:
        return content_of(path).decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}); expected {what} (TOML)") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: byte {error.start} is not UTF-8; expected {what} (TOML)") from error


def _table(text: str, name: str) -> dict[str, object]:
    try:
        return toml_table(text, Decimal)
    except ValueError as error:
        raise ConfigurationError(f"{name}: is no TOML ({error}); correct that line") from error


def _convert(table: dict[str, object], shape: type[_Shape], name: str) -> _Shape:
    try:
        return msgspec.convert(table, shape, strict=True)
    except msgspec.ValidationError as error:
        valid = valid_keys(str(error), shape)
        hint = f" (valid: {', '.join(valid)})" if valid else ""
        raise ConfigurationError(f"{name}: {_plain(str(error))}; correct that key{hint}") from error


def _plain(error: str) -> str:
    """Msgspec's sentence with the place as TOML has it: `$.expectation[0].kind` is `expectation 1, kind`."""
    sentence, _, place = error.partition(" - at `$")
    for theirs, ours in _MSGSPEC_WORDS:
        sentence = sentence.replace(theirs, ours)
    place = re.sub(r"\[(\d+)\]", lambda m: f" {int(m[1]) + 1},", place.rstrip("`")).replace(".", " ").strip(" ,")
    place = " ".join(place.split())
    return f"{place}: {sentence}" if place else sentence


def _about(table: _RunTable, where: str) -> About:
    if table.zone is not None and zone_named(table.zone) is None:
        raise ConfigurationError(f"{where}.zone is {table.zone!r}; {NO_ZONE}")
    told = msgspec.structs.asdict(table) | {"labels": tuple(sorted(table.labels.items()))}
    return About(**told)


def _machines(inventory: Inventory) -> Iterator[tuple[str, InventoryHost | InventoryCvm]]:
    yield from ((f"hosts {number}", host) for number, host in enumerate(inventory.hosts, 1))
    yield from ((f"cvms {number}", cvm) for number, cvm in enumerate(inventory.cvms, 1))


def _is_ipv4(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _lower_macs(inventory: Inventory) -> Inventory:
    """MACs as the rest of the program writes them: lower case, colons."""
    replace = msgspec.structs.replace
    return replace(
        inventory,
        hosts=tuple(replace(host, macs=_macs(host.macs)) for host in inventory.hosts),
        cvms=tuple(replace(cvm, macs=_macs(cvm.macs)) for cvm in inventory.cvms),
    )


def _macs(macs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(mac.lower().replace("-", ":") for mac in macs)
