"""`route-injection` on the wire: to a CVM that serves, to nobody, and what only looks like it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.wire.kinds.route_injection import _fault
from analyzer.correlate.wire.scene import frames_by
from analyzer.correlate.wire.signs import COMMAND_LATENCY
from analyzer.model.event import Ends
from analyzer.model.instant import MILLISECOND
from analyzer.model.told import Doubt
from tests.correlate import builder, scenes
from tests.correlate.builder import (
    CVM_ETH1,
    HOST,
    LOCAL,
    NOBODY,
    OUTSIDE,
    REMOTE,
    REMOTE_ETH0,
    VMK0,
    VMK1,
    back,
    episodes,
    known,
    ms_of,
    ns,
    only,
)
from tests.correlate.wire.shown import changes_shown, observations_shown, scene_shown


def test_a_remote_cvm_serves_while_the_local_one_lives() -> None:
    episode = only(*scenes.injection(added=29_000, deleted=64_000))

    assert (episode.kind, episode.host, episode.gateway) == ("route-injection", HOST, REMOTE)
    assert episode.gateway_valid is True
    assert [(path.kind, path.via) for path in (episode.before, episode.during, episode.after)] == [
        ("local", None),
        ("remote", REMOTE),
        ("local", None),
    ]
    assert episode.confidence == "high"


def test_its_instants() -> None:
    episode = only(*scenes.injection(added=29_000, deleted=64_000))

    least, most = ms_of(episode, "fault")
    assert least <= 29_000
    assert 29_250 <= most <= 29_251
    assert least >= 28_900
    assert ms_of(episode, "terminated")[0] <= 63_760 <= ms_of(episode, "terminated")[1]
    least, most = ms_of(episode, "repaired")
    assert least >= 63_700
    assert most <= 64_001
    assert ms_of(episode, "connected") == (64_000, 64_001)
    assert ms_of(episode, "restored") == (64_002, 64_003)


def test_a_capture_that_ends_before_the_route_is_deleted_says_so() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 60_000)
    vmk1.serves(LOCAL, 0, 29_000)
    span.connects(OUTSIDE, 29_251)
    span.serves(OUTSIDE, 29_252, 60_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.after.kind) == ("route-injection", "unknown")
    assert "repaired" not in known(episode)
    assert episode.doubts == (Doubt("route-not-deleted"),)


@pytest.mark.parametrize(("next_hop", "kind"), [(CVM_ETH1, "route-injection"), ("", "unexplained")])
def test_a_capture_without_a_link_layer_does_not_show_that_the_own_cvm_lived(next_hop: str, kind: str) -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 60_000)
    vmk1.serves(replace(LOCAL, src_mac=VMK1 if next_hop else "", dst_mac=next_hop), 0, 29_000)
    span.connects(OUTSIDE, 29_251)
    span.serves(OUTSIDE, 29_252, 60_000)

    assert kind in {one.kind for one in episodes(span, vmk1)}
    assert next_hop or "route-injection" not in {one.kind for one in episodes(span, vmk1)}


def test_a_gateway_that_nobody_is() -> None:
    episode = only(*scenes.astray(added=33_000, back_at=61_000))

    assert (episode.kind, episode.gateway, episode.gateway_valid) == ("route-injection", NOBODY, False)
    assert (episode.during.kind, episode.during.via) == ("dead", NOBODY)
    assert (episode.before.kind, episode.after.kind) == ("local", "local")
    least, most = ms_of(episode, "fault")
    assert 32_900 <= least <= 33_000
    assert 33_200 <= most <= 33_201
    least, most = ms_of(episode, "repaired")
    assert 53_800 <= least <= 57_000
    assert most <= 61_000
    assert "terminated" not in known(episode)


def test_a_gateway_that_takes_frames_and_never_answers() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    span.sends(scenes.STRAY, 33_250, 40_000, "retransmission")
    vmk1.serves(LOCAL, 61_000, 75_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.gateway, episode.gateway_valid) == ("route-injection", REMOTE, True)
    assert (episode.during.kind, episode.during.via) == ("dead", REMOTE)


def test_asking_for_somebody_who_is_not_there_stalls_nothing() -> None:
    span, vmk1 = scenes.healthy()
    span.asks(VMK0, HOST, NOBODY, 30_000, 50_000)

    assert not episodes(span, vmk1)


def test_a_stall_with_an_answered_question_is_no_injection() -> None:
    span, vmk1 = scenes.stall()
    span.asks(VMK0, HOST, REMOTE, 34_000, 34_000, answered_by=REMOTE_ETH0)

    assert only(span, vmk1).kind == "unexplained"


def test_span_alone_knows_it_by_the_local_cvm_that_refuses() -> None:
    span, _ = scenes.injection(added=29_000, deleted=64_000)
    refused = Ends(builder.CVM_ETH0, VMK0, OUTSIDE.dst, OUTSIDE.src, 2049, OUTSIDE.sport)
    span.control("RST", refused, 63_900)

    episode = only(span)

    assert episode.kind in ("route-injection", "unexplained")
    assert episode.confidence != "high"
    if "fault" in known(episode):
        assert ms_of(episode, "fault")[0] <= 29_000 <= ms_of(episode, "fault")[1]


def test_a_host_that_asks_elsewhere_to_the_end_is_not_back() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.speaks(VMK1, None, 33_000, 75_000)
    span.asks(VMK0, HOST, NOBODY, 33_200, 70_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.after.kind) == ("route-injection", "unknown")
    assert Doubt("service-not-back") in episode.doubts


def test_its_own_frames_inside_show_that_it_is_back_where_no_reply_is_seen() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.speaks(VMK1, None, 33_000, 75_000)
    span.asks(VMK0, HOST, NOBODY, 33_200, 50_000)
    vmk1.sends(LOCAL, 61_000, 75_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.after.kind, episode.after.note) == ("route-injection", "local", "only-frames")
    assert ms_of(episode, "repaired")[1] == 61_000


def test_the_fin_of_another_connection_terminates_nothing() -> None:
    span, vmk1 = scenes.astray()
    span.control("FIN", back(OUTSIDE), 10_000)

    assert "terminated" not in known(only(span, vmk1))


def test_a_host_that_had_no_answer_inside_before_it_turned_elsewhere_lost_its_cvm_first() -> None:
    """Genesis' route came late, and nobody served by it before the own CVM was back."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 20_000)
    vmk1.calls(LOCAL, 20_100, None)
    for ms in (20_300, 21_000, 24_000, 30_000):
        vmk1.sends(LOCAL, ms, ms, "retransmission")
    span.asks(VMK0, HOST, NOBODY, 33_200, 57_000)
    vmk1.serves(LOCAL, 61_000, 75_000)

    assert "route-injection" not in [one.kind for one in observations_shown(span, vmk1)[0]]


@pytest.mark.parametrize(("silent", "injected"), [(True, False), (False, True)], ids=["with-it", "heard-on"])
def test_a_cvm_that_fell_silent_with_the_service_is_why_that_ended(silent: bool, injected: bool) -> None:
    """A host that reboots sends nothing; when it asks again, a route leads to nobody, and its CVM is booting."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 105_000, cvm_until=33_100 if silent else None)
    span.ssh(5_000, 5_250, client=builder.CVM)
    if silent:
        span.speaks(builder.CVM_ETH0, builder.CVM, 56_000, 105_000)
    vmk1.serves(LOCAL, 0, 33_000)
    span.asks(VMK0, HOST, NOBODY, 76_000, 90_000)
    vmk1.serves(LOCAL, 95_000, 105_000)

    kinds = [one.kind for one in observations_shown(span, vmk1)[0]]
    assert ("route-injection" in kinds) is injected


@pytest.mark.parametrize(("acknowledged", "kind"), [(False, "unexplained"), (True, "route-injection")])
def test_a_cvm_that_acknowledged_nothing_had_stopped_before_the_host_turned_elsewhere(
    acknowledged: bool, kind: str
) -> None:
    """However shortly: what is not acknowledged for so long that it is sent again was sent to nobody."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 32_000)
    vmk1.calls(LOCAL, 32_100, None)
    vmk1.sends(LOCAL, 32_100, 32_100, "call")
    if acknowledged:
        vmk1.speaks(CVM_ETH1, None, 32_101, 32_102)
    span.asks(VMK0, HOST, NOBODY, 32_400, 57_000)
    vmk1.serves(LOCAL, 61_000, 75_000)

    assert [one.kind for one in observations_shown(span, vmk1)[0]] == [kind]


@pytest.mark.parametrize(
    ("called", "kind"), [(20_100, "unexplained"), (28_000, "route-injection")], ids=["waited-long", "waited-briefly"]
)
def test_a_host_that_waited_for_its_living_cvm_before_it_was_elsewhere_may_have_lost_it(called: int, kind: str) -> None:
    """The CVM acknowledges what the host sends, and answers no call; why the host left, captures don't tell."""
    span, vmk1 = scenes.injection(added=29_000)
    vmk1.events = [one for one in vmk1.events if one.at.least >= ns(64_000)]
    vmk1.serves(LOCAL, 0, called - 100)
    vmk1.calls(LOCAL, called, None)
    vmk1.sends(LOCAL, called, called, "call")
    vmk1.speaks(CVM_ETH1, None, called + 40, called + 41)

    first, *_ = observations_shown(span, vmk1)[0]

    assert (first.kind, first.before.kind, first.after.kind) == (kind, "local", "remote" if kind[0] == "u" else "local")


@pytest.mark.parametrize(
    ("inside", "kind"), [(None, "route-injection"), (33_000, "unexplained")], ids=["exchanged", "turned-back"]
)
def test_a_host_that_turned_back_between_two_gateways_moved_twice(inside: int | None, kind: str) -> None:
    span, vmk1 = scenes.injection(added=29_000)
    beside = Ends(VMK0, builder.PEER_ETH0, "192.168.5.1", builder.STORAGE, 877, 2049)
    span.events = [one for one in span.events if one.at.least < ns(29_000) or one.at.least > ns(60_000)]
    span.sends(beside, 29_300, 29_400)
    span.connects(OUTSIDE, 36_000)
    span.serves(OUTSIDE, 36_001, 63_750)
    if inside is not None:
        vmk1.sends(LOCAL, inside, inside + 100)

    first, *_ = observations_shown(span, vmk1)[0]

    assert first.kind == kind


def test_a_route_that_was_added_again_as_genesis_deleted_it_may_have_been_gone_then() -> None:
    """The remote CVM ended a connection long before the host was back, and served it again at once."""
    span, vmk1 = scenes.injection(added=29_000, deleted=104_000, end=130_000)
    again = replace(OUTSIDE, sport=OUTSIDE.sport + 1)
    span.events = [event for event in span.events if "FIN" not in str(event.detail)]
    span.control("FIN", back(OUTSIDE), 64_000)
    span.connects(again, 64_010)
    span.serves(again, 64_020, 103_750)
    span.control("FIN", back(again), 103_760)

    episode = only(span, vmk1)

    assert ms_of(episode, "terminated") == (63_975, 103_785)
    assert ms_of(episode, "repaired") == (63_975, 104_001)


def test_a_connection_that_the_host_itself_closed_is_not_the_end_of_its_route() -> None:
    span, vmk1 = scenes.injection(added=29_000, deleted=104_000, end=130_000)
    span.control("FIN", OUTSIDE, 64_000)
    span.control("FIN", back(OUTSIDE), 64_001)

    assert ms_of(only(span, vmk1), "repaired")[0] > 103_000


def test_a_stargate_that_stopped_first_is_what_took_service_away() -> None:
    """A route to nobody came when the own CVM had ended the connection: what its host lacked is not by that route."""
    span, vmk1 = scenes.astray(added=33_000, back_at=61_000)
    vmk1.control("RST", back(LOCAL), 33_010)

    assert only(span, vmk1).kind == "unexplained"


def test_a_route_was_not_there_while_the_host_still_sent_to_its_own_cvm() -> None:
    """Its last reply came four seconds before."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 90_000)
    vmk1.serves(LOCAL, 0, 25_000)
    vmk1.sends(LOCAL, 25_000, 29_000, "call")
    span.sends(scenes.STRAY, 29_250, 29_250)
    span.connects(OUTSIDE, 29_251)
    span.serves(OUTSIDE, 29_252, 90_000)
    (change,) = changes_shown(span, vmk1)
    assert change.before is not None
    scene = scene_shown(span, vmk1)
    signs = frames_by(scene, change.host, change.after.path, change.start, change.end) if change.after else []
    seen = Observation("route-injection", "wire", change.host, "capture", change.start, change.end)

    at = _fault(seen, change, change.before, scene, signs).points["fault"].at

    assert (at.least, at.most // MILLISECOND) == (ns(29_000) - COMMAND_LATENCY, ns(29_250) // MILLISECOND)
