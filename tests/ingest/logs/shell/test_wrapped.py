"""What a command runs in the end."""

from __future__ import annotations

import pytest

from analyzer.ingest.logs.shell.wrapped import Inside, complete, unwrapped


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("sudo -u root nice -n 5 a b", ("a", "b"), id="one-in-another"),
        pytest.param("/sbin/esxcfg-route -l", ("esxcfg-route", "-l"), id="path"),
        pytest.param("timeout -t 5 a", ("a",), id="timeout-of-busybox"),
        pytest.param("timeout 5s a", ("a",), id="timeout"),
        pytest.param("env X=1 a", ("a",), id="env"),
        pytest.param("command -v a", ("command",), id="only-asks-where"),
        pytest.param("sudo", (), id="nothing"),
        pytest.param("eval a b", Inside("a b"), id="eval"),
        pytest.param("watch -n 5 a b", Inside("a b", ends=False), id="watch"),
        pytest.param("ssh -p 22 root@192.168.1.25 a b", Inside("a b", "192.168.1.25"), id="ssh"),
        pytest.param("ssh localhost a", Inside("a"), id="ssh-here"),
        pytest.param("hostssh a b", Inside("a b", "every host"), id="hostssh"),
        pytest.param("xargs -n 1 a", Inside("a", sure=False), id="xargs"),
        pytest.param("ssh -V", Inside(""), id="ssh-to-nobody"),
    ],
)
def test_unwrapped(line: str, told: tuple[str, ...] | Inside) -> None:
    assert unwrapped(tuple(line.split())) == told


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("esxcfg-route -a 192.168.5.2/32 192.168.1.28", True),
        ("esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28", True),
        ("esxcfg-route -a 192.168.5.2 192.168.1.28", False),
        ("esxcfg-route -a 192.168.5.2/32", False),
        ("esxcfg-route -a 192.168.5.2/32 192.168.1.999", False),
        ("esxcfg-route -a 192.168.5.2/32 $GW", False),
        ("esxcli network ip route ipv4 add -n 192.168.5.2/32 -g 192.168.1.28", True),
        ("esxcli network ip route ipv4 add --network=192.168.5.2/32 --gateway=192.168.1.28", True),
        ("esxcli network ip route ipv4 add -n 192.168.5.2/32", False),
        ("esxcli network ip route ipv4 remove -g 192.168.1.28", False),
    ],
)
def test_complete(line: str, *, whole: bool) -> None:
    assert complete(line.split()) is whole
