"""Who wrote a log, and so on which clock its stamps are: the CVM or ESXi host that the path tells of, or its folder.

Collector bundles keep a CVM's logs under `…-PE-<cvm ip>/cvm_logs/`, vm-support bundles are `esx-<host>-<date>.tgz`. The
nearest path part that tells counts; what lies under `hypervisor_logs` of a CVM's folder is its host's. When none does,
all logs of a folder are one machine's: a rotation set shares a clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.families import FAMILIES, family_of
from analyzer.ingest.logs.text.addresses import can_name, placed
from analyzer.model.source import Machine, SourceKind, placed_at

_SNAPSHOTS_OF_A_CVM: frozenset[SourceKind] = frozenset(("netstat", "cluster-status"))
_UNNAMED: Mapping[Machine, str] = {"cvm": "genesis", "esxi": "esxi"}
"""What the clock of a machine is called in a folder that does not tell which one it is."""
_VERSION = re.compile(r"(?:aos|nos|ver|version|v|release|euphrates|build)[-_ ]*$", re.IGNORECASE)
_SUPPORT_BUNDLE = re.compile(r"^esx-(?P<host>.+?)(?<!-)-+\d{4}-\d\d-\d\d")
_OF_THE_HOST = re.compile(r"hypervisor_(?:logs|cfg|config)\b", re.IGNORECASE)
_OF_ESXI = re.compile(r"localcli|esxcli|esxcfg", re.IGNORECASE)  # what prints a table, as its file is called
_FAMILY_WORDS = re.compile(
    "|".join(family.name for family in FAMILIES)
    + r"""|vmkwarning|vmksummary|syslog|netstat|cluster|status
        |esxcfg|route|localcli|esxcli|network|ip|ipv4|neighbor|list|commands?
        |\b(?:out|log|txt|gz|xz|zst|bz2|lz4|l)\b|\d{8}-?T?\d{6}Z?|\d+|[^A-Za-z\d]
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Writer(msgspec.Struct, frozen=True):
    """The machine that wrote a log: the name of its clock, and its address or name where the path tells. `of_cvm`: it
    is the host of this CVM, whichever that is.
    """

    clock: str
    host: str | None
    of_cvm: str | None = None


def writer_of(name: str, kind: SourceKind, settings: Settings, said: str | None = None) -> Writer:
    """The writer of the source called `name`; one that `--clock` means by its name, or the end of it, has a clock of
    its own. `said` is the host that its lines name: by its address, or of several in one text, that counts; a name may
    be that of whose address the path has, which the files beside it tell.
    """
    machine = _machine_of(kind, name)
    counts = said is not None and (can_name(said, settings) or said in name.rpartition("!/")[2])
    host = said if counts else _told(name, machine, settings) or said
    if any(name == source or name.endswith(f"/{source}") for source, _ in settings.clock_offsets):
        return Writer(f"log:{name}", host)
    if host is not None and machine == "esxi" and _is_of_a_cvms_host(name, host):
        return Writer(f"esxi:host-of-{host}", None, host)
    if host is not None:
        return Writer(f"{machine}:{host}", host)
    return Writer(f"log:{_folder(name, _UNNAMED[machine])}", None)


def _machine_of(kind: SourceKind, name: str) -> Machine:
    """A table that a CVM prints may be of a host as well: its commands have names of their own."""
    family = family_of(kind)
    if family is not None:
        return family.machine
    return "cvm" if kind in _SNAPSHOTS_OF_A_CVM and not _OF_ESXI.match((_parts(name) or [""])[-1]) else "esxi"


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[/\\]|!/", placed_at(name)[1]) if part]


def _told(name: str, machine: Machine, settings: Settings) -> str | None:
    """The address or name in the nearest path part that has one."""
    for part in reversed(_parts(name)):
        bundle = _SUPPORT_BUNDLE.match(part) if machine == "esxi" else None
        if bundle is not None:
            return bundle["host"]
        addresses = [a for start, _, a in _placed_in_part(part, settings) if not _VERSION.search(part[:start])]
        if addresses:
            return addresses[-1]
    return None


def _is_of_a_cvms_host(name: str, host: str) -> bool:
    """Whether the part that tells the writer is a CVM's, which has its host's logs and settings below it."""
    parts = _parts(name)
    below = next((place for place in range(len(parts) - 1, -1, -1) if host in parts[place]), len(parts))
    return any(_OF_THE_HOST.match(part) for part in parts[below + 1 :])


def _placed_in_part(part: str, settings: Settings) -> tuple[tuple[int, int, str], ...]:
    """Addresses in a path part, where a letter, a dash or an extension may touch them (`PE-10.0.0.1.tgz`)."""
    spaced = re.sub(r"[^\d.]|\.(?=\D|$)", " ", part)
    return placed(spaced, settings)


def _folder(name: str, unnamed: str) -> str:
    """The folder and, where the file's name tells more than its kind (`genesis-cvmA.out`), that too."""
    *folder, base = _parts(name) or [""]
    more = _FAMILY_WORDS.sub("", base)
    return placed_at(name)[0] + "/".join([*folder, f"{unnamed}-{more.lower()}" if more else unnamed])
