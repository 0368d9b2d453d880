"""How a switch sends what it mirrors: with an 802.1Q tag, and in a packet of its own (ERSPAN in GRE, or VXLAN).

References: draft-foschiano-erspan (types I, II and III), RFC 2784 and 2890 (GRE), RFC 7348 (VXLAN).
"""

from __future__ import annotations

from struct import pack
from typing import Literal

from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.model.instant import MICROSECOND

Frame = tuple[int, bytes]

MIRROR_MAC = bytes.fromhex("001b2173c0de")
ANALYSER_MAC = bytes.fromhex("001b2173a0a0")
MIRROR_ADDRESS, ANALYSER_ADDRESS = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 9))
SESSION, VNI = 7, 5001
HARDWARE, PORT_INDEX = 3, 12
TICK = 100 * MICROSECOND  # of the stamps of type III (granularity 0)

_GRE, _UDP = 47, 17
_ERSPAN, _ERSPAN_3 = 0x88BE, 0x22EB
_SEQUENCE = 0x1000  # the GRE header has a sequence number
_UDP_PORTS = 49_152, 4789
_GRE_NUMBER, _STAMP = 14 + 20 + 4, 14 + 20 + 8 + 4  # where they stand in the frame
_WORD = 0xFFFFFFFF
_Kind = Literal["number", "stamp"]


def encapsulated(frames: list[Frame], evidence: Evidence, first: int = 0) -> list[Frame]:
    """The (ns, frame) of a mirror port as its analyser gets them; packets are numbered from `first`."""
    if evidence.vlan:
        tag = pack("!HH", 0x8100, evidence.vlan)
        frames = [(at, frame[:12] + tag + frame[12:]) for at, frame in frames]
    if evidence.encapsulation != "none":  # a long capture needs no copy of itself
        frames = [(at, _wrapped(frame, first + place, at, evidence)) for place, (at, frame) in enumerate(frames)]
    return frames


def counters(evidence: Evidence) -> tuple[tuple[int, _Kind], ...]:
    """(place in the frame, what it is) of each 32-bit field of the outer packet that goes on from frame to frame."""
    if evidence.encapsulation in ("none", "erspan-1", "vxlan"):
        return ()
    stamp: tuple[tuple[int, _Kind], ...] = () if evidence.encapsulation == "erspan-2" else ((_STAMP, "stamp"),)
    return ((_GRE_NUMBER, "number"), *stamp)


def _wrapped(frame: bytes, number: int, at: int, evidence: Evidence) -> bytes:
    """One frame in its packet, sent at `at` (ns)."""
    tagged = evidence.vlan
    match evidence.encapsulation:
        case "none":
            return frame
        case "erspan-1":
            return _packet(_GRE, pack("!HH", 0, _ERSPAN) + frame)
        case "erspan-2":
            kept = 0x1800 if tagged else 0  # the tag is in the frame
            header = pack("!HHI", 0x1000 | tagged, kept | SESSION, PORT_INDEX)
            return _packet(_GRE, pack("!HHI", _SEQUENCE, _ERSPAN, number & _WORD) + header + frame)
        case "erspan-3" | "erspan-3-platform":
            platform = evidence.encapsulation == "erspan-3-platform"
            header = pack("!HHI", 0x2000 | tagged, SESSION, at // TICK & _WORD)
            header += pack("!HH", 0, 0x8000 | HARDWARE << 4 | platform)
            header += pack("!II", 3 << 26 | PORT_INDEX, at // TICK >> 32 & _WORD) if platform else b""
            return _packet(_GRE, pack("!HHI", _SEQUENCE, _ERSPAN_3, number & _WORD) + header + frame)
        case "vxlan":
            inner = pack("!II", 0x08000000, VNI << 8) + frame
            return _packet(_UDP, pack("!HHHH", *_UDP_PORTS, 8 + len(inner), 0) + inner)


def _packet(protocol: int, payload: bytes) -> bytes:
    """Ethernet and IPv4 from the switch to the analyser; what is never fragmented needs no number (RFC 6864)."""
    head = pack("!HHHHBB", 0x4500, 20 + len(payload), 0, 0x4000, 64, protocol)
    addresses = MIRROR_ADDRESS + ANALYSER_ADDRESS
    checksum = -(int.from_bytes(head, "big") + int.from_bytes(addresses, "big")) % 65535
    return ANALYSER_MAC + MIRROR_MAC + b"\x08\x00" + head + pack("!H", checksum) + addresses + payload
