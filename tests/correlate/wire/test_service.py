"""Which path served a host: asymmetric replies, refused replies, one direction, no link layer, several captures."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.config import Inventory, InventoryHost, Settings
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.reading import read_traffic
from analyzer.correlate.wire.service import served_runs, services
from analyzer.model.event import Ends, StorageTraffic
from analyzer.model.instant import MILLISECOND, SECOND
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM_ETH0,
    CVM_ETH1,
    HOST,
    LOCAL,
    OUTSIDE,
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
    evidence,
    found,
    known,
    ms_of,
    neighbours,
    only,
)
from tests.correlate.story.made import LOCAL as LOCAL_PATH
from tests.correlate.story.made import served

# after a failback the client can keep vmk0's address: calls go inside, the local CVM answers by its eth0
ASYMMETRIC = Ends(VMK1, CVM_ETH1, HOST, STORAGE, 880, 2049)
BY_ETH0 = Ends(CVM_ETH0, VMK0, STORAGE, HOST, 2049, 880)


def test_calls_inside_with_replies_outside_are_the_local_path() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 60_000)
    vmk1.serves(LOCAL, 0, 30_000)
    vmk1.sends(ASYMMETRIC, 30_200, 60_000, "call")
    vmk1.speaks(VMK1, PRIVATE, 0, 60_000)
    span.sends(BY_ETH0, 30_201, 60_001, "reply")

    assert not episodes(span, vmk1)


def test_replies_alone_from_the_local_cvm_outside_are_no_failover() -> None:
    span, _ = scenes.both()
    neighbours(span, 0, 60_000)
    span.sends(BY_ETH0, 10_000, 60_000, "reply")

    assert not episodes(span)


def test_a_reply_that_the_client_refuses_restores_nothing() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.calls(LOCAL, 33_200, None)
    vmk1.sends(back(LOCAL), 44_000, 44_000, "reply")  # the server sends again what the client no longer waits for
    vmk1.control("RST", LOCAL, 44_001)
    vmk1.connects(scenes.AGAIN, 48_000)
    vmk1.serves(scenes.AGAIN, 48_001, 75_000)

    episode = only(span, vmk1)

    assert ms_of(episode, "restored") == (48_002, 48_003)


@pytest.mark.parametrize(
    ("heard", "restored"),
    [pytest.param(False, 48_002, id="nor acknowledges"), pytest.param(True, 44_000, id="but acknowledges")],
)
def test_a_reply_to_an_older_call_that_the_host_does_not_go_on_after_restores_nothing(
    heard: bool, restored: int
) -> None:
    """The NFS server goes on as the host's route leads elsewhere."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.calls(LOCAL, 33_200, None)
    vmk1.sends(back(LOCAL), 44_000, 44_000, "reply")
    if heard:
        vmk1.sends(LOCAL, 44_040, 44_040)
    vmk1.connects(scenes.AGAIN, 48_000)
    vmk1.serves(scenes.AGAIN, 48_001, 75_000)

    assert ms_of(only(span, vmk1), "restored")[0] == restored


def received() -> Capture:
    """What a host gets, of which it sends nothing in the capture."""
    rx = Capture(source="rx.pcap")
    neighbours(rx, 0, 90_000)
    rx.events = [event for event in rx.events if VMK0 not in str(event.detail)]
    rx.sends(back(OUTSIDE), 30_000, 60_000, "reply")
    return rx


def test_a_capture_of_one_direction_has_a_path_where_the_hosts_mac_is_known() -> None:
    inventory = Inventory(hosts=(InventoryHost(name="esx-a", address=HOST, macs=(VMK0,)),))

    correlation = found(received(), settings=Settings(inventory=inventory))

    assert {run.host for run in correlation.served} == {HOST}
    assert all(run.first < run.last for run in correlation.served)
    assert [one.kind for one in correlation.episodes if one.confidence == "high"] == []


def test_replies_to_a_mac_that_nobody_is_known_by_are_nobodys() -> None:
    correlation = found(received())

    assert (correlation.served, correlation.episodes) == ((), ())


def test_two_files_of_one_direction_each_are_one_service() -> None:
    tx, rx = Capture(source="tx.pcap"), Capture(source="rx.pcap")
    tx.sends(LOCAL, 0, 60_000, "call")
    tx.speaks(VMK1, PRIVATE, 0, 60_000)
    rx.sends(back(LOCAL), 1, 60_001, "reply")
    rx.speaks(CVM_ETH1, None, 1, 60_001)

    assert not episodes(tx, rx)


def test_the_same_frames_in_two_captures_are_no_change() -> None:
    span, vmk1 = scenes.injection()
    again = Capture(source="span-2.pcap")
    neighbours(again, 0, 40_000)
    again.serves(OUTSIDE, 29_252, 40_000)

    first, second = only(span, vmk1), only(span, again, vmk1)

    assert second.kind == first.kind
    assert {name: i.at for name, i in known(second).items()} == {name: i.at for name, i in known(first).items()}


def test_without_a_link_layer_the_source_address_tells() -> None:
    capture = Capture(source="raw.pcap")
    inside = Ends("", "", PRIVATE, STORAGE, 877, 2049)
    outside = Ends("", "", HOST, STORAGE, 878, 2049)
    capture.serves(inside, 0, 30_000)
    capture.connects(outside, 41_000)
    capture.serves(outside, 41_001, 60_000)

    episode = only(capture)

    assert episode.before.kind == "local"
    assert "remote" in (episode.during.kind, episode.after.kind)
    assert episode.confidence == "low"  # a CVM that died and a route added by hand look alike


def test_served_runs_are_those_of_the_host_in_order() -> None:
    served = found(*scenes.failure()).served

    assert {run.host for run in served} == {HOST}
    assert [run.first for run in served] == sorted(run.first for run in served)


def test_a_next_hop_that_answers_for_remote_names_the_cvm() -> None:
    episode = only(*scenes.failure())

    assert (episode.after.via, episode.after.next_hop_mac, episode.after.source) == (REMOTE, REMOTE_ETH0, HOST)


def test_the_usual_pause_is_what_nine_of_ten_do_not_exceed() -> None:
    capture = Capture()
    for number in range(29):
        capture.serves(LOCAL, number * 2_000, number * 2_000 + 1_000)
    for ms in (60_000, 65_000, 70_000):
        capture.serves(LOCAL, ms, ms + 1_000)

    traffic = read_traffic(evidence(capture), Settings(), CAPTURE_CLOCK)
    assert traffic is not None

    (service,) = services(traffic, discover(evidence(capture), Settings()))

    assert service.usual == SECOND + MILLISECOND


def test_the_one_long_silence_among_few_pauses_is_not_usual() -> None:
    """A slow client in a short capture: seven pauses of a second, and the outage."""
    span, _ = scenes.both()
    neighbours(span, 0, 40_000)
    for ms in (5_000, 6_000, 7_000, 8_000, 9_000, 21_500, 22_500, 23_500):
        span.run(ms, ms, StorageTraffic, "reply", back(OUTSIDE), count=1)
    given = evidence(span)
    topology = discover(given, Settings())
    traffic = read_traffic(given, Settings(), CAPTURE_CLOCK)
    assert traffic is not None

    (service,) = services(traffic, topology)

    assert service.usual == SECOND
    assert len(service.segments) == 2


def test_the_segments_before_are_told_from_the_last_one_back() -> None:
    span, vmk1 = scenes.injection(added=29_000, deleted=64_000)
    traffic = read_traffic(evidence(span, vmk1), Settings(), CAPTURE_CLOCK)
    assert traffic is not None
    (service,) = services(traffic, discover(evidence(span, vmk1), Settings()))
    local, remote, again = service.segments

    assert list(service.over_before(again.start)) == [(remote, again), (local, remote)]
    assert list(service.over_before(remote.start)) == [(local, remote)]
    assert list(service.over_before(local.end)) == []
    assert service.inside == {CVM_ETH1}


@pytest.mark.parametrize(("again", "paths"), [(64_000, ["remote", "remote"]), (80_000, ["remote", "local", "remote"])])
def test_a_moment_at_the_own_cvm_between_two_routes_is_part_of_their_exchange(again: int, paths: list[str]) -> None:
    """Genesis deletes the route to a CVM that serves no more, and adds the other some seconds later."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 100_000)
    span.serves(OUTSIDE, 0, 30_000)
    vmk1.serves(LOCAL, 61_000, again - 500)
    other = Ends(VMK0, PEER_ETH0, HOST, STORAGE, 900, 2049)
    span.serves(other, again, 100_000)
    traffic = read_traffic(evidence(span, vmk1), Settings(), CAPTURE_CLOCK)
    assert traffic is not None

    (served,) = services(traffic, discover(evidence(span, vmk1), Settings()))

    assert [segment.path.kind for segment in served.segments] == paths


def test_a_host_without_an_address_is_called_by_the_first_of_its_macs() -> None:
    unnamed = replace(served((LOCAL_PATH, 0, 10)), host=Member(None, frozenset({VMK1, VMK0})))

    (run,) = served_runs([unnamed], {"x": 7})

    assert (run.host, run.beside) == (min(VMK0, VMK1), 7)
