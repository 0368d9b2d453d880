"""The families of logs, each one value in one table: whose log it is, how it is known, read and worded.

All that has to be said of a family stands here and in its rules file; the other stages get what they need of it with
each source (:class:`~analyzer.model.source.Log`). A stamp's text is the same in all of them (`text/stamp.py` reads it),
so a family has none of its own: its `shape` says where the stamp stands.
"""

from __future__ import annotations

import re

import msgspec

from analyzer.ingest.logs.header import ESXI, NUTANIX, Shape
from analyzer.model.source import Log, Machine, SourceKind

_STAMP = rb"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?(?:Z|[+-]\d\d:?\d\d))?:?\s+"

_RFC_5424 = rb"\s(?:\d+|-)\s\S{1,40}\s[\[-]"
"""What follows a program's name there: process, message id and what else is structured."""


def lines(pattern: bytes) -> re.Pattern[bytes]:
    """An expression that is looked for in every line of a text, in any case."""
    return re.compile(pattern, re.MULTILINE | re.IGNORECASE)


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """One family of logs.

    `name` is the kind of its sources and what a rules file calls it; `file` what a user calls its file, `title` a
    report. `machine` writes it. `line` is found in its lines and in no other family's; where other programs' logs have
    such lines too, one of `signs` must be in the text, or its name in the file's. `shape` is that of its records, and
    `rules` the file in `rules/` that has its wording. `logins`: sshd tells in it who logged in. `commands`: lines for a
    shell stand in it, as somebody typed them or had them run.
    """

    name: SourceKind
    machine: Machine
    file: str
    title: str
    line: re.Pattern[bytes]
    signs: tuple[re.Pattern[bytes], ...] = ()
    shape: Shape
    rules: str
    logins: bool = False
    commands: bool = False

    @property
    def typed(self) -> bool:
        """Whether what one line says may hang on each line before it, as in a shell."""
        return self.commands and not self.logins

    @property
    def log(self) -> Log:
        """What the other stages are told of it."""
        return Log(self.machine, self.title)


FAMILIES: tuple[Family, ...] = (
    Family(
        name="genesis",
        machine="cvm",
        file="genesis.out",
        title="Genesis log",
        line=lines(
            _STAMP
            + rb"(?:(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\s+(?:\S{1,80}\s+)??\[?[\w./<>-]{1,120}:\d+\]?"
            + rb"|(?:\S{1,80}\s+)??\[?[\w/-]{1,120}\.py:\d+\]?\s)"
        ),
        signs=(
            lines(rb"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}Z "),  # a comma and a Z: no other program's log has both
            lines(
                rb"\bha_\w+\.py|hypervisor_ha|ha_service|\bgenesis|\bstargate|\bcvm\b|\bsvm\b|nfsterminate|autopath"
                rb"|esxcfg-route"
            ),
            lines(
                rb"\b(?:node_manager|cluster_manager|zookeeper_service|command|ipv4config|server|service_utils|cluster)"
                rb"(?:\.py)?:\d+"
            ),
        ),
        shape=NUTANIX,
        rules="genesis.toml",
    ),
    Family(
        name="vmkernel",
        machine="esxi",
        file="vmkernel",
        title="ESXi vmkernel log",
        line=lines(_STAMP + rb"[^\n]{0,120}?\bcpu\d+:\d+[^\n)]{0,80}\)"),
        shape=ESXI,
        rules="esxi.toml",
    ),
    Family(
        name="vobd",
        machine="esxi",
        file="vobd",
        title="ESXi vobd log",
        line=lines(
            _STAMP + rb"(?:[A-Z]\w\(\d+\)\s+)?[^\n]{0,60}?\[\w*Correlator\w*\]|" + _STAMP + rb"[^\n]{0,80}?\bvobd\b"
        ),
        shape=ESXI,
        rules="esxi.toml",
    ),
    Family(
        name="shell",
        machine="esxi",
        file="shell",
        title="ESXi shell log",
        line=lines(_STAMP + rb"[^\n]{0,60}?\b(?:shell|ESXShell|SSH)(?:(?:\[\w+\])?:\s|" + _RFC_5424 + rb")"),
        shape=ESXI,
        rules="esxi.toml",
        commands=True,
    ),
    Family(
        name="auth",
        machine="esxi",
        file="auth",
        title="ESXi auth log",
        line=lines(
            _STAMP
            + rb"[^\n]{0,60}?\b(?:sshd(?:-session)?|login|dcui|su|sudo|passwd)(?:\[\w+\]:?\s|"
            + _RFC_5424
            + rb")"
        ),
        shape=ESXI,
        rules="esxi.toml",
        logins=True,
        commands=True,
    ),
    Family(
        name="hostd",
        machine="esxi",
        file="hostd",
        title="ESXi hostd log",
        line=lines(
            _STAMP
            + rb"[^\n]{0,60}?\bhostd(?:\[\w+\]|:|"
            + _RFC_5424
            + rb")|"
            + _STAMP
            + rb"[^\n]{0,60}?\[Originator@\d+"
        ),
        shape=ESXI,
        rules="esxi.toml",
    ),
)


def family_of(kind: SourceKind) -> Family | None:
    """The family of that name; None for a kind of source that is no log."""
    return next((family for family in FAMILIES if family.name == kind), None)
