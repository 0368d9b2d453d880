"""The whole correlator: of captures that begin late, what was before is not told as seen; clocks are told on one."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.config import Settings
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    HOST,
    LOCAL,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    REMOTE,
    REMOTE_ETH0,
    VMK0,
    Genesis,
    back,
    episodes,
    found,
    known,
    ms_of,
    only,
)


def test_a_fault_before_the_first_frame_is_not_dated_by_the_capture() -> None:
    span, _ = scenes.both()
    for mac, address in ((VMK0, HOST), (PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, 60_000)
    span.asks(PEER_ETH0, PEER, CVM, 0, 60_000)
    span.connects(OUTSIDE, 12_000)
    span.serves(OUTSIDE, 12_001, 60_000)

    episode = only(span)

    assert "fault" not in known(episode)
    assert "restored" in known(episode)


def test_the_log_dates_it_then() -> None:
    span, _ = scenes.both()
    for mac, address in ((VMK0, HOST), (PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 40_000, 90_000)
    span.connects(OUTSIDE, 55_000)
    span.serves(OUTSIDE, 55_001, 90_000)
    log = Genesis()
    log.all_up(0)
    log.cvm_down(32_000)
    log.absent(32_000)
    log.repairs(37_000, "add", REMOTE)
    log.cvm_down(62_000)
    log.correct(62_000, REMOTE)

    (episode,) = found(span, log, settings=Settings(clock_offsets=((log.clock, 0),))).episodes

    assert episode.kind == "cvm-failure"
    least, most = ms_of(episode, "fault")
    assert most < 40_000, "not after the capture's first frame, as its own silence would have it"
    assert least < 1_000


def test_what_a_cvm_says_first_when_its_host_comes_back_is_not_its_return() -> None:
    span, vmk1 = scenes.recovery(returned=-30_000)
    span.events = [event for event in span.events if event.at.least >= span.at(0).least]
    vmk1.events = [event for event in vmk1.events if event.at.least >= vmk1.at(50_000).least]
    vmk1.asks(LOCAL.src_mac, LOCAL.src, HOST, 0, 0)  # the capture runs

    (episode,) = episodes(span, vmk1)

    assert "fault" not in known(episode)


def test_a_capture_that_begins_between_a_call_and_its_reply_shows_the_path_of_what_follows() -> None:
    span, vmk1 = scenes.deletion(deleted=12_000, back_at=25_000, end=40_000)
    reply = replace(back(OUTSIDE))
    first = scenes.both()[0]
    first.sends(reply, -1, 11_000, "reply")
    first.events += span.events

    assert {episode.kind for episode in episodes(first, vmk1)} == {"route-deletion"}


def test_the_host_is_the_one_that_the_evidence_is_about() -> None:
    assert only(*scenes.failure()).host == HOST
