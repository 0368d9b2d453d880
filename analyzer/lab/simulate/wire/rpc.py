"""NFSv3 over ONC RPC as bytes: calls and replies with their record mark (RFC 5531, RFC 1813), and the sizes of them."""

from __future__ import annotations

from functools import cache
from struct import Struct, pack

NFS_PROGRAM, VERSION = 100003, 3
NULL, GETATTR, LOOKUP, ACCESS, READ, WRITE, FSSTAT, FSINFO, COMMIT = 0, 1, 3, 4, 6, 7, 18, 19, 21

_LAST_FRAGMENT = 0x80000000
_CALL = Struct("!IIIIIII")  # record mark, xid, CALL, RPC version 2, program, version, procedure
_REPLY = Struct("!IIIIIII")  # record mark, xid, REPLY, accepted, verifier AUTH_NONE, its length, SUCCESS
_NO_VERIFIER = bytes(8)
_HANDLE_SIZE = 32
_FILE_SIZE = 40 << 30
_FILE_SYNC = 2
_PATTERN = bytes(range(256))


class Dialect:
    """The messages between one host and one datastore's file: credentials, file handle and attributes are its own."""

    __slots__ = ("_attributes", "_credentials", "_directory", "_handle", "_told", "_verifier")

    def __init__(self, machine: str, number: int) -> None:
        name = machine.encode()
        padded = name + bytes(-len(name) % 4)
        body = pack("!II", number, len(name)) + padded + pack("!III", 0, 0, 0)
        self._credentials = pack("!II", 1, len(body)) + body + _NO_VERIFIER
        seed = number.to_bytes(4, "big")
        self._handle = pack("!I", _HANDLE_SIZE) + b"\x01\x00" + seed * 7 + b"\x4e\x58"
        self._directory = pack("!I", _HANDLE_SIZE) + b"\x01\x01" + seed * 7 + b"\x4e\x58"
        self._verifier = (seed * 2)[:8]
        self._attributes = _file_attributes(number)
        self._told: dict[tuple[int, int], bytes] = {}

    @property
    def handle(self) -> bytes:
        """The container's file handle, with its length before it (an opaque of variable length, RFC 4506)."""
        return self._directory

    def call(self, procedure: int, xid: int, offset: int, size: int) -> bytes:
        """A call of `procedure`; `offset` and `size` in bytes, for READ, WRITE and COMMIT."""
        return self.message(NFS_PROGRAM, VERSION, procedure, xid, self._arguments(procedure, offset, size))

    def message(self, program: int, version: int, procedure: int, xid: int, arguments: bytes) -> bytes:
        """A call of any program."""
        body = self._credentials + arguments
        mark = _LAST_FRAGMENT | (len(body) + 24)
        return _CALL.pack(mark, xid & 0xFFFFFFFF, 0, 2, program, version, procedure) + body

    def reply(self, procedure: int, xid: int, size: int) -> bytes:
        """The answer to a call, NFS3_OK."""
        results = self._told.get((procedure, size))
        if results is None:
            results = self._told[procedure, size] = self._results(procedure, size)
        return accepted(xid, results)

    def _arguments(self, procedure: int, offset: int, size: int) -> bytes:
        """RFC 1813, 3.3."""
        handle = self._handle
        if procedure == READ:
            return handle + pack("!QI", offset, size)
        if procedure == WRITE:
            return handle + pack("!QIII", offset, size, _FILE_SYNC, size) + data(size)
        if procedure == COMMIT:
            return handle + pack("!QI", offset, size)
        if procedure == ACCESS:
            return handle + pack("!I", 0x3F)
        if procedure == LOOKUP:
            return self._directory + pack("!I", 13) + b"vm1-flat.vmdk" + bytes(3)
        if procedure in (FSSTAT, FSINFO):
            return self._directory
        return handle if procedure == GETATTR else b""

    def _results(self, procedure: int, size: int) -> bytes:
        after = pack("!I", 1) + self._attributes
        if procedure == READ:
            return pack("!I", 0) + after + pack("!III", size, 0, size) + data(size)
        if procedure == WRITE:
            return pack("!II", 0, 0) + after + pack("!II", size, _FILE_SYNC) + self._verifier
        if procedure == COMMIT:
            return pack("!II", 0, 0) + after + self._verifier
        if procedure == ACCESS:
            return pack("!I", 0) + after + pack("!I", 0x1F)
        if procedure == LOOKUP:
            return pack("!I", 0) + self._handle + after + after
        if procedure == FSSTAT:
            return pack("!I", 0) + after + pack("!QQQQQQI", 8 << 40, 5 << 40, 5 << 40, 1 << 30, 1 << 29, 1 << 29, 0)
        if procedure == FSINFO:
            sizes = pack("!IIIIIII", 1 << 20, 1 << 20, 512, 1 << 20, 1 << 20, 512, 1 << 16)
            return pack("!I", 0) + after + sizes + pack("!QIII", 1 << 50, 0, 1, 0x1B)
        return pack("!I", 0) + self._attributes if procedure == GETATTR else b""


def accepted(xid: int, results: bytes) -> bytes:
    """An accepted reply with its `results`."""
    return _REPLY.pack(_LAST_FRAGMENT | (len(results) + 24), xid & 0xFFFFFFFF, 1, 0, 0, 0, 0) + results


@cache
def data(size: int) -> bytes:
    """`size` bytes of a file's content, padded to four."""
    return (_PATTERN * (size // 256 + 1))[: size + -size % 4]


def segments(message: bytes, mss: int) -> list[bytes]:
    """A message as the payloads of TCP segments."""
    if len(message) <= mss:
        return [message]
    return [message[start : start + mss] for start in range(0, len(message), mss)]


def _file_attributes(number: int) -> bytes:
    """fattr3 of a regular file (RFC 1813, 2.6)."""
    when = pack("!II", 1_700_000_000 + number % 1_000_000, 0)
    head = pack("!IIIIIQQIIQQ", 1, 0o644, 1, 0, 0, _FILE_SIZE, _FILE_SIZE, 0, 0, 77, number)
    return head + when * 3
