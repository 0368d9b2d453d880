"""`unexplained`: a stall, a move without a cause, and a pause that is neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.correlate import builder, scenes
from tests.correlate.builder import HOST, LOCAL, REMOTE, Capture, episodes, known, ms_of, only


def test_calls_that_wait_are_a_stall() -> None:
    episode = only(*scenes.stall(stopped=33_000, back_at=48_000))

    assert (episode.kind, episode.host, episode.confidence) == ("unexplained", HOST, "high")
    assert episode.note == "stalled"
    assert (episode.during.kind, episode.during.note) == ("dead", "no-reply")
    assert ms_of(episode, "fault") == (33_000, 33_210)
    assert ms_of(episode, "restored") == (48_001, 48_002)
    assert not {"detected", "repaired", "connected", "terminated"} & known(episode).keys()


@pytest.mark.parametrize(("until", "told"), [(36_500, True), (34_500, False)], ids=["for-some-time", "once"])
def test_what_a_host_sends_again_waits_where_no_capture_has_the_whole_call(until: int, *, told: bool) -> None:
    """The CVM took no more of a call than its first segment; the host gives up, and connects anew."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 60_000)
    vmk1.serves(LOCAL, 0, 33_000)
    for ms in (33_250, 33_700, until):
        vmk1.sends(LOCAL, ms, ms, "retransmission")
    vmk1.control("RST", LOCAL, until + 3_000)
    vmk1.connects(scenes.AGAIN, 42_000)
    vmk1.serves(scenes.AGAIN, 42_001, 60_000)

    found = episodes(span, vmk1)

    assert [(one.kind, one.confidence, one.during.kind) for one in found] == [("unexplained", "high", "dead")] * told
    assert all(ms_of(one, "fault") == (33_000, 33_250) for one in found)


def test_a_silence_without_calls_may_be_idleness() -> None:
    episode = only(*scenes.stall(waiting=False))

    assert (episode.kind, episode.confidence) == ("unexplained", "low")
    assert episode.note == "idle-or-stalled"


def test_a_silence_in_which_the_host_sends_nothing_on_either_side_is_idleness() -> None:
    span, vmk1 = scenes.idle()

    assert not episodes(span, vmk1)


def test_a_silence_inside_is_idleness_where_genesis_says_nothing_of_it() -> None:
    _, vmk1 = scenes.idle()
    log = builder.Genesis()
    for ms in (5_000, 35_000, 65_000):
        log.all_up(ms)

    assert [one.note for one in episodes(vmk1)] == ["idle-or-stalled"]
    assert not episodes(vmk1, log)


def test_a_pause_shorter_than_a_heartbeat_is_nothing() -> None:
    assert not episodes(*scenes.stall(stopped=33_000, back_at=37_500, waiting=False))


def test_a_healthy_capture_has_none() -> None:
    assert not episodes(*scenes.healthy())


def test_a_host_that_goes_away_altogether_tells_nothing() -> None:
    span, vmk1 = scenes.both()
    vmk1.serves(builder.LOCAL, 0, 30_000)
    span.speaks(builder.REMOTE_ETH0, REMOTE, 0, 60_000)

    assert not episodes(span, vmk1)


def test_service_that_moves_outside_with_no_word_of_why_is_never_sure() -> None:
    span, _ = scenes.injection(added=29_000, deleted=88_000, end=75_000)

    span.calls(builder.OUTSIDE, 20_000, None)

    episode = only(span)

    assert (episode.kind, episode.confidence) == ("unexplained", "low")
    assert episode.during.kind == "unknown"


@pytest.mark.parametrize(
    ("until", "told"),
    [
        pytest.param(None, [], id="nobody is served outside"),
        pytest.param(43_000, [("unexplained", "low")], id="a host calls outside"),
        pytest.param(70_000, [], id="a host calls outside, also when this one is served inside"),
    ],
)
def test_heartbeats_of_a_host_whose_public_port_is_not_known_are_nothing(
    until: int | None, told: list[tuple[str, str]]
) -> None:
    """All public ports are in the capture: the host is idle unless one that may be its own calls meanwhile."""
    span, vmk1 = scenes.stall(stopped=33_000, back_at=44_000, waiting=False)
    other = "00:25:90:aa:00:25"
    span.speaks(other, "192.168.1.25", 0, 75_000)
    for ms in (2_500, 32_500, 62_500):
        span.ssh(ms, ms + 250, server="192.168.1.25")
    if until is not None:
        span.sends(replace(builder.OUTSIDE, src_mac=other, src="192.168.1.25"), 35_000, until)

    assert [(one.kind, one.confidence) for one in episodes(span, vmk1)] == told


def test_a_connection_that_is_reset_and_none_made_for_seconds_is_a_stall() -> None:
    """A Stargate that restarts: no call waits, as there is no connection; shorter than a heartbeat is no excuse."""
    span, vmk1 = scenes.stall(stopped=33_000, back_at=43_000, waiting=False)
    vmk1.control("RST", builder.back(builder.LOCAL), 33_001)

    episode = only(span, vmk1)

    assert (episode.kind, episode.confidence, episode.note) == ("unexplained", "high", "stalled")
    assert ms_of(episode, "fault") == (33_000, 33_001)
    assert "connections-refused" in {claim.statement.name for claim in episode.claims}


@pytest.mark.parametrize(
    ("taken", "until", "told"),
    [
        pytest.param(36_005, None, [], id="a new connection at once"),
        pytest.param(36_500, None, ["low"], id="a new connection later"),
        pytest.param(36_005, 43_000, ["low"], id="a host calls outside"),
    ],
)
def test_an_idle_hosts_connection_that_its_cvm_ends_and_takes_again_is_nothing(
    taken: int, until: int | None, told: list[str]
) -> None:
    span, vmk1 = scenes.both()
    other, again = "00:25:90:aa:00:25", replace(builder.LOCAL, sport=builder.LOCAL.sport + 1)
    vmk1.serves(builder.LOCAL, 0, 33_000)
    vmk1.control("RST", builder.back(builder.LOCAL), 36_000)
    vmk1.control("SYN-ACK", builder.back(again), taken)
    vmk1.serves(again, 44_000, 75_000)
    builder.neighbours(span, 0, 75_000)
    span.speaks(other, "192.168.1.25", 0, 75_000)
    for ms in (2_500, 32_500, 62_500):
        span.ssh(ms, ms + 250, server="192.168.1.25")
    if until is not None:
        span.sends(replace(builder.OUTSIDE, src_mac=other, src="192.168.1.25"), 35_000, until)

    assert [one.confidence for one in episodes(span, vmk1)] == told


ELSEWHERE = replace(builder.OUTSIDE, dst_mac=builder.PEER_ETH0)


def exchanged(*, at: int = 40_250, lives: bool = True) -> builder.Capture:
    """A host on a remote path, and from `at` ms on by another CVM."""
    span = builder.Capture()
    span.speaks(builder.VMK0, HOST, 0, 90_000)
    span.speaks(builder.PEER_ETH0, builder.PEER, 0, 90_000)
    span.speaks(builder.REMOTE_ETH0, REMOTE, 0, 90_000 if lives else 40_000)
    span.serves(builder.OUTSIDE, 0, 40_000)
    span.serves(ELSEWHERE, at, 90_000)
    return span


def _waits(span: builder.Capture) -> None:
    span.calls(builder.OUTSIDE, 39_990, None)


def _waits_there(span: builder.Capture) -> None:
    span.calls(ELSEWHERE, 41_000, None)


def _ends_it(span: builder.Capture) -> None:
    span.control("RST", builder.back(builder.OUTSIDE), 40_100)


@pytest.mark.parametrize("at", [40_250, 51_000], ids=["at-once", "by-the-next-heartbeat"])
def test_a_route_that_is_exchanged_for_one_to_another_living_cvm_is_no_fault(at: int) -> None:
    assert not episodes(exchanged(at=at))


@pytest.mark.parametrize("sign", [_waits, _waits_there, _ends_it], ids=lambda sign: sign.__name__[1:])
def test_who_left_a_cvm_that_did_not_serve_moved(sign: Callable[[builder.Capture], None]) -> None:
    span = exchanged(at=44_000)
    sign(span)

    assert [one.kind for one in episodes(span)] == ["unexplained"]


def test_who_left_a_cvm_that_is_not_heard_any_more_moved() -> None:
    assert episodes(exchanged(lives=False))


@pytest.mark.parametrize(("silent", "told"), [(8_000, False), (20_000, True), (400_000, False)])
def test_a_silence_in_which_nothing_waited_is_none_of_minutes(silent: int, told: bool) -> None:
    """A datastore has a heartbeat: a host of which one port is seen may be elsewhere for some time, not for minutes."""
    _, vmk1 = scenes.idle(stopped=33_000, back_at=33_000 + silent, end=70_000 + silent)

    assert bool(episodes(vmk1)) is told


def moved_for_a_moment(*, ended: bool = False, asked: bool = False, anew: bool = True) -> tuple[Capture, Capture]:
    """The internal switch alone has no frame of the host for 4 s."""
    span, vmk1 = scenes.both()
    vmk1.serves(LOCAL, 0, 33_000)
    if ended:
        vmk1.control("FIN", LOCAL, 33_001)
    if asked:
        vmk1.sends(LOCAL, 33_500, 36_000, "retransmission")
    if anew:
        vmk1.connects(scenes.AGAIN, 37_000)
    vmk1.serves(scenes.AGAIN if anew else LOCAL, 37_001, 75_000)
    return span, vmk1


def test_a_host_that_comes_with_a_new_connection_though_nobody_ended_the_old_one_was_elsewhere() -> None:
    _, vmk1 = moved_for_a_moment()

    assert only(vmk1).kind == "unexplained"


@pytest.mark.parametrize("what", [{"ended": True}, {"asked": True}, {"anew": False}], ids=str)
def test_else_a_pause_of_some_seconds_is_none(what: dict[str, bool]) -> None:
    _, vmk1 = moved_for_a_moment(**what)

    assert not episodes(vmk1)
