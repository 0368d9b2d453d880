"""Storage traffic on the public network: told in a healthy cluster, explained in a failure."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.judge import Dossier
from analyzer.judge.health import public
from analyzer.model.measurement import How, KnownInstant, MissingInstant
from analyzer.model.path import Path as StoragePath
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    LOCAL,
    OUTSIDE,
    REMOTE,
    Genesis,
    neighbours,
)
from tests.judge.health.scene import by_code, correlated, of_episodes
from tests.report import builder as report


def checks(end: int, *, down: tuple[int, int] = (0, 0)) -> Genesis:
    """Checks each 30 s; those in `down` (ms) find the local CVM down and its host on the remote one."""
    log = Genesis()
    for ms in range(1_000, end, 30_000):
        if down[0] <= ms < down[1]:
            log.cvm_down(ms)
            log.correct(ms, REMOTE)
        else:
            log.all_up(ms)
    return log


@pytest.mark.parametrize("end", [90_000, 300_000])
def test_a_healthy_cluster_has_none(end: int) -> None:
    span, vmk1 = scenes.healthy(end)

    what = correlated(span, vmk1, checks(end))

    assert "AP106" not in by_code(what)
    assert not of_episodes(what)


def always_remote(end: int, log: Genesis | None) -> dict[str, object]:
    span, vmk1 = scenes.both()
    neighbours(span, 0, end)
    span.serves(OUTSIDE, 0, end)
    vmk1.speaks(LOCAL.dst_mac, None, 0, end)
    return dict(by_code(correlated(span, vmk1, *([log] if log else []))))


def test_a_host_on_a_remote_cvm_though_all_stargates_are_up() -> None:
    found = always_remote(200_000, checks(200_000))

    assert "AP106" in found


def test_a_host_on_a_remote_cvm_while_its_own_is_down() -> None:
    assert "AP106" not in always_remote(200_000, checks(200_000, down=(0, 200_000)))


def test_without_a_log_nobody_knows_how_the_local_cvm_is() -> None:
    assert "AP106" not in always_remote(200_000, None)


def test_a_failure_explains_it() -> None:
    span, vmk1 = scenes.failure(end=200_000)
    log = checks(200_000, down=(40_000, 200_000))

    what = correlated(span, vmk1, log)

    assert CVM in {episode.cvm for episode in what.episodes}
    assert "AP106" not in by_code(what)
    assert "AP106" not in of_episodes(what)


@pytest.mark.parametrize(("gateway", "told"), [(REMOTE, True), ("192.168.1.99", False), (None, True)], ids=str)
def test_only_frames_by_the_injected_gateway_are_told(gateway: str | None, told: bool) -> None:
    span = scenes.both()[0]
    neighbours(span, 0, 90_000)
    span.serves(OUTSIDE, 40_000, 50_000)
    what = correlated(span)
    episode = msgspec.structs.replace(
        report.episode("route-injection").episode, gateway=gateway, during=StoragePath("remote", gateway)
    )
    shifted = (
        MissingInstant("terminated", "not-observed", "not-shown"),
        KnownInstant("fault", span.at(40_000), (), How("note")),
    )
    episode = msgspec.structs.replace(episode, instants=shifted)

    found = public.in_injection(episode, Dossier(msgspec.structs.replace(what.found, episodes=(episode,))))

    assert [finding.code for finding in found] == (["AP106"] if told else [])
