"""Where a host's frames went in a silence: to a CVM that never answers, or by ARP requests for nobody."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.wire.kinds.diverted import Diverted, diverted
from tests.correlate import builder, scenes
from tests.correlate.builder import HOST, LOCAL, NOBODY, REMOTE, VMK0, Capture, ns
from tests.correlate.wire.shown import changes_shown, scene_shown


def found(*captures: Capture) -> Diverted | None:
    (change,) = changes_shown(*captures)
    return diverted(change, scene_shown(*captures))


def test_arp_requests_for_nobody_name_the_gateway() -> None:
    elsewhere = found(*scenes.astray(added=33_000))

    assert elsewhere is not None
    assert (elsewhere.path.kind, elsewhere.path.via, elsewhere.by_arp) == ("dead", NOBODY, True)
    assert elsewhere.signs[0].first == ns(33_200)


def test_of_several_the_one_that_most_requests_are_for() -> None:
    span, vmk1 = scenes.astray(added=33_000)
    span.asks(VMK0, HOST, "192.168.1.98", 34_000, 35_000)

    elsewhere = found(span, vmk1)

    assert elsewhere is not None
    assert elsewhere.path.via == NOBODY


def test_frames_to_a_cvm_that_never_answers_come_first() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    span.sends(scenes.STRAY, 33_250, 40_000, "retransmission")
    span.asks(VMK0, HOST, NOBODY, 34_000, 50_000)
    vmk1.serves(LOCAL, 61_000, 75_000)

    elsewhere = found(span, vmk1)

    assert elsewhere is not None
    assert (elsewhere.path.via, elsewhere.by_arp) == (REMOTE, False)


def test_a_stall_diverts_nothing() -> None:
    assert found(*scenes.stall()) is None


def test_the_frames_of_a_tagged_network_are_told_with_their_vlan() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    span.sends(replace(scenes.STRAY, vlan=7), 33_250, 40_000, "retransmission")
    vmk1.serves(LOCAL, 61_000, 75_000)

    elsewhere = found(span, vmk1)

    assert elsewhere is not None
    assert (elsewhere.path.vlan, elsewhere.signs[0].first) == (7, ns(33_250))
