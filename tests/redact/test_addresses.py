"""Addresses for addresses: one for one, with the prefixes in common, within their kind, and none without the key."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.addresses import Addresses, is_ipv4

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
KINDS = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "224.0.0.0/3",
)
KEPT = frozenset({"192.168.5.2", "192.168.5.1"})
ADDRESSES = Addresses(KEY, KEPT)
IPV4 = st.integers(0, 2**32 - 1)
PRIVATE = st.integers(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.255.255.255")))
MACS = st.integers(0, 2**48 - 1)


def shared(one: int, other: int, bits: int) -> int:
    """How many bits at their beginning are the same."""
    return bits - (one ^ other).bit_length()


@given(PRIVATE, PRIVATE)
def test_prefixes_in_common_stay_in_common(one: int, other: int) -> None:
    assert shared(ADDRESSES.ipv4(one), ADDRESSES.ipv4(other), 32) == shared(one, other, 32)


@given(IPV4, IPV4)
def test_two_addresses_never_become_one(one: int, other: int) -> None:
    assert (ADDRESSES.ipv4(one) == ADDRESSES.ipv4(other)) == (one == other)


@given(IPV4, st.sampled_from(KINDS))
def test_an_address_stays_of_its_kind(address: int, kind: str) -> None:
    before, after = IPv4Address(address), IPv4Address(ADDRESSES.ipv4(address))
    assert (before in IPv4Network(kind)) == (after in IPv4Network(kind))


@pytest.mark.parametrize(
    "address", [*sorted(KEPT), "0.0.0.1", "255.255.255.0", "255.255.255.255", "127.0.0.1", "224.0.0.251"]
)
def test_what_names_nobody_or_every_cluster_has_stays(address: str) -> None:
    assert ADDRESSES.ipv4(int(IPv4Address(address))) == int(IPv4Address(address))


@given(IPV4)
def test_nothing_becomes_an_address_that_stays(address: int) -> None:
    kept = {int(IPv4Address(one)) for one in KEPT}
    assert (ADDRESSES.ipv4(address) in kept) == (address in kept)


def test_another_key_gives_other_addresses() -> None:
    mine, other = ([Addresses(key).ipv4(0x0A000000 + n) for n in range(64)] for key in (KEY, OTHER))
    assert sum(a == b for a, b in zip(mine, other, strict=True)) < 8
    assert mine == [Addresses(KEY).ipv4(0x0A000000 + n) for n in range(64)], "the same key, the same ones"


@given(MACS, MACS)
def test_two_macs_never_become_one_and_keep_their_kind(one: int, other: int) -> None:
    assert (ADDRESSES.mac(one) == ADDRESSES.mac(other)) == (one == other)
    assert (ADDRESSES.mac(one) >> 40) & 3 == (one >> 40) & 3


def test_a_vendor_is_not_told() -> None:
    vendors = {ADDRESSES.mac(0x005056000000 + n) >> 24 for n in range(200)}
    assert len(vendors) > 150
    assert 0x005056 not in vendors


@pytest.mark.parametrize("mac", [0, 2**48 - 1], ids=["none", "broadcast"])
def test_a_mac_of_nobody_stays(mac: int) -> None:
    assert ADDRESSES.mac(mac) == mac


@pytest.mark.parametrize("address", ["fe80::250:56ff:fe01:124", "2001:db8::1", "fd00::5", "::ffff:10.1.2.3"])
def test_ipv6_is_replaced_within_its_kind(address: str) -> None:
    before = IPv6Address(address)
    after = IPv6Address(ADDRESSES.ipv6(int(before)))
    assert after != before
    assert after.is_link_local == before.is_link_local
    assert (int(after) >> 121 == 0x7E) == (int(before) >> 121 == 0x7E)


@pytest.mark.parametrize("address", ["::", "::1", "ff02::1"])
def test_ipv6_of_nobody_stays(address: str) -> None:
    assert ADDRESSES.ipv6(int(IPv6Address(address))) == int(IPv6Address(address))


@pytest.mark.parametrize(
    ("text", "is_one"), [("192.168.1.24", True), ("192.168.1.256", False), ("192.168.1.24 ", False)]
)
def test_an_address_is_the_whole_text(text: str, *, is_one: bool) -> None:
    assert is_ipv4(text) is is_one
