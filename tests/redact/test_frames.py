"""Frames: dpkt reads the replaced addresses in them, and nothing else of the original is left."""

from __future__ import annotations

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.capture import frames
from analyzer.redact.frames import ETHERNET, RAW_IP, redacted_frame
from analyzer.redact.key import Key
from analyzer.redact.replacements import Replacements
from tests.conftest import SAMPLES

KEY = Key(secret="5a" * 32)
SRC, DST = bytes((10, 1, 2, 3)), bytes((192, 168, 5, 2))
HOST, CVM = bytes.fromhex("0050560a0b0c"), bytes.fromhex("000c290a0b0d")
SECRET = b"the payload of somebody"


def fresh() -> Replacements:
    return Replacements(KEY, frozenset({"192.168.5.2"}))


def packet(upper: dpkt.Packet, protocol: int) -> dpkt.ip.IP:
    return dpkt.ip.IP(src=SRC, dst=DST, p=protocol, data=upper, id=7)


def ethernet(upper: object, kind: int = dpkt.ethernet.ETH_TYPE_IP) -> bytes:
    return bytes(dpkt.ethernet.Ethernet(src=HOST, dst=CVM, type=kind, data=upper))


TCP = dpkt.tcp.TCP(sport=831, dport=2049, seq=5, ack=6, opts=b"\x02\x04\x05\xb4", off=6, data=SECRET)
UDP = dpkt.udp.UDP(sport=1, dport=4789, data=SECRET)


@pytest.mark.parametrize(("upper", "protocol", "kept"), [(TCP, 6, 24), (UDP, 17, 8)], ids=["tcp", "udp"])
def test_headers_stay_and_payloads_are_cut(upper: dpkt.Packet, protocol: int, kept: int) -> None:
    replacements = fresh()
    told = redacted_frame(ethernet(packet(upper, protocol)), ETHERNET, replacements)
    assert len(told) == 14 + 20 + kept
    read = dpkt.ethernet.Ethernet(told)
    assert read.src == replacements.mac_bytes(HOST) != HOST
    assert read.data.src == replacements.ipv4_bytes(SRC) != SRC
    assert read.data.dst == DST, "every cluster has it"
    assert (read.data.data.sport, read.data.data.dport) == (upper.sport, upper.dport)
    header = told[14:34]
    assert dpkt.in_cksum(header) == 0
    for one in (SRC, HOST, CVM, SECRET):
        assert one not in told


@pytest.mark.parametrize("vlans", [b"\x81\x00\x00\x0c", b"\x88\xa8\x00\x05\x81\x00\x00\x0c"], ids=["vlan", "qinq"])
def test_vlan_tags_stay(vlans: bytes) -> None:
    data = ethernet(packet(TCP, 6))
    told = redacted_frame(data[:12] + vlans + data[12:], ETHERNET, fresh())
    plain = redacted_frame(data, ETHERNET, fresh())
    assert told == plain[:12] + vlans + plain[12:]


def test_arp_says_the_replaced_ones() -> None:
    replacements = fresh()
    arp = dpkt.arp.ARP(op=1, sha=HOST, spa=SRC, tha=bytes(6), tpa=DST)
    read = dpkt.ethernet.Ethernet(
        redacted_frame(ethernet(arp, dpkt.ethernet.ETH_TYPE_ARP), ETHERNET, replacements)
    ).data
    assert (read.op, read.sha, read.spa) == (1, replacements.mac_bytes(HOST), replacements.ipv4_bytes(SRC))
    assert (read.tha, read.tpa) == (bytes(6), DST)


def test_a_redirect_has_its_gateway_and_the_packet_that_it_is_about() -> None:
    replacements = fresh()
    inner = bytes(packet(UDP, 17))
    icmp = dpkt.icmp.ICMP(type=5, code=1, data=bytes((10, 1, 2, 9)) + inner)
    told = redacted_frame(ethernet(packet(icmp, 1)), ETHERNET, replacements)
    assert told[38:42] == replacements.ipv4_bytes(bytes((10, 1, 2, 9)))
    assert told[42 + 12 : 42 + 16] == replacements.ipv4_bytes(SRC)
    assert SECRET not in told
    assert len(told) == 14 + 20 + 8 + 20 + 8


def test_options_of_ip_are_blanked() -> None:
    data = bytearray(ethernet(packet(UDP, 17)))
    route = b"\x07\x07\x04" + SRC + b"\x00"
    told = redacted_frame(bytes(data[:14]) + b"\x47" + bytes(data[15:34]) + route + bytes(data[34:]), ETHERNET, fresh())
    assert told[34:42] == b"\x01" * 8
    assert SRC not in told


@pytest.mark.parametrize(
    "data",
    [
        ethernet(SECRET, 0x86DD),
        ethernet(SECRET, 0x88CC),
        ethernet(bytes(packet(TCP, 6))[:6] + b"\x00\x64" + bytes(packet(TCP, 6))[8:]),
        ethernet(packet(dpkt.gre.GRE(p=0x88BE, data=SECRET), 47)),
        ethernet(b"\x45" + SECRET[:12]),
        ethernet(SECRET, dpkt.ethernet.ETH_TYPE_ARP),
    ],
    ids=["ipv6", "lldp", "fragment", "gre", "cut", "arp of others"],
)
def test_what_is_not_understood_is_cut_where_it_begins(data: bytes) -> None:
    told = redacted_frame(data, ETHERNET, fresh())
    assert len(told) in (14, 34)
    for one in (SRC, HOST, CVM, SECRET[:8]):
        assert one not in told


def test_other_link_types_are_empty_and_raw_ip_is_read() -> None:
    assert redacted_frame(ethernet(packet(TCP, 6)), 113, fresh()) == b""
    assert (
        redacted_frame(bytes(packet(TCP, 6)), RAW_IP, fresh())
        == redacted_frame(ethernet(packet(TCP, 6)), ETHERNET, fresh())[14:]
    )


@given(st.binary(max_size=120), st.sampled_from((ETHERNET, RAW_IP, 113)))
def test_no_frame_is_a_fault_or_grows(data: bytes, link_type: int) -> None:
    assert len(redacted_frame(data, link_type, fresh())) <= len(data)


@given(st.data())
def test_a_frame_that_is_cut_anywhere_is_no_fault(data: st.DataObject) -> None:
    whole = ethernet(packet(TCP, 6))
    told = redacted_frame(whole[: data.draw(st.integers(0, len(whole)))], ETHERNET, fresh())
    assert SECRET[:4] not in told
    assert SRC not in told


@pytest.mark.parametrize("name", ["span.pcap", "vmk1.pcap"])
def test_no_frame_of_a_recording_keeps_an_address_or_a_payload(name: str) -> None:
    replacements = fresh()
    with (SAMPLES / "cvm-failure" / name).open("rb") as file:
        whole = [
            (frame.data, redacted_frame(frame.data, frame.link_type, replacements)) for frame in frames(file, name)
        ]
    assert len(whole) > 100
    originals = [bytes.fromhex(one.replace(":", "")) for one in replacements.replaced if one.count(":") == 5]
    assert len(originals) >= 2
    told = [after for _, after in whole]
    assert not [one for one in originals if any(one in after[:42] for after in told)]
    assert all(len(after) <= 14 + 20 + 60 for after in told)
