"""A diagram of a path marks the way that the host's traffic takes, and says whether anybody answers."""

from __future__ import annotations

import html
import re
from typing import Literal

import msgspec
import pytest

from analyzer.report.drawing.route import Part, Route, draw

ROUTE = Route(
    label="Path before: local",
    kind="local",
    way="inside",
    host="ESXi host 192.168.1.24",
    inside=Part("VMkernel port", "192.168.5.1"),
    outside=Part("VMkernel port", "192.168.1.24"),
    own="CVM 192.168.1.26",
    eth1=Part("eth1 192.168.5.2", "00:0c:29:a0:05:26"),
    eth0=Part("eth0", "192.168.1.26"),
    switch="switch, VLAN 120",
    far=Part("CVM 192.168.1.28", "eth0 00:0c:29:c0:01:28"),
)


def drawn(route: Route) -> tuple[list[str], set[str]]:
    """Its words, and its thick lines."""
    picture = str(draw(route))
    thick = {line for line in re.findall(r"<path [^>]*>", picture) if 'stroke-width="5"' in line}
    return [html.unescape(word) for word in re.findall(r">([^<>]*)</text>", picture)], thick


def test_every_part_is_named_in_full() -> None:
    words, _ = drawn(ROUTE)

    assert {"192.168.5.1", "00:0c:29:a0:05:26", "eth0 00:0c:29:c0:01:28", "switch, VLAN 120"} <= set(words)
    assert not [word for word in words if word.endswith("…")]


@pytest.mark.parametrize(
    ("kind", "way"), [("local", "inside"), ("remote", "outside"), ("dead", "outside"), ("dead", "inside")]
)
def test_the_way_is_a_thick_line(kind: Literal["local", "remote", "dead"], way: Literal["inside", "outside"]) -> None:
    _, thick = drawn(msgspec.structs.replace(ROUTE, kind=kind, way=way))

    assert len(thick) == 1
    assert (str(draw(msgspec.structs.replace(ROUTE, kind=kind, way=way))).count('stroke-dasharray="7 5"') == 1) == (
        kind == "dead"
    )


def test_without_a_way_nothing_is_marked() -> None:
    assert drawn(msgspec.structs.replace(ROUTE, kind="unknown", way=None, far=None))[1] == set()


def test_a_long_or_hostile_name_stays_in_its_box() -> None:
    words, _ = drawn(msgspec.structs.replace(ROUTE, host="<script>" * 100_000, own="\u202eevil" * 10_000))

    assert max(map(len, words)) < 60
    assert not [word for word in words if "\u202e" in word]
