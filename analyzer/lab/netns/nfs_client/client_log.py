"""What the lab's NFS client notes: each operation and what became of its connection, ns since the epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec


class Operation(msgspec.Struct, frozen=True, tag="operation"):
    """An NFS call and its answer; `sent_from` and `answered_at` are the client's end of the connection then.

    `status`: the bytes of a READ or WRITE, 0, or -errno.
    """

    procedure: Literal["READ", "WRITE", "GETATTR"]
    sent: int
    answered: int
    sent_from: str
    answered_at: str
    status: int


class Connection(msgspec.Struct, frozen=True, tag="connection"):
    """What happened to the connection: `lost` (by `why`), `closed`, `started` and `established` (the next one)."""

    at: int
    what: Literal["mounted", "lost", "closed", "started", "established", "failed"]
    address: str
    why: str = ""


Entry = Operation | Connection


def read_client_log(path: Path) -> tuple[Entry, ...]:
    """All entries, in the order in which they were written; a last line that is not whole is left out."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return tuple(msgspec.json.decode(line, type=Entry) for line in lines)
