"""One observation a fault, with what both families show of it."""

from __future__ import annotations

from tests.correlate import builder, scenes
from tests.correlate.builder import CVM, REMOTE, Genesis, episodes, known, ms_of, only


def test_capture_and_log_of_a_failure_are_one_episode_with_all_instants() -> None:
    log = Genesis()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)

    episode = only(*scenes.failure(died=37_000, served=64_000), log)

    assert (episode.kind, episode.cvm, episode.confidence) == ("cvm-failure", CVM, "high")
    assert {"fault", "check", "detected", "decided", "repaired", "reset", "connected", "restored"} <= known(
        episode
    ).keys()
    assert ms_of(episode, "fault")[1] <= 37_510  # the capture's, which is narrower than the log's
    sources = {origin.source for claim in episode.claims for origin in claim.origins}
    assert {"span.pcap", "vmk1.pcap", "genesis.out"} <= sources


def test_claims_are_in_order_of_time() -> None:
    log = Genesis()
    log.all_up(2_000)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)

    claims = [claim.statement.name for claim in only(*scenes.failure(), log).claims]

    assert claims.index("found-absent") < claims.index("service-returned")


def test_episodes_are_numbered_in_order_of_their_fault() -> None:
    first, second = scenes.stall(stopped=10_000, back_at=20_000, end=75_000), scenes.both()
    vmk1 = first[1]
    vmk1.events = [event for event in vmk1.events if event.at.least < vmk1.at(20_000).least]
    vmk1.serves(builder.LOCAL, 20_000, 40_000)
    vmk1.calls(builder.LOCAL, 40_200, 60_000)
    vmk1.serves(builder.LOCAL, 60_000, 75_000)

    assert [episode.id for episode in episodes(first[0], vmk1, second[0])] == ["E1", "E2"]


def test_a_line_of_a_fault_that_captures_show_too_follows_the_exchange_that_it_tells_of() -> None:
    """The host's routes were read from 62.0 to 62.25 s."""
    log = Genesis(clock="capture")
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.repairs(63_000, "add", REMOTE)

    assert ms_of(only(*scenes.failure(died=37_000, served=64_000), log), "detected")[0] >= 62_250
