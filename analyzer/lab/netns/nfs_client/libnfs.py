"""libnfs, a client of NFSv3 in user space, called by ctypes: so that no compiler and no kernel client is needed.

The calls are those of libnfs 4 and 5 (`nfsc/libnfs.h`, API version 1); version 6 changed the arguments' order.
All of it is for one thread: libnfs calls back from within :meth:`NfsFile.service`.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from collections.abc import Callable

from analyzer.errors import LabError

LIBRARIES = ("libnfs.so.13", "libnfs.so.14")

_Pointer = ctypes.c_void_p
_ANSWERED = ctypes.CFUNCTYPE(None, ctypes.c_int, _Pointer, _Pointer, _Pointer)
_RECONNECT_FOR_EVER = -1
_PRIVILEGED = range(512, 1024)  # libnfs binds each connection to the next of these that is free
_TIMES_OUT, _ESTABLISHED = -1, 1


def load() -> ctypes.CDLL:
    """The library; :class:`LabError` when none of the known versions is installed."""
    for name in LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise LabError(f"libnfs is not installed (looked for {', '.join(LIBRARIES)}); on Debian: apt-get install libnfs13")


class NfsFile:
    """An open file of an NFSv3 server, over one TCP connection at a time.

    `answered(tag, status)` hears of each call that ended: status is the bytes of a READ or WRITE, 0, or -errno. After a
    connection is lost, libnfs opens another and sends the pending calls again with the same XIDs. It connects from
    `ports`, the first and the one after the last.
    """

    def __init__(
        self, server: str, export: str, path: str, ports: tuple[int, int], answered: Callable[[int, int], None]
    ) -> None:
        self._kept = _all_but(range(*ports))
        self._library = _declared(load())
        # ctypes frees a callback that nobody holds
        self._callback = _ANSWERED(lambda status, _context, _data, tag: answered((tag or 0) - 1, status))
        self._context = self._library.nfs_init_context()
        self._library.nfs_set_autoreconnect(self._context, _RECONNECT_FOR_EVER)
        if self._library.nfs_mount(self._context, server.encode(), export.encode()):
            raise LabError(f"the NFS client can't mount {server}:{export}: {self._error()}")
        self._file = _Pointer()
        if self._library.nfs_open(self._context, path.encode(), os.O_RDWR | os.O_SYNC, ctypes.byref(self._file)):
            raise LabError(f"the NFS client can't open {path}: {self._error()}")

    def read(self, offset: int, count: int, tag: int) -> None:
        """Send a READ; `tag` (from 0) comes back with the answer."""
        self._library.nfs_pread_async(self._context, self._file, offset, count, self._callback, tag + 1)

    def write(self, offset: int, data: bytes, tag: int) -> None:
        """Send a WRITE, stable as of FILE_SYNC."""
        self._library.nfs_pwrite_async(self._context, self._file, offset, len(data), data, self._callback, tag + 1)

    def getattr(self, tag: int) -> None:
        """Send a GETATTR."""
        self._library.nfs_fstat64_async(self._context, self._file, self._callback, tag + 1)

    def fileno(self) -> int:
        """The descriptor of the connection."""
        return int(self._library.nfs_get_fd(self._context))

    def events(self) -> int:
        """The events that libnfs waits for, as poll(2) has them."""
        return int(self._library.nfs_which_events(self._context))

    def service(self, events: int) -> bool:
        """Let libnfs work on what came; whether its connection is still good."""
        return bool(self._library.nfs_service(self._context, events) >= 0)

    def reconnect(self) -> bool:
        """Give the connection up and open another; whether that could be begun."""
        return self.service(_TIMES_OUT)

    def address(self) -> str:
        """The client's end of the connection, `192.168.5.1:640`, or `-`."""
        with self.connection() as connection:
            try:
                host, port = connection.getsockname()
            except OSError:
                return "-"
        return f"{host}:{port}"

    def established(self) -> bool:
        """Whether the TCP handshake is done, see tcp(7) for TCP_INFO."""
        with self.connection() as connection:
            return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _ESTABLISHED

    def close_by(self, *, reset: bool) -> None:
        """How the connection ends when it is closed; libnfs itself would always send RST."""
        with self.connection() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", reset, 0))

    def connection(self) -> socket.socket:
        """The connection's socket by another descriptor, to be closed by who asked: libnfs keeps its own."""
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=os.dup(self.fileno()))

    def _error(self) -> str:
        return str((self._library.nfs_get_error(self._context) or b"no reason given").decode(errors="replace"))


def _all_but(ports: range) -> tuple[socket.socket, ...]:
    """Sockets that hold the privileged ports but for `ports`: libnfs begins anywhere, and takes one that is free.

    All hosts have the same private address: where two have the same port too, a CVM takes one's connection for the
    other's, and answers neither by a RST.
    """
    held = []
    for port in _PRIVILEGED:
        if port not in ports:
            held.append(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            held[-1].bind(("", port))
    return tuple(held)


def ports_of(number: int, clients: int) -> tuple[int, int]:
    """The ports of a client among several, from 0: the first and the one after the last."""
    each = len(_PRIVILEGED) // clients
    first = _PRIVILEGED.start + number * each
    return first, first + each


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """The library with the types of what is called."""
    u64, number, text = ctypes.c_uint64, ctypes.c_int, ctypes.c_char_p
    for name, result, arguments in (
        ("nfs_init_context", _Pointer, []),
        ("nfs_set_autoreconnect", None, [_Pointer, number]),
        ("nfs_mount", number, [_Pointer, text, text]),
        ("nfs_open", number, [_Pointer, text, number, _Pointer]),
        ("nfs_pread_async", number, [_Pointer, _Pointer, u64, u64, _ANSWERED, _Pointer]),
        ("nfs_pwrite_async", number, [_Pointer, _Pointer, u64, u64, text, _ANSWERED, _Pointer]),
        ("nfs_fstat64_async", number, [_Pointer, _Pointer, _ANSWERED, _Pointer]),
        ("nfs_get_fd", number, [_Pointer]),
        ("nfs_which_events", number, [_Pointer]),
        ("nfs_service", number, [_Pointer, number]),
        ("nfs_get_error", text, [_Pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
