"""The leg of a frame, as its next hop tells it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.wire.legs import leg_of
from analyzer.model.event import Ends
from tests.correlate import scenes
from tests.correlate.builder import CVM_ETH1, HOST, LOCAL, OUTSIDE, PRIVATE, REMOTE, REMOTE_ETH0, VMK0
from tests.correlate.wire.shown import scene_shown

UNKNOWN_MAC = "00:11:22:33:44:55"


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

    assert (path.kind, path.via) == (kind, via)
