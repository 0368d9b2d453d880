"""`cvm-failure` on the wire, and what only looks like one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from analyzer.correlate.observation import Observation
from analyzer.correlate.wire.kinds.cvm_failure import _without_earlier_end
from analyzer.model.event import Ends
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
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
    VMK1,
    Capture,
    back,
    episodes,
    holds,
    known,
    ms_of,
    neighbours,
    only,
)
from tests.correlate.made import observation
from tests.correlate.wire.shown import observations_shown


def test_the_host_leaves_a_cvm_that_died() -> None:
    episode = only(*scenes.failure(died=37_000, served=64_000))

    assert (episode.kind, episode.host, episode.cvm, episode.gateway) == ("cvm-failure", HOST, CVM, REMOTE)
    assert [path.kind for path in (episode.before, episode.during, episode.after)] == ["local", "dead", "remote"]
    assert episode.confidence == "high"


def test_its_instants() -> None:
    episode = only(*scenes.failure(died=37_000, served=64_000))

    least, most = ms_of(episode, "fault")
    assert 36_970 <= least <= 37_000 <= most <= 37_510
    assert ms_of(episode, "reset") == (64_000, 64_001)
    assert ms_of(episode, "connected") == (64_001, 64_002)
    assert ms_of(episode, "restored") == (64_003, 64_004)
    least, most = ms_of(episode, "repaired")
    assert least >= 37_000
    assert most <= 64_001
    assert not {"check", "detected", "decided", "terminated"} & known(episode).keys()


def test_a_capture_that_ends_before_service_returns() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 60_000, cvm_until=37_000)
    vmk1.serves(LOCAL, 0, 37_000)
    vmk1.calls(LOCAL, 37_250, None)
    vmk1.sends(LOCAL, 37_500, 38_000, "retransmission")
    vmk1.speaks(VMK1, None, 45_000, 60_000)
    span.asks(PEER_ETH0, PEER, CVM, 40_000, 60_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.after.kind) == ("cvm-failure", "unknown")
    assert not {"repaired", "restored"} & known(episode).keys()
    assert Doubt("service-not-back") in episode.doubts


def test_without_the_public_network_the_cvm_may_be_alive() -> None:
    _, vmk1 = scenes.failure(died=37_000, served=64_000)
    vmk1.asks(VMK1, PRIVATE, STORAGE, 45_000, 60_000)
    vmk1.speaks(VMK1, PRIVATE, 45_000, 60_000)

    (episode,) = episodes(vmk1)

    assert episode.kind in ("cvm-failure", "unexplained")
    assert episode.confidence != "high"
    assert "restored" not in known(episode)


def test_a_cvm_whose_answers_went_another_way_died_later() -> None:
    """A connection that was begun from the host's public address: the CVM answers there, out of sight."""
    _, vmk1 = scenes.both()
    vmk1.serves(LOCAL, 0, 20_000)
    vmk1.sends(LOCAL, 22_000, 40_000, "call")
    vmk1.sends(LOCAL, 40_200, 52_000, "retransmission")
    vmk1.calls(LOCAL, 40_000, None)
    vmk1.asks(VMK1, PRIVATE, STORAGE, 45_000, 60_000)
    vmk1.speaks(VMK1, PRIVATE, 0, 60_000)

    episode = only(vmk1)

    assert episode.kind == "cvm-failure"
    assert holds(episode, "fault", 40_000)
    assert ms_of(episode, "fault")[0] > 37_000


def test_span_alone_shows_it_with_less_confidence() -> None:
    span, _ = scenes.failure(died=37_000, served=64_000)

    episode = only(span)

    assert (episode.kind, episode.cvm) == ("cvm-failure", CVM)
    assert episode.confidence != "high"
    assert ms_of(episode, "fault")[0] <= 37_000 <= ms_of(episode, "fault")[1]


def test_a_cvm_that_dies_elsewhere_moves_nothing_here() -> None:
    span, vmk1 = scenes.healthy()
    span.events = [event for event in span.events if PEER_ETH0 not in str(event.detail)]
    span.speaks(PEER_ETH0, PEER, 0, 30_000)
    span.asks(REMOTE_ETH0, REMOTE, PEER, 33_000, 90_000)

    assert not episodes(span, vmk1)


def test_a_cvm_that_falls_silent_while_it_serves_is_no_failure() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 90_000, cvm_until=37_000)
    vmk1.serves(LOCAL, 0, 90_000)

    assert not episodes(span, vmk1)


def test_a_route_to_a_living_cvm_is_no_failure() -> None:
    assert only(*scenes.injection()).kind == "route-injection"


def at_the_hosts_port() -> builder.Capture:
    """What a host's own port shows of an injected route: other CVMs' questions, and seldom anything else of them."""
    vmk0 = builder.Capture(source="vmk0.pcap")
    vmk0.speaks(builder.VMK0, HOST, 0, 90_000)
    for ms in (3_000, 33_000):
        vmk0.speaks(builder.CVM_ETH0, CVM, ms, ms + 200)
    vmk0.asks(PEER_ETH0, PEER, CVM, 40_000, 42_000)
    vmk0.connects(builder.OUTSIDE, 38_000)
    vmk0.serves(builder.OUTSIDE, 38_001, 65_000)
    vmk0.speaks(REMOTE_ETH0, REMOTE, 38_001, 65_000)
    return vmk0


def test_a_cvm_that_is_seldom_heard_at_the_hosts_port_did_not_fail() -> None:
    kinds = [episode.kind for episode in episodes(at_the_hosts_port())]

    assert "cvm-failure" not in kinds


def test_a_remote_cvm_that_has_nothing_to_say_to_the_host_any_more_did_not_fail() -> None:
    vmk0 = builder.Capture(source="vmk0.pcap")
    vmk0.speaks(builder.VMK0, HOST, 0, 90_000)
    vmk0.serves(builder.OUTSIDE, 0, 60_000)
    vmk0.speaks(REMOTE_ETH0, REMOTE, 0, 60_000)

    assert "cvm-failure" not in [episode.kind for episode in episodes(vmk0)]


def test_the_cvm_of_another_host_is_not_what_a_host_left() -> None:
    """Another host's route is added by hand while this host's CVM is dead: its own local path is in no capture."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    other = Ends("00:25:90:aa:00:25", REMOTE_ETH0, "192.168.1.25", STORAGE, 901, 2049)
    span.speaks(other.src_mac, other.src, 0, 90_000)
    span.connects(other, 42_000)
    span.serves(other, 42_001, 90_000)

    kinds = {episode.host: episode.kind for episode in episodes(span, vmk1)}

    assert kinds == {HOST: "cvm-failure", "192.168.1.25": "unexplained"}


def outside_only(*, died: int, served: int, end: int = 90_000) -> builder.Capture:
    """Span alone, in which nobody asks for the CVM that fell silent."""
    span = builder.Capture()
    builder.neighbours(span, 0, end, cvm_until=died)
    span.connects(OUTSIDE, served)
    span.serves(OUTSIDE, served + 1, end)
    return span


def test_a_cvm_that_nobody_asks_for_is_known_by_its_silence() -> None:
    """Its peers still have its MAC; a MAC of the CVMs' vendor that spoke all the time is a CVM's."""
    episode = only(outside_only(died=37_000, served=60_000))

    assert (episode.kind, episode.cvm, episode.gateway) == ("cvm-failure", CVM, REMOTE)
    assert episode.confidence != "high"
    least, most = ms_of(episode, "fault")
    assert least <= 37_000 <= most


def test_a_silence_of_long_ago_is_no_reason() -> None:
    episode = only(outside_only(died=20_000, served=300_000, end=330_000))

    assert episode.kind == "unexplained"


def test_two_that_fell_silent_together_are_both_possible() -> None:
    """Which of them is the host's is not in the capture: the fault is either's end, and no name is told."""
    span = outside_only(died=37_000, served=60_000)
    other = "00:0c:29:a0:01:44"
    span.speaks(other, "192.168.1.44", 0, 39_000)

    episode = only(span)

    assert (episode.kind, episode.cvm) == ("cvm-failure", None)
    assert Doubt("several-silent") in episode.doubts
    least, most = ms_of(episode, "fault")
    assert least <= 37_000
    assert most >= 39_000


def test_its_last_frame_of_any_kind_bounds_the_death() -> None:
    span, vmk1 = scenes.failure(died=37_000)
    vmk1.speaks(CVM_ETH1, None, 36_900, 37_200)

    assert ms_of(only(span, vmk1), "fault")[0] >= 37_170


def test_of_replies_alone_nobody_knows_whose_cvm_fell_silent() -> None:
    span = Capture()
    neighbours(span, 0, 90_000, cvm_until=37_000)
    span.asks(PEER_ETH0, PEER, CVM, 40_000, 90_000)
    span.sends(back(OUTSIDE), 64_003, 90_000, "reply")

    assert "cvm-failure" not in {one.kind for one in episodes(span)}


def test_a_cvm_that_returned_and_failed_again_inside_one_silence() -> None:
    """Service left the remote path while the CVM lived, and came back when that was silent: it failed in between."""
    span = Capture()
    neighbours(span, 0, 200_000, cvm_until=37_000)
    span.asks(PEER_ETH0, PEER, CVM, 40_000, 80_000)
    span.connects(OUTSIDE, 64_000)
    span.serves(OUTSIDE, 64_001, 110_000)
    for ms in range(82_000, 118_000, 2_000):
        span.speaks(CVM_ETH0, CVM, ms, ms + 1)
    span.asks(PEER_ETH0, PEER, CVM, 121_000, 200_000)
    span.serves(OUTSIDE, 150_000, 200_000)

    first, back, second = episodes(span)

    assert [one.kind for one in (first, back, second)] == ["cvm-failure", "cvm-recovery", "cvm-failure"]
    assert (second.before.kind, second.after.via) == ("local", REMOTE)
    least, most = ms_of(second, "fault")
    assert 115_900 <= least <= 116_001
    assert most <= 121_100


def test_a_stargate_that_stops_answers_with_a_reset() -> None:
    """The CVM is heard all the while, and its kernel refuses the host's connections."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    quiet, _ = scenes.healthy()
    vmk1.control("RST", builder.back(builder.LOCAL), 37_001)

    episode = only(replace(quiet, events=[*span.events, *quiet.events]), vmk1)

    assert episode.kind == "cvm-failure"
    assert "connections-refused" in {claim.statement.name for claim in episode.claims}


def test_a_stargate_that_refuses_late_in_a_hosts_pause_is_a_failure_that_captures_see() -> None:
    """The host was idle: it learnt only at its next call, and was served elsewhere just after."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 90_000)
    vmk1.serves(LOCAL, 0, 28_000)
    vmk1.sends(LOCAL, 31_000, 31_000)
    vmk1.control("RST", back(LOCAL), 31_001)
    span.connects(OUTSIDE, 32_000)
    span.serves(OUTSIDE, 32_001, 90_000)

    episode = only(span, vmk1)

    assert episode.kind == "cvm-failure"
    assert not episode.doubts


def test_a_route_to_nobody_just_before_the_remote_cvm_falls_silent_is_no_failure_of_that() -> None:
    found = []
    for asked in (None, builder.NOBODY):
        span, vmk1 = scenes.both()
        neighbours(span, 0, 90_000, cvm_until=-1_000)
        span.events = [one for one in span.events if all(mac not in str(one.detail) for mac in (CVM_ETH0, PEER_ETH0))]
        span.speaks(PEER_ETH0, PEER, 0, 40_000)
        beside = Ends(builder.VMK0, PEER_ETH0, HOST, STORAGE, 878, 2049)
        span.serves(beside, 0, 40_000)
        span.calls(beside, 40_200, None)
        span.asks(REMOTE_ETH0, REMOTE, PEER, 43_000, 60_000)
        if asked is not None:
            span.asks(builder.VMK0, HOST, asked, 40_100, 60_000)
        span.connects(OUTSIDE, 64_000)
        span.serves(OUTSIDE, 64_001, 90_000)
        found.append([one.kind for one in episodes(span, vmk1)])

    assert found == [["cvm-failure"], ["unexplained"]]


def test_a_cvm_that_hung_first_and_then_died_is_a_failure() -> None:
    """It acknowledges a call, and answers none, some seconds before it falls silent."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 90_000, cvm_until=37_000)
    span.asks(PEER_ETH0, PEER, CVM, 40_000, 90_000)
    vmk1.serves(LOCAL, 0, 32_000)
    vmk1.calls(LOCAL, 32_200, None)
    vmk1.sends(LOCAL, 32_200, 32_200, "call")
    vmk1.speaks(CVM_ETH1, None, 32_240, 32_241)
    span.connects(OUTSIDE, 64_000)
    span.serves(OUTSIDE, 64_001, 90_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.cvm) == ("cvm-failure", CVM)
    assert holds(episode, "fault", 37_000)


def test_a_cvm_that_falls_silent_once_its_host_is_served_elsewhere_failed_before() -> None:
    """Its Stargate stopped, and the host was forwarded at once; later the CVM itself was cut off."""
    span, vmk1 = scenes.failure(died=37_000, served=41_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    span.speaks(CVM_ETH0, CVM, 0, 46_000)
    vmk1.control("RST", builder.back(builder.LOCAL), 37_001)

    assert ms_of(only(span, vmk1), "fault")[0] <= 37_001


@pytest.mark.parametrize(
    ("again", "most"),
    [
        pytest.param((50_000, 53_000), 58_000, id="for-a-moment"),
        pytest.param((50_000, 90_000), 37_260, id="it-is-back"),
        pytest.param((41_000, 44_000), 37_260, id="it-was-not-silent-long"),
    ],
)
def test_a_cvm_that_hung_and_was_heard_again_may_have_failed_only_then(again: tuple[int, int], most: int) -> None:
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    span.speaks(CVM_ETH0, CVM, *again)
    log = builder.Genesis()
    log.correct(1_000)

    least, latest = ms_of(episodes(span, vmk1, log)[0], "fault")

    assert least <= 37_000
    assert latest == most


@pytest.mark.parametrize(("spoke", "kind"), [(70_000, "cvm-failure"), (54_000, "unexplained")])
def test_a_cvm_that_was_back_long_before_its_host_left_may_not_be_why(spoke: int, kind: str) -> None:
    """Genesis, had it found the CVM down, would have been done; the route may have come since."""
    span, vmk1 = scenes.failure(died=37_000, served=80_000, end=110_000)
    span.speaks(CVM_ETH0, CVM, spoke, 110_000)

    assert episodes(span, vmk1)[0].kind == kind


def test_the_end_of_a_connection_before_the_failure_is_not_its() -> None:
    span = Capture()
    neighbours(span, 0, 200_000, cvm_until=137_000)
    span.serves(OUTSIDE, 0, 60_000)
    span.control("FIN", builder.back(OUTSIDE), 60_010)
    span.asks(PEER_ETH0, PEER, CVM, 140_000, 200_000)
    again = Ends(OUTSIDE.src_mac, OUTSIDE.dst_mac, OUTSIDE.src, OUTSIDE.dst, 900, OUTSIDE.dport)
    span.connects(again, 160_000)
    span.serves(again, 160_001, 200_000)

    failed = episodes(span)[-1]
    assert failed.kind == "cvm-failure"
    assert "reset" not in known(failed)


@pytest.mark.parametrize(("asked", "kind"), [(39_000, "cvm-failure"), (58_000, "unexplained")])
def test_a_host_that_turns_to_its_cvm_after_long_was_elsewhere(asked: int, kind: str) -> None:
    """Of the internal switch alone: it asks again sooner than a heartbeat later, or it went another way."""
    _, vmk1 = scenes.both()
    vmk1.serves(LOCAL, 0, 37_000)
    vmk1.asks(VMK1, PRIVATE, STORAGE, asked, asked + 20_000)
    vmk1.speaks(VMK1, PRIVATE, asked, asked + 20_000)

    assert only(vmk1).kind == kind


def test_a_host_that_turns_back_late_to_a_cvm_that_had_ended_its_connection_lost_that() -> None:
    _, vmk1 = scenes.both()
    vmk1.serves(LOCAL, 0, 37_000)
    vmk1.control("FIN", builder.back(LOCAL), 41_000)
    vmk1.asks(VMK1, PRIVATE, STORAGE, 58_000, 78_000)
    vmk1.speaks(VMK1, PRIVATE, 58_000, 78_000)

    assert only(vmk1).kind == "cvm-failure"


@pytest.mark.parametrize(
    ("called", "acknowledged", "kind"),
    [
        pytest.param(28_800, None, "cvm-failure", id="not acknowledged until it was sent again elsewhere"),
        pytest.param(28_800, 28_840, "route-injection", id="acknowledged"),
        pytest.param(28_980, None, "route-injection", id="just before the host left"),
    ],
)
def test_a_cvm_that_no_longer_acknowledges_had_stopped_before_its_host_left_it(
    called: int, acknowledged: int | None, kind: str
) -> None:
    """A person adds the right route as soon as the CVM hangs, which no other one misses."""
    span, vmk1 = scenes.injection(added=28_600)
    vmk1.events = [one for one in vmk1.events if one.at.least < builder.ns(60_000)]
    vmk1.calls(LOCAL, called, None)
    if acknowledged is not None:
        vmk1.speaks(CVM_ETH1, None, acknowledged, acknowledged)
    span.events = [one for one in span.events if not builder.ns(28_700) < one.at.least < builder.ns(29_100)]
    span.connects(OUTSIDE, 29_099)
    span.serves(OUTSIDE, 29_100, 40_000)

    observations, _ = observations_shown(span, vmk1)

    assert observations[0].kind == kind
    if kind == "cvm-failure":
        assert Doubt("public-side-unseen") not in observations[0].doubts
        assert [one.statement.name for one in observations[0].claims].count("calls-unanswered") == 1


def test_a_cvm_that_is_shut_down_serves_no_more_since_it_ended_its_connections() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 90_000, cvm_until=40_000)
    vmk1.serves(LOCAL, 0, 36_990)
    vmk1.control("FIN", back(LOCAL), 37_000)
    for second in (37, 38, 39):
        again = structs.replace(LOCAL, sport=900 + second)
        vmk1.control("SYN", again, second * 1000 + 20)
        vmk1.control("RST", back(again), second * 1000 + 21)
    vmk1.control("SYN", structs.replace(LOCAL, sport=950), 40_030)
    vmk1.sends(structs.replace(LOCAL, sport=950), 41_030, 55_000, "retransmission")
    span.asks(PEER_ETH0, PEER, CVM, 43_000, 90_000)
    span.sends(scenes.STRAY, 64_000, 64_000)
    span.control("RST", back(scenes.STRAY), 64_000)
    span.connects(OUTSIDE, 64_001)
    span.serves(OUTSIDE, 64_002, 90_000)

    episode = only(span, vmk1)

    assert episode.kind == "cvm-failure"
    least, most = ms_of(episode, "fault")
    assert 36_900 <= least <= 36_990 <= most <= 37_000, "its kernel refuses connections until 40 s"


def test_a_host_that_its_own_cvm_refused_until_it_left_lost_that_cvm() -> None:
    _, vmk1 = scenes.both()
    vmk1.serves(LOCAL, 0, 36_990)
    vmk1.control("FIN", back(LOCAL), 37_000)
    for number in range(12):
        again, ms = structs.replace(LOCAL, sport=900 + number), 37_020 + number * 1000
        vmk1.control("SYN", again, ms)
        vmk1.control("RST", back(again), ms + 1)
    vmk1.speaks(VMK1, None, 50_000, 90_000)

    episode = only(vmk1)

    assert (episode.kind, episode.before.kind, episode.during.kind) == ("cvm-failure", "local", "dead")
    assert Doubt("service-not-back") in episode.doubts
    assert ms_of(episode, "fault")[1] == 37_000


def test_a_host_that_goes_on_at_its_own_cvm_without_answers_in_the_capture_is_back() -> None:
    """These go another way after a connection by the public network."""
    _, vmk1 = scenes.both()
    again = structs.replace(LOCAL, sport=950)
    vmk1.serves(LOCAL, 0, 36_990)
    vmk1.control("RST", back(LOCAL), 37_000)
    vmk1.control("SYN", again, 37_010)
    vmk1.control("RST", back(again), 37_011)
    vmk1.sends(structs.replace(LOCAL, sport=951), 60_000, 90_000, "call")
    vmk1.speaks(VMK1, None, 60_000, 90_000)

    episode = only(vmk1)

    assert episode.kind == "unexplained"
    assert Doubt("service-not-back") not in episode.doubts


def test_the_end_of_a_connection_is_left_out_only_where_it_came_before_the_failure() -> None:
    def told(one: Observation) -> bool:
        ended = one.marked("reset", Instant("c", 20 * SECOND, 20 * SECOND), [], How("note"))
        return "reset" in _without_earlier_end(ended).points

    assert told(observation()), "nothing shows when the CVM failed"
    assert told(observation(fault=(10, 20)))
    assert not told(observation(fault=(21, 22)))


def test_what_is_seen_of_a_failure_begins_with_the_last_reply() -> None:
    (seen,), _ = observations_shown(*scenes.failure(died=37_000, served=64_000))

    assert builder.ns(36_900) <= seen.start <= builder.ns(37_000)


def test_a_host_that_may_be_home_did_not_lose_the_cvm_that_served_it_elsewhere() -> None:
    found = []
    for own_is_back in (False, True):
        span, vmk1 = scenes.failure(died=37_000, served=64_000, end=100_000)
        span.calls(OUTSIDE, 100_200, None)
        span.speaks(PEER_ETH0, PEER, 100_000, 140_000)
        span.speaks(builder.VMK0, HOST, 100_000, 140_000)
        span.asks(PEER_ETH0, PEER, REMOTE, 103_000, 140_000)
        if own_is_back:
            span.speaks(CVM_ETH0, CVM, 80_000, 140_000)
        found.append([one.kind for one in observations_shown(span, vmk1)[0]])

    assert found == [["cvm-failure", "cvm-failure"], ["cvm-failure", "unexplained"]]
