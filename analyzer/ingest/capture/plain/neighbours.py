"""Who is there beside the storage traffic: MACs that speak, addresses they own, ARP, SSH, ICMP redirects.

References: RFC 826 (ARP), RFC 5227 (announcements and probes), RFC 792 (redirect).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Literal

from analyzer.ingest.capture import limits
from analyzer.ingest.capture.plain.packet import ARP, ICMP, IPV4, TCP, Packet, address_text, mac_text
from analyzer.ingest.capture.plain.records import Stamp
from analyzer.ingest.capture.plain.runs import Runs
from analyzer.ingest.capture.result import instant
from analyzer.model.event import AddressOwned, ArpTraffic, Event, IcmpRedirect, MacTraffic, SshTraffic
from analyzer.model.instant import MILLISECOND
from analyzer.model.source import Origin

_ARP_PAUSE = 1500 * MILLISECOND
_SSH_PAUSE = 500 * MILLISECOND
_MAC_PAUSE = 1000 * MILLISECOND
_SSH_PORT = 22
_ADDRESSES, _CLAIMED = 64, 256
"""Addresses kept of a MAC that it sends from, as a router's from the whole world, and that it claims by ARP."""
_REDIRECT = 5
_MAC_BYTES = 6
_NOBODY = bytes(4)
_REQUEST, _REPLY = b"\0\1", b"\0\2"

ArpOperation = Literal["request", "reply", "announcement"]
_ArpKey = tuple[ArpOperation, bytes, bytes, bytes, int]


class Neighbours:
    """Collects runs of one capture; :meth:`events` tells them at its end."""

    def __init__(self, source: str, clock: str) -> None:
        self._source = source
        self._clock = clock
        self._macs: Runs[bytes] = Runs(_MAC_PAUSE)
        self._arp: Runs[_ArpKey] = Runs(_ARP_PAUSE)
        self._ssh: Runs[tuple[bytes, bytes, bytes]] = Runs(_SSH_PAUSE)
        self._owned: Runs[tuple[bytes, bytes]] = Runs(None)
        self._known: set[tuple[bytes, bytes]] = set()
        self._by_arp: set[tuple[bytes, bytes]] = set()
        self._addresses: Counter[bytes] = Counter()
        self._claimed: Counter[bytes] = Counter()
        self._redirects: list[Event] = []
        self.ended = False
        """Whether nothing is told any more."""
        self.left_out = 0
        """ARP frames that claim an address beyond those that are kept of their MAC."""

    def frame(self, packet: Packet, at: Stamp, length: int) -> None:
        """Take one frame of `length` original bytes; one without a time tells nothing here."""
        if at.ts is None or self.ended:
            return
        if packet.src_mac:
            self._macs.add(packet.src_mac, at, length)
        if packet.ethertype == IPV4:
            if packet.src_mac and packet.src:
                self._own(packet.src_mac, packet.src, at, length)
            if packet.protocol == TCP:
                if packet.dport == _SSH_PORT and packet.payload_length:
                    self._ssh.add((packet.src, packet.dst, packet.src_mac), at, packet.payload_length)
            elif packet.protocol == ICMP:
                self._icmp(packet, at)
        elif packet.ethertype == ARP:
            self._arp_frame(packet, at, length)

    def _own(self, mac: bytes, address: bytes, at: Stamp, length: int) -> None:
        key = (mac, address)
        if key not in self._known:
            if address == _NOBODY or self._addresses[mac] >= _ADDRESSES:
                return
            self._known.add(key)
            self._addresses[mac] += 1
        self._owned.add(key, at, length)

    def _claim(self, mac: bytes, address: bytes, at: Stamp, length: int) -> None:
        key = (mac, address)
        if key not in self._known:
            if self._claimed[mac] >= _CLAIMED:
                self.left_out += 1
                return
            self._known.add(key)
            self._claimed[mac] += 1
        self._by_arp.add(key)
        self._owned.add(key, at, length)

    def _arp_frame(self, packet: Packet, at: Stamp, length: int) -> None:
        arp = packet.payload
        # Ethernet (1) and IPv4 (0x0800), addresses of 6 and 4 bytes.
        if len(arp) < 28 or arp[:6] != b"\0\1\x08\0\6\4":
            return
        mac, sender, target = arp[8:14], arp[14:18], arp[24:28]
        operation: ArpOperation
        if arp[6:8] not in (_REQUEST, _REPLY):
            return
        if sender == target and sender != _NOBODY:
            operation = "announcement"
        else:
            operation = "request" if arp[6:8] == _REQUEST else "reply"
        self._arp.add((operation, mac, sender, target, packet.vlan), at, length)
        if sender != _NOBODY:
            self._claim(mac, sender, at, length)

    def _icmp(self, packet: Packet, at: Stamp) -> None:
        icmp = packet.payload
        if len(icmp) < 28 or icmp[0] != _REDIRECT or at.ts is None:
            return
        redirect = IcmpRedirect(
            address_text(packet.src), address_text(packet.dst), address_text(icmp[24:28]), address_text(icmp[4:8])
        )
        when = instant(self._clock, at.ts, at.resolution)
        self._redirects.append(Event(at=when, detail=redirect, origin=Origin(self._source, at.number)))

    @property
    def held(self) -> int:
        """How many runs there are."""
        return sum(runs.held for runs in (self._macs, self._arp, self._ssh, self._owned))

    @property
    def redirects(self) -> int:
        """How many redirects there are."""
        return len(self._redirects)

    def keep_steady(self, known: AbstractSet[bytes], most: int) -> int:
        """Keep `most` runs of the MACs that speak most steadily, first of those that are `known`; how many MACs go."""
        import numpy as np

        rows = list(chain(
            self._macs.counts(),
            ((mac, count) for (_, mac, *_), count in self._arp.counts()),
            ((mac, count) for (*_, mac), count in self._ssh.counts()),
            ((mac, count) for (mac, _), count in self._owned.counts()),
        ))  # fmt: skip
        macs = np.array([int.from_bytes(mac, "big") for mac, _ in rows], np.int64)
        frames = np.array([count for _, count in rows], np.int64)
        first = np.array([int.from_bytes(mac, "big") for mac in known], np.int64)
        steady = {int(mac).to_bytes(_MAC_BYTES, "big") for mac in limits.steady(macs, frames, first, most)}
        steady |= {mac for mac, _ in rows if mac in known}
        self._macs.keep(lambda mac: mac in steady)
        self._arp.keep(lambda key: key[1] in steady)
        self._ssh.keep(lambda key: key[2] in steady)
        self._owned.keep(lambda key: key[0] in steady)
        self._known = {key for key in self._known if key[0] in steady}
        self._by_arp = {key for key in self._by_arp if key[0] in steady}
        self._addresses = Counter({mac: count for mac, count in self._addresses.items() if mac in steady})
        self._claimed = Counter({mac: count for mac, count in self._claimed.items() if mac in steady})
        return len({mac for mac, _ in rows} - steady)

    def events(self) -> Iterator[Event]:
        """All runs and redirects, in no order."""
        yield from self._redirects
        for mac, at, number, run in self._macs.told(self._clock):
            yield Event(at=at, detail=MacTraffic(mac_text(mac), run), origin=Origin(self._source, number))
        for arp, at, number, run in self._arp.told(self._clock):
            operation, mac, sender, target, vlan = arp
            tag = None if vlan < 0 else vlan
            detail = ArpTraffic(operation, mac_text(mac), address_text(sender), address_text(target), tag, run)
            yield Event(at=at, detail=detail, origin=Origin(self._source, number))
        for owned, at, number, run in self._owned.told(self._clock):
            by: Literal["arp", "ipv4"] = "arp" if owned in self._by_arp else "ipv4"
            owner = AddressOwned(mac_text(owned[0]), address_text(owned[1]), by, run)
            yield Event(at=at, detail=owner, origin=Origin(self._source, number))
        for (client, server, mac), at, number, run in self._ssh.told(self._clock):
            ssh = SshTraffic(address_text(client), address_text(server), mac_text(mac), run)
            yield Event(at=at, detail=ssh, origin=Origin(self._source, number))
