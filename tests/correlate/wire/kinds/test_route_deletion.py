"""`route-deletion` in a failure on the wire, and what only looks like it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.kinds.route_deletion import _has_just_stalled
from analyzer.model.path import Path
from analyzer.model.told import Doubt
from tests.correlate import builder, scenes
from tests.correlate.builder import HOST, REMOTE, episodes, known, ms_of, only
from tests.correlate.story.made import ELSEWHERE, served
from tests.correlate.story.made import LOCAL as LOCAL_PATH
from tests.correlate.story.made import REMOTE as REMOTE_PATH


def test_the_host_asks_inside_and_goes_on_outside() -> None:
    episode = only(*scenes.deletion(deleted=37_000, back_at=59_000))

    assert (episode.kind, episode.host, episode.gateway) == ("route-deletion", HOST, REMOTE)
    assert [path.kind for path in (episode.before, episode.during, episode.after)] == ["remote", "dead", "remote"]
    assert episode.confidence == "high"


def test_its_instants() -> None:
    episode = only(*scenes.deletion(deleted=37_000, back_at=59_000))

    least, most = ms_of(episode, "fault")
    assert least == 36_975, "a command takes effect within 25 ms"
    assert most <= 37_401
    least, most = ms_of(episode, "repaired")
    assert 51_800 <= least <= 55_000
    assert most <= 59_000
    assert ms_of(episode, "restored") == (59_001, 59_002)
    assert not {"connected", "reset", "terminated"} & known(episode).keys()  # the same connection went on


def test_the_route_is_not_back_when_the_capture_ends() -> None:
    span, vmk1 = scenes.both()
    span.speaks(builder.VMK0, HOST, 0, 60_000)
    span.speaks(builder.REMOTE_ETH0, REMOTE, 0, 60_000)
    span.serves(builder.OUTSIDE, 0, 37_000)
    vmk1.asks(builder.VMK1, builder.PRIVATE, builder.STORAGE, 37_400, 60_000)
    vmk1.speaks(builder.VMK1, builder.PRIVATE, 37_400, 60_000)

    episode = only(span, vmk1)

    assert (episode.kind, episode.after.kind) == ("route-deletion", "unknown")
    assert "restored" not in known(episode)
    assert Doubt("service-not-back") in episode.doubts


def test_a_silence_without_questions_inside_may_be_idleness() -> None:
    span, _ = scenes.deletion()

    (episode,) = episodes(span)

    assert (episode.kind, episode.confidence) == ("unexplained", "low")


def test_a_short_pause_is_no_deletion() -> None:
    span, vmk1 = scenes.deletion(deleted=37_000, back_at=37_800, end=75_000)

    assert not episodes(span, vmk1)


def test_a_call_that_was_on_its_way_outside_does_not_bound_the_deletion() -> None:
    span, vmk1 = scenes.deletion(deleted=37_000, back_at=59_000)
    span.calls(builder.OUTSIDE, 37_010, None)

    assert ms_of(only(span, vmk1), "fault")[1] == 37_400


def test_a_question_inside_in_a_pause_of_less_than_a_second_is_no_deletion() -> None:
    span, vmk1 = scenes.deletion(deleted=37_000, back_at=37_800, end=75_000)
    vmk1.asks(builder.VMK1, builder.PRIVATE, builder.STORAGE, 37_200, 37_300)

    assert "route-deletion" not in {one.kind for one in episodes(span, vmk1)}


def test_calls_that_go_on_inside_are_answered_though_no_reply_is_seen() -> None:
    """A vmk1 capture of one direction: the host went back to its own CVM, and no route was lost."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 90_000)
    span.serves(builder.OUTSIDE, 0, 30_000)
    vmk1.sends(builder.LOCAL, 30_500, 60_000, "call")
    vmk1.speaks(builder.VMK1, None, 30_500, 60_000)
    span.serves(builder.OUTSIDE, 60_500, 90_000)

    assert [one.kind for one in builder.episodes(span, vmk1) if one.confidence != "low"] == []


def test_a_route_whose_connection_was_ended_first_was_deleted_by_genesis() -> None:
    """The own CVM was back, and failed again before the host reached it."""
    span, vmk1 = scenes.deletion(deleted=37_000)
    span.control("FIN", builder.back(builder.OUTSIDE), 36_990)

    assert only(span, vmk1).kind == "unexplained"


def test_a_remote_path_that_had_stopped_serving_was_not_taken_away_by_a_person() -> None:
    """A call waits for 5 s on it before the host turns inside: its CVM failed, and Genesis deletes the route to it."""
    span, vmk1 = scenes.both()
    span.speaks(builder.VMK0, HOST, 0, 75_000)
    span.speaks(builder.REMOTE_ETH0, REMOTE, 0, 75_000)
    span.serves(builder.OUTSIDE, 0, 37_000)
    span.calls(builder.OUTSIDE, 37_050, None, xid=70)
    span.sends(builder.OUTSIDE, 37_050, 42_000, "frame")
    vmk1.asks(builder.VMK1, builder.PRIVATE, builder.STORAGE, 42_400, 55_000)
    vmk1.speaks(builder.VMK1, builder.PRIVATE, 42_400, 55_000)
    span.serves(builder.OUTSIDE, 59_000, 75_000)

    assert only(span, vmk1).kind == "unexplained"


@pytest.mark.parametrize(("ran", "kind"), [(36_950, "unexplained"), (45_000, "route-deletion")])
def test_a_route_that_went_as_a_cvm_ran_a_command_was_deleted_by_genesis_perhaps(ran: int, kind: str) -> None:
    """It deletes the route to a CVM that failed before it adds another; what a check reads comes once a period."""
    span, vmk1 = scenes.deletion(deleted=37_000)
    span.ssh(ran, ran + 250)

    assert only(span, vmk1).kind == kind


def test_a_remote_path_that_is_back_by_another_of_the_hosts_addresses_has_just_stalled() -> None:
    """Genesis, which saw its CVM down meanwhile, gives the host another one."""
    span, vmk1 = scenes.both()
    span.speaks(builder.VMK0, HOST, 0, 75_000)
    span.speaks(builder.REMOTE_ETH0, REMOTE, 0, 75_000)
    span.speaks(builder.PEER_ETH0, builder.PEER, 0, 75_000)
    span.serves(scenes.STRAY, 0, 10_000)
    span.connects(builder.OUTSIDE, 34_000)
    span.serves(builder.OUTSIDE, 34_001, 37_000)
    vmk1.asks(builder.VMK1, builder.PRIVATE, builder.STORAGE, 37_400, 38_400)
    vmk1.speaks(builder.VMK1, builder.PRIVATE, 37_400, 38_400)
    elsewhere = replace(builder.OUTSIDE, dst_mac=builder.PEER_ETH0, sport=901)
    span.connects(elsewhere, 39_000)
    span.serves(elsewhere, 39_001, 75_000)

    assert "route-deletion" not in {one.kind for one in episodes(span, vmk1)}


@pytest.mark.parametrize(
    ("stays", "stalled"),
    [
        (((REMOTE_PATH, 0, 10), (REMOTE_PATH, 55, 60)), True),
        (((REMOTE_PATH, 0, 54), (REMOTE_PATH, 55, 60)), False),
        (((LOCAL_PATH, 0, 10), (REMOTE_PATH, 55, 60)), False),
        (((REMOTE_PATH, 55, 60),), False),
    ],
    ids=["a stall", "a short pause", "another path", "nothing before"],
)
def test_a_remote_path_that_is_back_from_a_stall_as_the_host_leaves_it(
    stays: tuple[tuple[Path, int, int], ...], *, stalled: bool
) -> None:
    """Genesis may mend the stall by another CVM yet."""
    service = served(*stays, (ELSEWHERE, 70, 90))
    before, after = service.segments[-2:]

    change = Change(service.host, service, before, after, before.end, after.start)

    assert _has_just_stalled(change, before) is stalled
    assert not _has_just_stalled(replace(change, after=None), before)


def test_a_call_that_left_just_before_the_host_did_had_not_waited_in_vain() -> None:
    span, vmk1 = scenes.deletion(deleted=37_000, back_at=59_000)
    span.calls(builder.OUTSIDE, 37_010, None)
    span.sends(builder.OUTSIDE, 37_010, 37_010, "call")

    assert [one.kind for one in episodes(span, vmk1)] == ["route-deletion"]
