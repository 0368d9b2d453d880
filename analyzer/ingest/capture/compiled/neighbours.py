"""Who is there beside the storage traffic, as :mod:`analyzer.ingest.capture.plain.neighbours` tells it."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.fields import u8, u16, u32, u48
from analyzer.ingest.capture.compiled.headers import ARP, ICMP, IPV4, TCP
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import NO_MAC, NONE, OVERFLOWS, REDIRECTS, SPEAKERS, Block, State
from analyzer.ingest.capture.compiled.runs import (
    ARP_ANNOUNCEMENT,
    ARP_PAUSE,
    ARP_REPLY,
    ARP_REQUEST,
    MAC,
    MAC_PAUSE,
    NEVER,
    OWNED,
    SPEAKER,
    SSH,
    SSH_PAUSE,
    add_run,
    begin,
    extend,
    find_run,
    first_word,
    open_run,
    second_word,
)
from analyzer.ingest.capture.compiled.tables import mix, next_row

SSH_PORT = 22
ADDRESSES, CLAIMED = 64, 256
REDIRECT = 5


@compiled
def neighbours(s: State, data: Block) -> None:
    """Take the frame that the packet record describes."""
    p, f = s.packet[0], s.frame[0]
    if f.ts == NONE:
        return
    if p.src_mac != NO_MAC:
        speaks(s)
    if p.ethertype == ARP:
        arp(s, data)
    elif p.ethertype == IPV4:
        if p.protocol == TCP:
            if p.dport == SSH_PORT and p.payload_length > 0:
                key = first_word(SSH, p.src_mac)
                ends = p.src << 32 | p.dst
                add_run(s, key, 0, ends, 0, SSH_PAUSE, f.ts, f.resolution, f.number, p.payload_length)
        elif p.protocol == ICMP:
            redirect(s, data)


@compiled
def speaks(s: State) -> None:
    """A MAC sent a frame, perhaps from an address; mostly one whose runs are remembered."""
    p, f = s.packet[0], s.frame[0]
    from_address = p.ethertype == IPV4 and p.family == 4
    one = s.speakers[p.src_mac & (SPEAKERS - 1)]
    if one.mac_run and one.mac == p.src_mac:
        extend(s, one.mac_run, MAC_PAUSE, f.ts, f.resolution, f.number, f.length)
    else:
        one.mac_run = add_run(s, first_word(MAC, p.src_mac), 0, 0, 0, MAC_PAUSE, f.ts, f.resolution, f.number, f.length)
        one.mac = p.src_mac
        one.owned_run = 0
    if from_address:
        if one.owned_run and one.address == p.src:
            extend(s, one.owned_run, NEVER, f.ts, f.resolution, f.number, f.length)
        else:
            one.owned_run = own(s, p.src_mac, p.src, f.length, 0)
            one.address = p.src


@compiled
def own(s: State, mac: int, address: int, length: int, by_arp: int) -> int:
    """A MAC sent from an address (0), or claimed it by ARP (1); the run's row, or 0 when it has too many of these."""
    f = s.frame[0]
    w0 = first_word(OWNED, mac)
    hashed = mix(mix(w0, 0), mix(address, 0))
    row = find_run(s, hashed, w0, 0, address, 0)
    if row:
        extend(s, row, NEVER, f.ts, f.resolution, f.number, length)
        return row
    if address == 0:
        return 0
    speaker = add_run(s, first_word(SPEAKER, mac), by_arp, 0, 0, NEVER, f.ts, f.resolution, f.number, 0)
    if s.runs[speaker].mark >= (CLAIMED if by_arp else ADDRESSES):
        if by_arp:
            s.totals[OVERFLOWS] += 1
        return 0
    s.runs[speaker].mark += 1
    row = open_run(s, hashed, w0, 0, address, 0)
    begin(s.runs[row], f.ts, f.resolution, f.number, length)
    return row


@compiled
def arp(s: State, data: Block) -> None:
    """An ARP frame of Ethernet and IPv4 (RFC 826)."""
    p, f = s.packet[0], s.frame[0]
    at = p.payload
    if p.captured < 28 or u32(data, at) != 0x00010800 or u16(data, at + 4) != 0x0604:
        return
    code = u16(data, at + 6)
    if code != 1 and code != 2:
        return
    mac, sender, target = u48(data, at + 8), u32(data, at + 14), u32(data, at + 24)
    kind = ARP_REQUEST if code == 1 else ARP_REPLY
    if sender == target and sender != 0:
        kind = ARP_ANNOUNCEMENT
    key, vlan = first_word(kind, mac), second_word(0, p.vlan)
    add_run(s, key, vlan, sender << 32 | target, 0, ARP_PAUSE, f.ts, f.resolution, f.number, f.length)
    if sender != 0:
        row = own(s, mac, sender, f.length, 1)
        if row:
            s.runs[row].mark = 1


@compiled
def redirect(s: State, data: Block) -> None:
    """An ICMP redirect (RFC 792)."""
    p, f = s.packet[0], s.frame[0]
    if p.captured < 28 or u8(data, p.payload) != REDIRECT:
        return
    row = s.redirects[next_row(s, REDIRECTS, len(s.redirects))]
    row.sender = p.src
    row.host = p.dst
    row.destination = u32(data, p.payload + 24)
    row.gateway = u32(data, p.payload + 4)
    row.ts = f.ts
    row.resolution = f.resolution
    row.number = f.number
