"""`cvm-recovery` on the wire, and what only looks like it."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.kinds.cvm_recovery import NOT_SEEN, recognise
from analyzer.correlate.wire.repair import mark_service
from analyzer.model.event import ArpTraffic, Ends
from analyzer.model.told import Doubt
from tests.correlate import builder, scenes
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    CVM_ETH1,
    HOST,
    LOCAL,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    VMK0,
    VMK1,
    Capture,
    back,
    episodes,
    known,
    ms_of,
    only,
)
from tests.correlate.wire.shown import changes_shown, scene_shown


def test_the_cvm_returns_and_service_follows() -> None:
    episode = only(*scenes.recovery(returned=34_000, failback=80_000))

    assert (episode.kind, episode.host, episode.cvm, episode.gateway) == ("cvm-recovery", HOST, CVM, REMOTE)
    assert [path.kind for path in (episode.before, episode.during, episode.after)] == ["remote", "remote", "local"]
    assert episode.confidence == "high"


def test_its_instants() -> None:
    episode = only(*scenes.recovery(returned=34_000, failback=80_000))

    assert ms_of(episode, "fault")[0] >= 31_900
    assert ms_of(episode, "fault")[1] == 34_000
    assert ms_of(episode, "terminated")[0] <= 79_800 <= ms_of(episode, "terminated")[1]
    least, most = ms_of(episode, "repaired")
    assert least >= 79_700
    assert most <= 80_001
    assert ms_of(episode, "connected") == (80_000, 80_001)
    assert ms_of(episode, "restored") == (80_002, 80_003)


def test_span_alone_sees_the_connection_ended_and_the_address_leave() -> None:
    span, _ = scenes.recovery(returned=34_000, failback=80_000)

    episode = only(span)

    assert (episode.kind, episode.after.kind) == ("cvm-recovery", "local")
    assert "restored" not in known(episode)


def test_a_failback_without_a_return_may_be_an_injected_route() -> None:
    span, vmk1 = scenes.recovery(returned=34_000, failback=80_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    vmk1.events = [event for event in vmk1.events if event.at.least >= scenes.both()[0].at(79_000).least]

    episode = only(span, vmk1)

    assert episode.kind == "unexplained"
    assert episode.confidence == "low"
    assert Doubt("return-unseen") in episode.doubts


@pytest.mark.parametrize(("asked", "kind"), [(76_500, "unexplained"), (79_500, "cvm-recovery")])
def test_a_host_that_asks_for_its_own_cvm_in_vain_left_before_that_was_back(asked: int, kind: str) -> None:
    """Also where the last of its requests is answered in the end."""
    span, vmk1 = scenes.both()
    for mac, address in ((VMK0, HOST), (PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 95_000)
    span.serves(OUTSIDE, 0, 76_000)
    span.speaks(CVM_ETH0, CVM, 70_000, 95_000)
    vmk1.announces(CVM_ETH1, STORAGE, 70_050)
    vmk1.connects(LOCAL, 80_000)
    vmk1.serves(LOCAL, 80_001, 95_000)
    vmk1.asks(VMK1, PRIVATE, STORAGE, asked, 79_900)
    vmk1.run(79_950, 79_950, ArpTraffic, "reply", CVM_ETH1, STORAGE, PRIVATE, None)

    assert [one.kind for one in episodes(span, vmk1)] == [kind]


@pytest.mark.parametrize("returned", [81_000, 95_000])
def test_a_cvm_that_is_heard_only_after_service_left_did_not_take_it_back(returned: int) -> None:
    """Genesis asks a CVM, which answers, before it ends a connection for it."""
    span, _ = scenes.recovery(returned=returned, failback=80_000, end=120_000)

    episode = only(span)

    assert "fault" not in known(episode)
    assert episode.cvm is None
    assert episode.confidence == "low"


def test_a_cvm_that_is_heard_again_twice_may_have_returned_either_time() -> None:
    span, vmk1 = scenes.recovery(returned=34_000, failback=80_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    for start, end in ((34_000, 45_000), (60_000, 95_000)):
        span.speaks(CVM_ETH0, CVM, start, end)

    assert ms_of(only(span, vmk1), "fault") == (32_000, 60_000)


def test_a_cvm_that_is_seldom_heard_at_the_hosts_port_did_not_return() -> None:
    vmk0 = Capture(source="vmk0.pcap")
    vmk0.speaks(VMK0, HOST, 0, 95_000)
    vmk0.serves(OUTSIDE, 0, 80_000)
    for ms in (20_000, 50_000, 78_000):
        vmk0.speaks(CVM_ETH0, CVM, ms, ms + 200)
    vmk0.control("FIN", back(OUTSIDE), 80_010)

    episode = only(vmk0)

    assert "fault" not in known(episode)
    assert episode.confidence == "low"


def test_a_cvm_that_was_heard_again_before_it_served_last_did_not_return_then() -> None:
    span, vmk1 = scenes.injection(added=45_000, deleted=80_000, end=95_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    for start, end in ((0, 10_000), (25_000, 95_000)):
        span.speaks(CVM_ETH0, CVM, start, end)

    change = changes_shown(span, vmk1)[-1]
    returned = recognise(change, scene_shown(span, vmk1))

    assert returned is not None
    assert "fault" not in returned.points
    assert NOT_SEEN in returned.doubts


def given_back_and_away_again(again: int) -> Capture:
    """The public network: the CVM returns, service is given back to it, and is outside again from `again` ms on."""
    span, _ = scenes.recovery(returned=34_000, failback=80_000, end=180_000)
    span.control("RST", back(Ends(VMK0, CVM_ETH0, HOST, STORAGE, 879, 2049)), 80_300)
    span.connects(OUTSIDE, again - 10)
    span.serves(OUTSIDE, again, again + 30_000)
    span.control("FIN", back(OUTSIDE), again + 30_050)
    return span


def test_a_return_that_ended_one_remote_path_did_not_end_the_next() -> None:
    span = given_back_and_away_again(120_000)

    changes = changes_shown(span)
    returned = recognise(changes[-1], scene_shown(span))

    assert returned is not None
    assert ("fault" in returned.points, NOT_SEEN in returned.doubts) == (False, True)


def test_a_connection_that_the_own_cvm_ends_outside_is_of_its_return() -> None:
    span = given_back_and_away_again(120_000)
    (change,) = [one for one in changes_shown(span) if one.before is not None and one.after is not None]
    own = replace(change, host=dataclasses.replace(change.host, cvm=CVM))

    ended = [mark_service(seen(one), one, scene_shown(span), one.start) for one in (change, own)]

    assert ["reset" in one.points for one in ended] == [True, False]


def seen(change: Change) -> Observation:
    return Observation("cvm-failure", "wire", change.host, "capture", change.start, change.end)


@pytest.mark.parametrize("refused", [True, False])
def test_what_speaks_again_while_only_the_own_stargate_was_down_is_another_hosts(*, refused: bool) -> None:
    span, vmk1 = scenes.both()
    for mac, address in ((VMK0, HOST), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 140_000)
    span.speaks(PEER_ETH0, PEER, 80_000, 140_000)
    vmk1.serves(LOCAL, 0, 37_000)
    if refused:
        vmk1.control("RST", back(LOCAL), 37_001)
    span.connects(OUTSIDE, 64_000)
    span.serves(OUTSIDE, 64_001, 100_000)
    span.control("FIN", back(OUTSIDE), 100_050)
    vmk1.connects(LOCAL, 100_300)
    vmk1.serves(LOCAL, 100_301, 140_000)

    returned = recognise(changes_shown(span, vmk1)[-1], scene_shown(span, vmk1))

    assert returned is not None
    assert (returned.cvm, NOT_SEEN in returned.doubts) == ((None, True) if refused else (PEER, False))


@pytest.mark.parametrize(
    ("silent", "spoke", "seen"),
    [
        pytest.param(20_000, 60_000, True, id="after-long"),
        pytest.param(50_000, 60_000, False, id="after-a-silence-that-no-check-is-likely-to-meet"),
        pytest.param(20_000, 63_500, False, id="just-before-the-host-was-elsewhere"),
    ],
)
def test_a_cvm_that_was_heard_again_before_the_host_was_elsewhere(silent: int, spoke: int, *, seen: bool) -> None:
    span = Capture()
    builder.neighbours(span, 0, 140_000, cvm_until=silent)
    span.speaks(CVM_ETH0, CVM, spoke, 140_000)
    span.connects(OUTSIDE, 64_000)
    span.serves(OUTSIDE, 64_001, 100_000)
    span.control("FIN", back(OUTSIDE), 100_050)

    returned = recognise(changes_shown(span)[-1], scene_shown(span))

    assert returned is not None
    assert ("fault" in returned.points, NOT_SEEN in returned.doubts) == (seen, not seen)


def test_what_another_hosts_switch_announces_is_no_return_of_the_own_cvm() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 140_000)
    span.connects(OUTSIDE, 20_000)
    span.serves(OUTSIDE, 20_001, 100_000)
    span.control("FIN", back(OUTSIDE), 100_050)
    vmk1.announces(CVM_ETH1, STORAGE, 60_000)
    vmk1.serves(Ends("00:50:56:6a:a0:25", CVM_ETH1, PRIVATE, STORAGE, 700, 2049), 60_001, 140_000)
    scene = scene_shown(span, vmk1)
    another = Member(PEER, frozenset({"00:50:56:6a:a0:25"}))
    known = dataclasses.replace(scene.topology, hosts=(scene.topology.hosts[0], another))
    (change,) = [one for one in changes_shown(span, vmk1) if one.before and one.before.path.kind == "remote"]

    unknown, others = recognise(change, scene), recognise(change, replace(scene, topology=known))

    assert unknown is not None
    assert others is not None
    assert ("fault" in unknown.points, "fault" in others.points) == (True, False)


@pytest.mark.parametrize(("announced", "least"), [(True, 32_000), (False, 29_000)])
def test_a_cvm_that_was_only_out_of_reach_speaks_when_it_has_something_to_say(announced: bool, least: int) -> None:
    span, vmk1 = scenes.recovery(returned=34_000, failback=80_000)
    if not announced:
        vmk1.events = [event for event in vmk1.events if event.at.least > builder.ns(79_000)]

    assert ms_of(only(span, vmk1), "fault") == (least, 34_000)


@pytest.mark.parametrize("booted", [True, False])
def test_a_cvm_that_falls_silent_when_its_host_is_elsewhere_is_not_why_it_is(booted: bool) -> None:
    span = Capture()
    for mac, address in ((VMK0, HOST), (PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 95_000)
    span.serves(OUTSIDE, 20_000, 79_750)
    for begin, end in ((0, 25_000), (50_000, 95_000)):
        span.speaks(CVM_ETH0, CVM, begin, end)
    if booted:
        span.announces(CVM_ETH0, CVM, 50_000)
    span.control("FIN", back(OUTSIDE), 79_800)

    assert episodes(span)[-1].kind == "unexplained"


@pytest.mark.parametrize(("silent", "known"), [(5_000, True), (25_000, False)])
def test_a_host_that_stalls_elsewhere_was_there_before(silent: int, known: bool) -> None:
    """It is cut off with its CVM, which may serve on."""
    span = Capture()
    for mac, address in ((PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 95_000)
    for mac, address in ((VMK0, HOST), (CVM_ETH0, CVM)):
        span.speaks(mac, address, 0, silent)
        span.speaks(mac, address, 45_000, 95_000)
    span.serves(OUTSIDE, 20_000, 24_750)
    span.serves(OUTSIDE, 45_100, 79_750)
    span.control("FIN", back(OUTSIDE), 79_800)
    scene = scene_shown(span)
    own = dataclasses.replace(scene.topology.hosts[0], cvm=CVM)
    left = [one for one in changes_shown(span) if one.after is None][-1]

    returned = recognise(replace(left, host=own), scene)

    assert returned is not None
    assert ("fault" in returned.points) is known


@pytest.mark.parametrize(
    ("refused", "booted", "shown"), [(True, False, False), (True, True, True), (False, False, True)]
)
def test_a_cvm_that_had_refused_its_host_is_not_back_when_it_is_reached_again(
    refused: bool, booted: bool, shown: bool
) -> None:
    """Its Stargate was down, and need not serve yet; one that boots starts it."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 140_000, cvm_until=40_000)
    span.speaks(CVM_ETH0, CVM, 80_000, 140_000)
    if booted:
        span.announces(CVM_ETH0, CVM, 80_000)
    vmk1.serves(LOCAL, 0, 37_000)
    vmk1.control("RST" if refused else "SYN", back(LOCAL) if refused else LOCAL, 37_001)
    span.connects(OUTSIDE, 64_000)
    span.serves(OUTSIDE, 64_001, 100_000)
    span.control("FIN", back(OUTSIDE), 100_050)
    vmk1.connects(LOCAL, 100_300)
    vmk1.serves(LOCAL, 100_301, 140_000)
    change = changes_shown(span, vmk1)[-1]
    own = replace(change, host=dataclasses.replace(change.host, cvm=CVM))

    returned = recognise(own, scene_shown(span, vmk1))

    assert returned is not None
    assert ("fault" in returned.points, returned.cvm, returned.doubts) == (shown, CVM, ())


@pytest.mark.parametrize(("ended", "shown"), [(79_900, True), (60_000, False)])
def test_what_ends_before_the_cvm_is_heard_again_is_not_ended_for_it(ended: int, shown: bool) -> None:
    """The remote CVM's Stargate stopped, and the host waited for its own."""
    span, vmk1 = scenes.recovery(returned=66_000, failback=80_000)
    span.events = [one for one in span.events if not _is_fin(one.detail)]
    span.control("FIN", back(OUTSIDE), ended)
    change = changes_shown(span, vmk1)[-1]
    left = replace(change, start=min(change.start, builder.ns(ended)))

    returned = recognise(left, scene_shown(span, vmk1))

    assert returned is not None
    assert ("terminated" in returned.points) is shown


def _is_fin(detail: object) -> bool:
    return getattr(detail, "flags", "") == "FIN"


@pytest.mark.parametrize(("silent_until", "kind"), [(80_000, "unexplained"), (40_000, "cvm-recovery")])
def test_a_host_that_was_down_itself_was_not_given_back(silent_until: int, kind: str) -> None:
    """One that boots has no route, whatever became of its CVM; one that is up sends something, be it in vain."""
    span, vmk1 = scenes.both()
    for mac, address in ((PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 95_000)
    span.speaks(VMK0, HOST, 0, 20_000)
    span.serves(OUTSIDE, 0, 20_000)
    span.speaks(VMK0, HOST, silent_until, 95_000)
    span.speaks(CVM_ETH0, CVM, 70_000, 95_000)
    vmk1.announces(CVM_ETH1, STORAGE, 70_050)
    vmk1.connects(LOCAL, 80_000)
    vmk1.serves(LOCAL, 80_001, 95_000)

    assert [one.kind for one in episodes(span, vmk1)] == [kind]


def two_returns(*, other: int) -> Capture:
    """A host whose own CVM is not known is elsewhere from 20 s to 80 s; one CVM is back at 50 s, another at `other`."""
    span = Capture()
    for mac, address in ((VMK0, HOST), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 140_000)
    for mac, address, again in ((CVM_ETH0, CVM, 50_000), (PEER_ETH0, PEER, other)):
        span.speaks(mac, address, 0, 5_000)
        span.speaks(mac, address, again, 140_000)
        span.announces(mac, address, again)
    span.connects(OUTSIDE, 20_000)
    span.serves(OUTSIDE, 20_001, 80_000)
    span.control("FIN", back(OUTSIDE), 80_050)
    return span


@pytest.mark.parametrize(("other", "known"), [(60_000, False), (100_000, True)])
def test_of_two_cvms_that_return_either_may_be_the_hosts_own(other: int, known: bool) -> None:
    span = two_returns(other=other)

    (left,) = [one for one in changes_shown(span) if one.before and one.before.path.kind == "remote"]
    returned = recognise(left, scene_shown(span))
    assert returned is not None
    assert ("fault" in returned.points) is known


@pytest.mark.parametrize(("silent", "known"), [(5_000, True), (30_000, False)])
def test_a_cvm_that_fell_silent_when_the_host_was_elsewhere_is_any_hosts(silent: int, known: bool) -> None:
    span, vmk1 = scenes.both()
    for mac, address in ((VMK0, HOST), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 140_000)
    span.speaks(CVM_ETH0, CVM, 0, silent)
    span.speaks(CVM_ETH0, CVM, 60_000, 140_000)
    vmk1.serves(builder.LOCAL, 0, 10_000)
    span.connects(OUTSIDE, 20_000)
    span.serves(OUTSIDE, 20_001, 80_000)
    span.control("FIN", back(OUTSIDE), 80_050)

    (left,) = [one for one in changes_shown(span, vmk1) if one.before and one.before.path.kind == "remote"]
    returned = recognise(left, scene_shown(span, vmk1))
    assert returned is not None
    assert ("fault" in returned.points) is known


@pytest.mark.parametrize(("elsewhere", "seen"), [(62_000, True), (95_000, False)])
def test_a_cvm_that_was_back_long_before_its_host_was_elsewhere_failed_again(elsewhere: int, *, seen: bool) -> None:
    """Its own, which was away for longer than a check's period: the route came for that, or for a later failure."""
    span = Capture()
    builder.neighbours(span, 0, 140_000, cvm_until=10_000)
    span.speaks(CVM_ETH0, CVM, 45_000, 140_000)
    span.connects(OUTSIDE, elsewhere)
    span.serves(OUTSIDE, elsewhere + 1, 120_000)
    span.control("FIN", back(OUTSIDE), 120_050)
    change = changes_shown(span)[-1]

    returned = recognise(replace(change, host=dataclasses.replace(change.host, cvm=CVM)), scene_shown(span))

    assert returned is not None
    assert ("fault" in returned.points, NOT_SEEN in returned.doubts) == (seen, not seen)
