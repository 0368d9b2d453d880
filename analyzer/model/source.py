"""Where evidence comes from: a source is one input file, an origin is one frame or line of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.instant import Instant

SourceKind = Literal[
    "capture",
    "genesis",
    "vmkernel",
    "vobd",
    "shell",
    "auth",
    "hostd",
    "route-table",
    "neighbor-list",
    "netstat",
    "cluster-status",
    "marks",
    "unrecognised",
]

HashAlgorithm = Literal["sha256", "blake3", "none"]


class Origin(msgspec.Struct, frozen=True, order=True):
    """One frame (Wireshark's number, from 1 in each file) or line (from 1) of a source."""

    source: str
    number: int


class Skipped(msgspec.Struct, frozen=True):
    """What could not be read: where (`frame 12`, `line 4`, `offset 1234`), why, and how often the same happened."""

    source: str
    where: str
    why: str
    count: int = 1


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One input file.

    `name` is the path as given, with the members of bundles behind `!/` (`bundle.tgz!/cvm_logs/genesis.out`). `size`
    is in bytes as stored; `digest` is of the stored bytes, led by its algorithm (`sha256:…`, `blake3:…`), None when
    none was taken. `records` counts frames, log records or lines. `host` is the ESXi host or CVM (address or name) that
    wrote it, where the path or the text tells.
    """

    name: str
    kind: SourceKind
    size: int
    digest: str | None
    clock: str
    host: str | None = None
    format: str = ""
    zone: str | None = None
    zone_assumed: bool = False
    first: Instant | None = None
    last: Instant | None = None
    records: int = 0
    skipped: tuple[Skipped, ...] = ()
    comments: tuple[str, ...] = ()
