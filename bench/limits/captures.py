"""Captures that are made to cost much: floods, pauses, far stamps, comments, interfaces, sections."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

HEAD = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
STORAGE, HOST = IPv4Address("192.168.5.2").packed, IPv4Address("192.168.5.1").packed
HOST_MAC, CVM_MAC = bytes.fromhex("0050560100aa"), bytes.fromhex("0050560200bb")
SYN, ACK, FIN, PUSH = 2, 16, 1, 8
SECOND, BEGIN = 1_000_000_000, 1_790_000_000 * 1_000_000_000
SHORT_LIVED = 7
"""Frames of a connection that is opened, used once and ended."""


Ends = tuple[bytes, bytes, int, int]
"""Source, destination, and their ports."""
_TO, _FROM = (HOST, STORAGE, 700, 2049), (STORAGE, HOST, 2049, 700)
_TURNED = (CVM_MAC, HOST_MAC)


def frame(
    ends: Ends, seq: int, ack: int, flags: int, payload: bytes = b"", macs: tuple[bytes, bytes] = (HOST_MAC, CVM_MAC)
) -> bytes:
    """An Ethernet frame with a TCP segment."""
    src, dst, sport, dport = ends
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, src, dst)
    return macs[1] + macs[0] + b"\x08\x00" + ip + tcp + payload


def record(at: int, data: bytes) -> bytes:
    """A frame at a time (ns) in a pcap file."""
    return struct.pack("<IIII", at // SECOND, at % SECOND, len(data), len(data)) + data


def call(xid: int) -> bytes:
    """A GETATTR call in a record."""
    body = struct.pack("!6I", xid, 0, 2, 100003, 3, 1) + bytes(16)
    return struct.pack("!I", 1 << 31 | len(body)) + body


def reply(xid: int) -> bytes:
    """A reply in a record."""
    body = struct.pack("!3I", xid, 1, 0) + bytes(12)
    return struct.pack("!I", 1 << 31 | len(body)) + body


def _written(path: Path, records: Iterator[bytes]) -> Path:
    with path.open("wb") as file:
        file.write(HEAD)
        file.writelines(records)
    return path


def openings(folder: Path, count: int) -> Path:
    """SYNs to the storage address, each of another connection."""
    frames = (frame((HOST, STORAGE, 1024 + n % 60000, 2049), n * 7919, 0, SYN) for n in range(count))
    return _written(folder / "syn.pcap", (record(BEGIN + n * 10_000, one) for n, one in enumerate(frames)))


def connections(folder: Path, count: int) -> Path:
    """Connections that are opened, used once and ended."""
    return _written(folder / "short.pcap", (one for number in range(count) for one in connection(number)))


def connection(number: int) -> Iterator[bytes]:
    """The records of a connection: opened, asked once, answered, ended from both sides."""
    host = (0x0A000000 + number // 60000).to_bytes(4, "big")
    port, at, asked, answered = 1024 + number % 60000, BEGIN + number * SECOND // 100, call(number), reply(number)
    there, back = (host, STORAGE, port, 2049), (STORAGE, host, 2049, port)
    sent = (
        frame(there, 100, 0, SYN),
        frame(back, 500, 101, SYN | ACK, macs=_TURNED),
        frame(there, 101, 501, ACK),
        frame(there, 101, 501, ACK | PUSH, asked),
        frame(back, 501, 101 + len(asked), ACK | PUSH, answered, macs=_TURNED),
        frame(there, 101 + len(asked), 501 + len(answered), ACK | FIN),
        frame(back, 501 + len(answered), 102 + len(asked), ACK | FIN, macs=_TURNED),
    )
    for step, one in enumerate(sent):
        yield record(at + step * 100_000, one)


def unanswered(folder: Path, count: int) -> Path:
    """Calls of one connection of which none is answered."""
    size = len(call(0))
    sent = (frame(_TO, 100 + n * size, 1, ACK | PUSH, call(n)) for n in range(count))
    return _written(folder / "calls.pcap", (record(BEGIN + n * 100_000, one) for n, one in enumerate(sent)))


def idle(folder: Path, seconds: int) -> Path:
    """Two hosts that call once a second and are answered at once."""
    return _written(folder / "idle.pcap", (one for second in range(seconds) for one in _calls(second)))


def pauses(folder: Path, seconds: int) -> Path:
    """Two hosts that call each 4 s, so that each call stands alone."""
    return _written(folder / "pauses.pcap", (one for second in range(0, seconds, 4) for one in _calls(second)))


def _calls(second: int) -> Iterator[bytes]:
    asked, answered = call(second), reply(second)
    for host in (1, 2):
        address, macs = bytes((10, 0, 0, host)), (HOST_MAC[:5] + bytes((host,)), CVM_MAC[:5] + bytes((host,)))
        seq, ack, at = 1 + second * len(asked), 1 + second * len(answered), BEGIN + second * SECOND + host * 300_000_000
        yield record(at, frame((address, STORAGE, 700, 2049), seq, ack, ACK | PUSH, asked, macs))
        back = frame((STORAGE, address, 2049, 700), ack, seq + len(asked), ACK | PUSH, answered, macs[::-1])
        yield record(at + 700_000, back)


def far(folder: Path, years: int) -> Path:
    """A clock that steps by years amid a call each 10 ms."""
    count, size = 2000, len(call(0))
    step = years * 31_536_000 * SECOND

    def frames() -> Iterator[bytes]:
        for n in range(count):
            at = BEGIN - 20 * 31_536_000 * SECOND + n * SECOND // 100 + (step if n > count // 2 else 0)
            seq, ack = 1 + n * size, 1 + n * len(reply(0))
            yield record(at, frame(_TO, seq, ack, ACK | PUSH, call(n)))
            back = frame(_FROM, ack, seq + size, ACK | PUSH, reply(n), _TURNED)
            yield record(at + 100_000, back)

    return _written(folder / "far.pcap", frames())


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


_SECTION = _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
_INTERFACE = _block(1, struct.pack("<HHI", 1, 0, 0))


def _packet(options: bytes = b"") -> bytes:
    one = frame(_TO, 1, 1, ACK)
    padded = one + bytes(-len(one) % 4)
    ticks = BEGIN // 1000
    return _block(6, struct.pack("<5I", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(one), len(one)) + padded + options)


def comments(folder: Path, count: int) -> Path:
    """Frames with a comment of 64 KB each."""
    comment = struct.pack("<HH", 1, 65532) + b"x" * 65532
    (folder / "comments.pcapng").write_bytes(_SECTION + _INTERFACE + _packet(comment) * count)
    return folder / "comments.pcapng"


def interfaces(folder: Path, count: int) -> Path:
    """A section that describes so many interfaces."""
    (folder / "interfaces.pcapng").write_bytes(_SECTION + _INTERFACE * count + _packet())
    return folder / "interfaces.pcapng"


def sections(folder: Path, count: int) -> Path:
    """Empty sections."""
    (folder / "sections.pcapng").write_bytes(_SECTION * count + _INTERFACE + _packet())
    return folder / "sections.pcapng"
