"""The two ends of a host's connection with an NFS server, as they know each other, and the operations on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from analyzer.lab.simulate.wire import rpc
from analyzer.lab.simulate.wire.frames import Endpoint, Header
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND

PRIVATE_HOST, STORAGE, MANAGEMENT = "192.168.5.1", "192.168.5.2", "192.168.5.254"
NFS_PORT = 2049
REACTION = 25_000  # ns from a segment to what TCP answers
TRANSFER = 12_000  # ns that a full segment takes on the wire
DELAYED_ACK = 40 * MILLISECOND
SERVER_WINDOW = 64


@dataclass(slots=True, eq=False)
class Operation:
    """An RPC of a host: its call, and where it ends in its connection's stream."""

    xid: int
    procedure: int
    size: int
    call: bytes
    end: int = 0


class Caller(Protocol):
    """The host's end of a connection."""

    source: str
    port: int
    key: tuple[str, int]  # the two
    end: Endpoint
    vmk0: Port
    dialect: rpc.Dialect
    free: int

    def accepted(self, delay: int) -> None:
        """The SYN-ACK leaves in `delay` ns."""

    def received(self, at: int) -> None:
        """A part of a reply arrived."""

    def answered(self, connection: ServerConnection, operation: Operation, at: int, delay: int) -> None:
        """A reply will have arrived whole `delay` ns after `at`."""

    def refused(self) -> None:
        """A RST arrived."""

    def ended(self) -> None:
        """A FIN arrived."""


@dataclass(slots=True, eq=False)
class ServerConnection:
    """The CVM's end of a connection; `arrival` is the port where the host's segments come in, `sender` their sender."""

    caller: Caller
    end: Endpoint
    first: int
    arrival: Port
    sender: Port
    headers: dict[tuple[bytes, bytes], Header] = field(default_factory=dict)
    established: bool = False  # the handshake's third segment came
    greeted: bool = False
    free: int = 0  # ns when the last reply has left
    full: int = 0  # full segments that are not acknowledged yet
    waiting: list[Operation] = field(default_factory=list)
