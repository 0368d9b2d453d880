"""The fold over a host's changes: what is learnt, what is left open, and what it costs."""

from __future__ import annotations

import cProfile
import pstats

import pytest

from analyzer.correlate.wire.kinds import cvm_recovery
from analyzer.correlate.wire.observations import _weighed, observations_in_captures
from analyzer.correlate.wire.service import services
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import Ends, SshTraffic
from analyzer.model.measurement import MissingInstant
from analyzer.model.told import Doubt
from tests.correlate import builder, scenes
from tests.correlate.builder import CVM, HOST, LOCAL, OUTSIDE, Capture
from tests.correlate.made import observation
from tests.correlate.wire.shown import observations_shown, scene_shown


def test_a_failure_on_the_local_path_shows_the_hosts_own_cvm() -> None:
    scene = scene_shown(*scenes.failure())
    before = scene.topology.host(HOST)
    assert before is not None
    assert before.cvm is None

    served = services(scene.traffic, scene.topology)
    (observation,), topology = observations_in_captures(served, scene.traffic, scene.topology)

    after = topology.host(HOST)
    assert after is not None
    assert (observation.cvm, after.cvm) == (CVM, CVM)
    assert before.cvm is None, "what was given is not written to"
    assert scene.topology.host(HOST) is before


def test_observing_again_with_what_was_learnt_shows_the_same() -> None:
    scene = scene_shown(*scenes.failure())
    served = services(scene.traffic, scene.topology)

    first, learnt = observations_in_captures(served, scene.traffic, scene.topology)
    second, more = observations_in_captures(served, scene.traffic, learnt)

    assert len(first) == 1
    assert second == first
    assert more is learnt


def test_an_injection_shows_no_own_cvm() -> None:
    observations, topology = observations_shown(*scenes.injection())

    assert [one.kind for one in observations] == ["route-injection"]
    assert {host.cvm for host in topology.hosts} == {None}


def test_an_injected_route_that_is_there_still_is_doubted() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 60_000)
    vmk1.serves(LOCAL, 0, 29_000)
    span.connects(OUTSIDE, 29_251)
    span.serves(OUTSIDE, 29_252, 60_000)

    ((observation,), _) = observations_shown(span, vmk1)

    assert observation.doubts == (Doubt("route-not-deleted"),)


def stalls(count: int) -> tuple[Capture, Capture]:
    """A host whose service stalls `count` times, for ten seconds each."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, count * 60_000)
    for number in range(count):
        begin = number * 60_000
        vmk1.serves(LOCAL, begin, begin + 50_000)
        vmk1.calls(LOCAL, begin + 50_200, None, xid=number)
        vmk1.sends(LOCAL, begin + 50_200, begin + 50_200, "call")
    vmk1.serves(LOCAL, count * 60_000, count * 60_000 + 10_000)
    return span, vmk1


def cost(count: int) -> int:
    """How many function calls it takes to observe so many stalls."""
    scene = scene_shown(*stalls(count))
    profile = cProfile.Profile()
    profile.enable()
    served = services(scene.traffic, scene.topology)
    observations, _ = observations_in_captures(served, scene.traffic, scene.topology)
    profile.disable()
    assert len(observations) == count
    return sum(calls for _, (calls, *_) in pstats.Stats(profile).stats.items())  # type: ignore[attr-defined]


def test_ten_times_the_changes_cost_ten_times_as_much_and_a_little() -> None:
    assert cost(200) < 15 * cost(20)


def _unread(span: Capture) -> None:
    """Without the SSH exchanges by which checks read hosts' routes."""
    span.events = [event for event in span.events if not isinstance(event.detail, SshTraffic)]


def just_back(*, added: int, read: bool = False) -> tuple[Capture, Capture]:
    """The own CVM's Stargate restarts, and a route is added after it serves again, at 40 s. `read`: the captures have
    the checks' SSH.
    """
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 120_000)
    if not read:
        _unread(span)
    vmk1.serves(LOCAL, 0, 31_000)
    vmk1.control("RST", builder.back(LOCAL), 31_001)
    vmk1.connects(scenes.AGAIN, 39_999)
    vmk1.serves(scenes.AGAIN, 40_000, added)
    span.connects(OUTSIDE, added + 251)
    span.serves(OUTSIDE, added + 252, 99_750)
    span.control("FIN", builder.back(OUTSIDE), 99_760)
    vmk1.connects(LOCAL, 100_000)
    vmk1.serves(LOCAL, 100_001, 120_000)
    return span, vmk1


def test_a_route_that_comes_just_after_a_restart_may_be_genesis_failover() -> None:
    """It may have found the CVM down before that was back; logs would show it."""
    (stall, moved), _ = observations_shown(*just_back(added=43_000))

    assert (stall.kind, moved.kind, len(moved.either)) == ("unexplained", "route-injection", 1)
    told = builder.episodes(*just_back(added=43_000))
    assert [one.kind for one in told] == ["unexplained", "unexplained"]
    assert (told[1].before.kind, told[1].during.kind, told[1].after.kind) == ("local", "remote", "local")


def test_a_route_that_comes_between_two_readings_without_a_command_is_not_genesis_failover() -> None:
    told = builder.episodes(*just_back(added=43_000, read=True))

    assert [one.kind for one in told] == ["unexplained", "route-injection"]


def test_a_route_that_comes_later_than_any_failover_was_injected() -> None:
    told = builder.episodes(*just_back(added=70_000))

    assert [one.kind for one in told] == ["unexplained", "route-injection"]


def forwarded(*, heard_until: int, heard_again: int = 90_000) -> tuple[Capture, Capture]:
    """A host that leaves its own CVM, which serves it, at 40 s; outside that is not heard between two times, ms."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 120_000, cvm_until=heard_until)
    _unread(span)
    if heard_again < 120_000:
        span.speaks(builder.CVM_ETH0, builder.CVM, heard_again, 120_000)
    for ms in range(heard_until + 500, min(heard_again, 119_000), 5_000):
        span.asks(builder.REMOTE_ETH0, builder.REMOTE, builder.CVM, ms, ms + 2_000)
    vmk1.serves(LOCAL, 0, 40_000)
    span.connects(OUTSIDE, 40_251)
    span.serves(OUTSIDE, 40_252, 99_750)
    span.control("FIN", builder.back(OUTSIDE), 99_760)
    vmk1.connects(LOCAL, 100_000)
    vmk1.serves(LOCAL, 100_001, 120_000)
    return span, vmk1


@pytest.mark.parametrize(
    ("until", "again", "kind"),
    [
        pytest.param(20_000, 90_000, "unexplained", id="not-heard-outside-as-the-host-left"),
        pytest.param(38_000, 90_000, "unexplained", id="since-just-before"),
        pytest.param(10_000, 39_000, "unexplained", id="heard-again-as-genesis-may-act-on-a-check-before"),
        pytest.param(10_000, 20_000, "route-injection", id="heard-again-long-before"),
        pytest.param(38_000, 42_000, "route-injection", id="for-a-moment"),
    ],
)
def test_a_host_whose_cvm_is_not_heard_outside_may_be_forwarded_by_genesis(until: int, again: int, kind: str) -> None:
    (told, *more) = builder.episodes(*forwarded(heard_until=until, heard_again=again))

    assert (told.kind, more) == (kind, [])
    assert kind != "unexplained" or told.confidence == "low"


def test_a_route_is_right_since_the_own_cvm_failed_and_what_ends_it_is_that_ones_return() -> None:
    injected, back = builder.episodes(*forwarded(heard_until=60_000))

    assert (injected.kind, injected.after.kind, back.kind) == ("route-injection", "remote", "cvm-recovery")
    assert {one.name: one.reason for one in injected.instants if isinstance(one, MissingInstant)}["repaired"] == (
        "right-since-failure"
    )


def test_a_host_that_leaves_just_before_its_cvm_stops_may_be_forwarded_ahead() -> None:
    """Genesis forwards the hosts of a CVM that somebody puts into maintenance, and stops that then."""
    left, back = builder.episodes(*forwarded(heard_until=50_000))

    assert (left.kind, left.confidence) == ("unexplained", "low")
    assert back.kind == "unexplained"


def test_so_may_one_whose_cvm_is_heard_again_only_as_it_is_given_back() -> None:
    """The CVM boots while its host is on its way back; of the silence, what lies before that way counts."""
    left, back = builder.episodes(*forwarded(heard_until=50_000, heard_again=99_900))

    assert (left.kind, left.confidence, back.kind) == ("unexplained", "low", "unexplained")


@pytest.mark.parametrize(("until", "kind"), [(50_000, "unexplained"), (58_000, "route-injection")])
def test_one_that_is_sent_on_to_another_remote_cvm_may_have_been_forwarded_ahead(until: int, kind: str) -> None:
    """Its own CVM is stopped within a repair's time, and not heard again; the first remote CVM fails."""
    span, vmk1 = scenes.both()
    for mac, address, last in (
        (builder.VMK0, HOST, 120_000),
        (builder.PEER_ETH0, builder.PEER, 120_000),
        (builder.REMOTE_ETH0, builder.REMOTE, 56_000),
        (builder.CVM_ETH0, CVM, until),
    ):
        span.speaks(mac, address, 0, last)
    span.asks(builder.PEER_ETH0, builder.PEER, builder.REMOTE, 57_000, 70_000)
    vmk1.serves(LOCAL, 0, 40_000)
    span.connects(OUTSIDE, 40_251)
    span.serves(OUTSIDE, 40_252, 56_000)
    span.sends(OUTSIDE, 56_100, 60_000, "frame", "call", "retransmission")
    elsewhere = Ends(builder.VMK0, builder.PEER_ETH0, HOST, builder.STORAGE, 879, 2049)
    span.connects(elsewhere, 70_000)
    span.serves(elsewhere, 70_001, 120_000)

    told, _ = observations_shown(span, vmk1)

    assert [one.kind for one in told] == ["route-injection", "cvm-failure"]
    assert [one.kind for one in told[0].either] == (["unexplained"] if kind == "unexplained" else [])


@pytest.mark.parametrize(("again", "kind"), [(64_000, "route-injection"), (75_000, "unexplained")])
def test_a_silence_that_a_check_may_have_met_may_have_made_an_injected_route_right(again: int, kind: str) -> None:
    (injected,) = builder.episodes(*forwarded(heard_until=60_000, heard_again=again))

    assert (injected.kind, injected.after.kind) == (kind, "local")


@pytest.mark.parametrize(("until", "after"), [(60_000, "remote"), (200_000, "unknown")])
def test_an_injected_route_is_right_once_the_own_cvm_is_gone(until: int, after: str) -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 120_000, cvm_until=min(until, 120_000))
    vmk1.serves(LOCAL, 0, 40_000)
    span.connects(OUTSIDE, 40_251)
    span.serves(OUTSIDE, 40_252, 120_000)

    (injected,), _ = observations_shown(span, vmk1)

    assert (injected.kind, injected.after.kind) == ("route-injection", after)


@pytest.mark.parametrize("again", [75_000, 85_000])
def test_a_host_that_was_cut_off_with_its_cvm_shows_no_failure_of_that(again: int) -> None:
    """A partition: neither is heard for some seconds, and the route stays illegal."""
    span, vmk1 = forwarded(heard_until=60_000, heard_again=again)
    span.events = [event for event in span.events if builder.VMK0 not in str(event.detail)]
    span.connects(OUTSIDE, 40_251)
    for begin, end in ((40_252, 60_000), (again, 99_750)):
        span.serves(OUTSIDE, begin, end)
        span.speaks(builder.VMK0, HOST, begin, end)
    span.control("FIN", builder.back(OUTSIDE), 99_760)

    assert "route-injection" in {one.kind for one in builder.episodes(span, vmk1)}


def test_what_a_return_shows_of_a_host_is_held_for_what_came_before() -> None:
    """Two CVMs fall silent, and which is the host's own only its return shows."""
    span = Capture()
    builder.neighbours(span, 0, 160_000, cvm_until=30_000)
    span.speaks("00:25:90:aa:00:50", "192.168.1.50", 0, 32_000)
    span.speaks(builder.CVM_ETH0, CVM, 100_000, 160_000)
    span.announces(builder.CVM_ETH0, CVM, 100_000)
    span.asks(builder.PEER_ETH0, builder.PEER, CVM, 33_000, 40_000)
    span.connects(OUTSIDE, 60_000)
    span.serves(OUTSIDE, 60_001, 140_000)
    span.control("FIN", builder.back(OUTSIDE), 140_050)

    (failed, returned), topology = observations_shown(span)

    assert (failed.kind, failed.cvm, returned.kind) == ("cvm-failure", CVM, "cvm-recovery")
    assert [host.cvm for host in topology.hosts if host.address == HOST] == [CVM]


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (("cvm-failure",), "cvm-recovery"),
        (("unexplained", "cvm-failure"), "cvm-recovery"),
        (("cvm-failure", "unexplained"), "unexplained"),
        ((), "unexplained"),
    ],
)
def test_a_return_that_no_frame_of_the_cvm_shows_follows_from_the_failure_just_before_it(
    before: tuple[EpisodeKind, ...], kind: EpisodeKind
) -> None:
    unseen = observation("cvm-recovery").doubted(cvm_recovery.NOT_SEEN, "low")

    assert _weighed(unseen, [observation(each) for each in before]).kind == kind
    assert _weighed(observation("cvm-recovery"), []).kind == "cvm-recovery"
