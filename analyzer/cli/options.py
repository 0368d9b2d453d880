"""The options that say how evidence is read and what a run is about, and the settings that they make."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.cli.project import Project
    from analyzer.config import Settings
    from analyzer.model.about import About
    from analyzer.model.source import HashAlgorithm

FILE = click.Path(path_type=Path)
_Command = TypeVar("_Command", bound=Callable[..., object])
_OFFSET = re.compile(r"(?P<number>[+-]?\d{1,9}(?:\.\d{1,9})?)\s*(?P<unit>ns|us|µs|ms|s|min|h)?")
_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9}
_LAST_PORT = 65535

_READING = (
    click.option(
        "--log-timezone", metavar="ZONE", help="Time zone of logs whose time stamps have none, such as Europe/Berlin."
    ),
    click.option(
        "--log-year",
        metavar="YEAR",
        type=click.IntRange(1970, 2200),
        help="Year of the first line of a syslog whose stamps have none; else the other evidence tells.",
    ),
    click.option(
        "--clock",
        metavar="SOURCE=OFFSET",
        multiple=True,
        help="A source's clock is ahead by OFFSET (1.7s, -250ms); else it is estimated.",
    ),
    click.option(
        "--rules",
        type=FILE,
        multiple=True,
        envvar="AUTOPATH_RULES",
        help="More rules for log lines (TOML), tried first.",
    ),
    click.option(
        "--expectations",
        type=FILE,
        envvar="AUTOPATH_EXPECTATIONS",
        help="Expected reaction times and outages (TOML); they replace the defaults of the same kind and metric.",
    ),
    click.option("--inventory", type=FILE, envvar="AUTOPATH_INVENTORY", help="Names of hosts and CVMs (TOML)."),
    click.option("--storage-address", metavar="ADDRESS", help="The datastore's address.  [192.168.5.2]"),
    click.option("--host-private-address", metavar="ADDRESS", help="The host's private address.  [192.168.5.1]"),
    click.option(
        "--cvm-management-address", metavar="ADDRESS", help="The CVM's second private address.  [192.168.5.254]"
    ),
    click.option("--nfs-port", metavar="PORT", type=int, help="The NFS server's port.  [2049]"),
)

_ABOUT = (
    click.option("--title", metavar="TEXT", help="What the test is called, in reports."),
    click.option("--ticket", metavar="TEXT", help="The change ticket that the test belongs to."),
    click.option("--cluster", metavar="TEXT", help="The cluster's name."),
    click.option("--operator", metavar="TEXT", help="Who ran the test."),
    click.option(
        "--label",
        metavar="KEY=VALUE",
        multiple=True,
        envvar="AUTOPATH_LABELS",
        help="Anything else to tell runs apart by.",
    ),
    click.option(
        "--zone",
        metavar="ZONE",
        envvar="AUTOPATH_ZONE",
        help="Zone whose local time reports show beside UTC (Europe/Berlin).",
    ),
)


class Reading(TypedDict):
    """What the options above give."""

    log_timezone: str | None
    log_year: int | None
    clock: tuple[str, ...]
    rules: tuple[Path, ...]
    expectations: Path | None
    inventory: Path | None
    storage_address: str | None
    host_private_address: str | None
    cvm_management_address: str | None
    nfs_port: int | None


class AboutGiven(TypedDict):
    """What the options above give."""

    title: str | None
    ticket: str | None
    cluster: str | None
    operator: str | None
    label: tuple[str, ...]
    zone: str | None


def reading(command: _Command) -> _Command:
    """Give a command the options that say how evidence is read."""
    for option in reversed(_READING):
        command = option(command)
    return command


def about(command: _Command) -> _Command:
    """Give a command the options that say what a run is about."""
    for option in reversed(_ABOUT):
        command = option(command)
    return command


def settings_of(
    given: Reading,
    *,
    project: Project | None = None,
    strict: bool = False,
    algorithm: HashAlgorithm = "sha256",
    workers: int = 1,
) -> Settings:
    """The settings that the options make, and the project file where an option is not given; :class:`UsageError` or
    :class:`ConfigurationError` when one is wrong.
    """
    import msgspec

    from analyzer.config import Inventory, Settings, load_expectations, load_inventory

    expectations = given["expectations"] or (project and project.expectations)
    inventory = given["inventory"] or (project and project.inventory)
    settings = Settings(
        log_timezone=zone_given("--log-timezone", given["log_timezone"]),
        log_year=given["log_year"],
        clock_offsets=tuple(clock_offset(text) for text in given["clock"]),
        rules=given["rules"] or (project.rules if project else ()),
        expectations=load_expectations(expectations) if expectations else (),
        inventory=load_inventory(inventory) if inventory else Inventory(),
        hash=algorithm,
        workers=workers,
        strict=strict,
    )
    return msgspec.structs.replace(settings, **_addresses(given))


def about_of(given: AboutGiven) -> About:
    """What the options say; :class:`UsageError` for a wrong label or zone."""
    from analyzer.model.about import About

    return About(
        title=given["title"] or None,
        ticket=given["ticket"] or None,
        cluster=given["cluster"] or None,
        operator=given["operator"] or None,
        labels=labels_of(given["label"]),
        zone=zone_given("--zone", given["zone"]),
    )


def labels_of(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The labels of `KEY=VALUE` texts, sorted; :class:`UsageError` for a wrong one."""
    labels: dict[str, str] = {}
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not (key and equals):
            raise UsageError(f"--label {text}: expected KEY=VALUE, such as change=CHG0012345")
        if labels.setdefault(key, value) != value:
            raise UsageError(f"--label {text}: {key} is {labels[key]!r} already; give each key once")
    return tuple(sorted(labels.items()))


def clock_offset(text: str) -> tuple[str, int]:
    """`SOURCE=OFFSET` as (source, ns that it is ahead); the source's name may hold `=`."""
    source, equals, offset = text.rpartition("=")
    match = _OFFSET.fullmatch(offset.strip())
    if not (source and equals and match):
        raise UsageError(f"--clock {text}: expected SOURCE=OFFSET, such as genesis.out=1.7s or span.pcap=-250ms")
    ns = Decimal(match["number"]) * _UNITS[match["unit"] or "s"]
    if ns != int(ns):
        raise UsageError(f"--clock {text}: the offset is finer than a nanosecond")
    return source, int(ns)


def zone_given(option: str, name: str | None) -> str | None:
    """The zone that an option names; :class:`UsageError` where there is no such zone."""
    if name is None:
        return None
    from analyzer.model.about.zone import zone_named

    if zone_named(name) is None:
        raise UsageError(f"{option} {name}: no such zone; give an IANA name such as UTC or Europe/Berlin")
    return name


def _addresses(given: Reading) -> dict[str, str | int]:
    changed: dict[str, str | int] = {}
    for key, value in (
        ("storage_address", given["storage_address"]),
        ("host_private_address", given["host_private_address"]),
        ("cvm_management_address", given["cvm_management_address"]),
    ):
        if value is not None:
            changed[key] = _ipv4(value, key)
    if (port := given["nfs_port"]) is not None:
        if not 1 <= port <= _LAST_PORT:
            raise UsageError(f"--nfs-port {port}: expected 1 to {_LAST_PORT}")
        changed["nfs_port"] = port
    return changed


def _ipv4(text: str, key: str) -> str:
    from ipaddress import IPv4Address

    try:
        return str(IPv4Address(text))
    except ValueError as error:
        raise UsageError(f"--{key.replace('_', '-')} {text}: expected an IPv4 address such as 192.168.5.2") from error
