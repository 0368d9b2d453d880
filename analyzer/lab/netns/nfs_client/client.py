"""The host's NFS client: steady READ, WRITE and GETATTR on one connection, which it renews when that is lost.

A process of the watched host: `python -m analyzer.lab.netns.nfs_client SETTINGS.json`. It stands for ESXi's storage
stack: it mounts the datastore, keeps some calls outstanding, and after a FIN, a RST, or no reply for too long connects
again, where the pending calls go out once more with their XIDs.
"""

from __future__ import annotations

import errno
import fcntl
import select
import termios
import time
from pathlib import Path

import msgspec

from analyzer.lab.netns.nfs_client.client_log import Connection, Entry, Operation
from analyzer.lab.netns.nfs_client.libnfs import NfsFile
from analyzer.model.instant import MILLISECOND, SECOND

BLOCKS = 256

_GETATTR_EVERY = 25
_LONGEST_WAIT = 100 * MILLISECOND
_RETRY = SECOND // 2


class ClientSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the client is given; times in ns, `rate` in operations a second, `ports` as :class:`NfsFile` has them."""

    server: str
    export: str
    file: str
    ports: tuple[int, int]
    log: str
    rate: int
    size: int
    queue_depth: int
    rpc_timeout: int
    connect_timeout: int
    reconnect_delay: int
    reset: bool


class Outstanding(msgspec.Struct, frozen=True):
    """A call that waits for its answer."""

    procedure: str
    sent: int
    sent_from: str


class Client:
    """The client's state: what is outstanding, and how far its connection is."""

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        self._log = Path(settings.log).open("ab", buffering=0)  # noqa: SIM115 - open as long as the client lives
        self._pending: dict[int, Outstanding] = {}
        self._count = 0
        self._file = NfsFile(settings.server, settings.export, settings.file, settings.ports, self._answered)
        self._file.close_by(reset=settings.reset)
        self._began = time.time_ns()
        self._established, self._retry_at = True, 0
        self._note("mounted")

    def run(self) -> None:
        """Do I/O for ever."""
        interval = SECOND // self._settings.rate
        due = time.time_ns()
        while True:
            now = time.time_ns()
            if self._retry_at:
                time.sleep(max(0, self._retry_at - now) / SECOND)
                self._reconnect("after the delay")
                continue
            if now >= due:
                if len(self._pending) < self._settings.queue_depth:
                    self._send()
                due = max(due + interval, now)
            if (why := self._overdue(now)) is not None:
                self._reconnect(why)
                continue
            self._wait(min(due - time.time_ns(), _LONGEST_WAIT))

    def _send(self) -> None:
        number, size = self._count, self._settings.size
        self._count += 1
        offset = number % BLOCKS * size
        procedure = "GETATTR" if number % _GETATTR_EVERY == _GETATTR_EVERY - 1 else ("READ", "WRITE")[number & 1]
        self._pending[number] = Outstanding(procedure, time.time_ns(), self._file.address())
        if procedure == "GETATTR":
            self._file.getattr(number)
        elif procedure == "WRITE":
            self._file.write(offset, bytes([ord("a") + number % 26]) * size, number)
        else:
            self._file.read(offset, size, number)

    def _answered(self, number: int, status: int) -> None:
        at = time.time_ns()
        call = self._pending.pop(number)
        procedure = call.procedure
        assert procedure in ("READ", "WRITE", "GETATTR")  # noqa: S101 - narrows the type
        self._write(Operation(procedure, call.sent, at, call.sent_from, self._file.address(), status))  # type: ignore[arg-type]

    def _overdue(self, now: int) -> str | None:
        """Why the connection is to be given up, or None."""
        if not self._established:
            return "connect timeout" if now - self._began > self._settings.connect_timeout else None
        oldest = min((call.sent for call in self._pending.values()), default=now)
        return "rpc timeout" if now - max(oldest, self._began) > self._settings.rpc_timeout else None

    def _wait(self, longest: int) -> None:
        """For what comes on the connection, and have libnfs work on it."""
        if not self._established and self._file.established():
            self._established, self._began = True, time.time_ns()
            self._note("established")
        poll = select.poll()
        poll.register(self._file.fileno(), self._file.events() | select.POLLRDHUP)
        for descriptor, events in poll.poll(max(0, longest) / MILLISECOND):
            if why := self._ended(descriptor, events):
                self._lost(why)
            elif not self._file.service(events & (select.POLLIN | select.POLLOUT)):
                self._note("failed")
                self._retry_at = time.time_ns() + _RETRY

    def _ended(self, descriptor: int, events: int) -> str | None:
        """By what the other side, or the network, ended the connection."""
        if events & (select.POLLERR | select.POLLHUP):
            with self._file.connection() as connection:
                number = connection.getsockopt(1, 4)  # SOL_SOCKET, SO_ERROR
            return errno.errorcode.get(number, "FIN")
        unread = fcntl.ioctl(descriptor, termios.FIONREAD, b"\0\0\0\0")
        return "FIN" if events & select.POLLRDHUP and not any(unread) else None

    def _lost(self, why: str) -> None:
        self._note("lost", why)
        if self._settings.reconnect_delay:
            self._established, self._retry_at = False, time.time_ns() + self._settings.reconnect_delay
        else:
            self._reconnect(why)

    def _reconnect(self, why: str) -> None:
        self._note("closed", why)
        self._established, self._retry_at = False, 0
        begun = self._file.reconnect()
        self._began = time.time_ns()
        if not begun:
            self._note("failed")
            self._retry_at = self._began + _RETRY
            return
        self._file.close_by(reset=self._settings.reset)
        self._note("started", why)

    def _note(self, what: str, why: str = "") -> None:
        self._write(Connection(time.time_ns(), what, self._file.address(), why))  # type: ignore[arg-type]

    def _write(self, entry: Entry) -> None:
        self._log.write(msgspec.json.encode(entry) + b"\n")
