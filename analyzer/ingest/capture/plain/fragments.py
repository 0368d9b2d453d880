"""IPv4 and IPv6 datagrams that came in fragments, put together when the last missing piece comes (RFC 791, 8200)."""

from __future__ import annotations

from analyzer.ingest.capture.blocks import ContainerNotes
from analyzer.ingest.capture.plain.packet import Packet, decode_transport
from analyzer.model.source import Reason

AT_MOST = 1024
"""Datagrams kept in the making; the oldest goes first, as a datagram that lacks a piece never completes."""

_Key = tuple[bytes, bytes, int, int]


class Fragments:
    """Collects fragments by source, destination, protocol and identification. `given_up`: datagrams that were not whole
    when another one needed their place.
    """

    def __init__(self) -> None:
        self._pieces: dict[_Key, dict[int, bytes]] = {}
        self._sizes: dict[_Key, int] = {}
        self.given_up = 0

    def complain(self, notes: ContainerNotes) -> None:
        """Say how many were given up."""
        if self.given_up:
            why = Reason("fragments-forgotten", found=self.given_up, expected=AT_MOST)
            notes.skipped.append(("the whole file", why))

    def add(self, packet: Packet) -> bool:
        """Add the fragment `packet`; True when it completed its datagram, which `packet` then holds whole."""
        whole = self.whole(packet)
        if whole is None:
            return False
        packet.fragment = -1
        packet.payload, packet.payload_length = b"", 0
        decode_transport(packet, whole, 0, len(whole))
        return packet.fragment < 0

    def whole(self, packet: Packet) -> bytes | None:
        """Add the fragment `packet`; the datagram's payload when it is complete now."""
        if len(packet.payload) < packet.payload_length:
            return None
        key = (packet.src, packet.dst, packet.protocol, packet.identification)
        if key not in self._pieces and len(self._pieces) >= AT_MOST:
            self.given_up += 1
            self._drop(next(iter(self._pieces)))
        pieces = self._pieces.setdefault(key, {})
        pieces.setdefault(packet.fragment, packet.payload)
        if not packet.more_fragments:
            self._sizes[key] = packet.fragment + packet.payload_length
        whole = self._whole(key)
        if whole is not None:
            self._drop(key)
        return whole

    def _whole(self, key: _Key) -> bytes | None:
        size = self._sizes.get(key)
        if size is None:
            return None
        whole = bytearray()
        for offset, piece in sorted(self._pieces[key].items()):
            if offset > len(whole):
                return None
            whole[offset:] = piece if offset + len(piece) > len(whole) else whole[offset:]
        return bytes(whole) if len(whole) >= size else None

    def _drop(self, key: _Key) -> None:
        self._pieces.pop(key, None)
        self._sizes.pop(key, None)
