from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from analyzer.lab.netns.cluster.esxi import ADDED, DELETED, vmkernel_line
from analyzer.model.instant import SECOND

AT = 1701925611 * SECOND + 213_999_000


@pytest.mark.parametrize(("name", "word"), [(ADDED, "add"), (DELETED, "delete")], ids=["add", "delete"])
def test_a_route_change_has_the_known_shape(name: str, word: str) -> None:
    assert vmkernel_line(AT, name, IPv4Network("192.168.5.2"), "192.168.1.28") == (
        f"2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2097152)Tcpip: 1414: {word} dstAddr=0x205a8c0, "
        "netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0\n"
    )


@pytest.mark.parametrize(
    ("network", "fields"),
    [
        pytest.param("10.0.0.0/24", "dstAddr=0xa, netMask=0xffffff,", id="a-network"),
        pytest.param("10.1.2.128/25", "dstAddr=0x8002010a, netMask=0x80ffffff,", id="a-part-of-one"),
        pytest.param("0.0.0.0/0", "dstAddr=0x0, netMask=0x0,", id="the-default"),
    ],
)
def test_a_route_to_a_network_has_its_mask(network: str, fields: str) -> None:
    assert fields in vmkernel_line(AT, ADDED, IPv4Network(network), "192.168.1.28")
