"""The leg of a frame, as its next hop tells it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.wire.legs import leg_of, replies_to
from analyzer.model.event import Ends
from tests.correlate import scenes
from tests.correlate.builder import CVM_ETH1, HOST, LOCAL, OUTSIDE, PRIVATE, REMOTE, REMOTE_ETH0, VMK0
from tests.correlate.wire.shown import scene_shown

UNKNOWN_MAC = "00:11:22:33:44:55"


def test_what_a_connection_sends_elsewhere_later_does_not_move_the_replies_before() -> None:
    span, vmk1 = scenes.injection(added=29_000)
    span.sends(scenes.STRAY, 28_000, 28_500)
    scene = scene_shown(span, vmk1)
    host = scene.topology.host(HOST)
    assert host is not None

    first, *_ = replies_to(host, scene.traffic, scene.topology)

    assert (first.path.kind, first.peer_mac) == ("local", CVM_ETH1)


@pytest.mark.parametrize(
    ("ends", "next_hop", "kind", "via"),
    [
        (LOCAL, CVM_ETH1, "local", None),
        (LOCAL, "", "local", None),
        (OUTSIDE, REMOTE_ETH0, "remote", REMOTE),
        (replace(OUTSIDE, src=HOST), UNKNOWN_MAC, "remote", UNKNOWN_MAC),
        (Ends(VMK0, "", HOST, LOCAL.dst, 878, 2049), "", "remote", None),
        (Ends("", "", PRIVATE, LOCAL.dst, 877, 2049), "", "local", None),
    ],
    ids=[
        "own CVM",
        "nobody answers inside",
        "a remote CVM",
        "somebody",
        "no link layer, public",
        "no link layer, private",
    ],
)
def test_the_next_hop_tells_the_path(ends: Ends, next_hop: str, kind: str, via: str | None) -> None:
    topology = scene_shown(*scenes.failure()).topology

    path = leg_of(ends, next_hop, topology)

    assert (path.kind, path.via, path.next_hop_mac) == (kind, via, next_hop or None)
    assert path.source == ends.src
