"""The service that a host had on one connection, by one CVM and one path: how many replies, from when to when."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.lab.simulate.cluster.connection import PRIVATE_HOST, ServerConnection
from analyzer.lab.simulate.cluster.host import Host
from analyzer.lab.simulate.cluster.socket import Socket
from analyzer.model.path import Path, PathNote
from analyzer.model.truth import TrueService


@dataclass(slots=True)
class Service:
    """Replies on one connection by one CVM and path; `first` and `last` are ns."""

    host: Host
    cvm: str
    path: Path
    socket: Socket
    first: int
    last: int
    replies: int = 0

    def count(self, at: int) -> None:
        """A reply came at `at` (ns)."""
        self.last = at
        self.replies += 1

    def true(self) -> TrueService:
        """What the truth says of it."""
        return TrueService(
            host=self.host.address,
            cvm=self.cvm,
            path=self.path,
            client=self.socket.source,
            port=self.socket.port,
            first_reply=self.first,
            last_reply=self.last,
            replies=self.replies,
        )


def path_of(connection: ServerConnection, socket: Socket, host: Host, cvm: str) -> Path:
    """The path by which `cvm` gets the calls of the connection."""
    local = connection.arrival.wire is host.vmk1.wire
    note: PathNote = "asymmetric" if local and socket.source != PRIVATE_HOST else ""
    return Path("local", note=note) if local else Path("remote", via=cvm)
