"""What a host logged of its storage before its route changed."""

from __future__ import annotations

from typing import Literal

import pytest

from analyzer.model.event import HostStorage
from tests.correlate.builder import PEER, REMOTE, STORAGE, Genesis, HostLog, holds, known, only

State = Literal["io-retry", "lock-lost", "lock-back", "server-lost", "server-back", "apd-start"]


def lines(*told: tuple[int, State], server: str | None = None, datastore: str | None = None) -> HostLog:
    log = HostLog()
    for ms, state in told:
        log.tell(ms, HostStorage(state, server, datastore))
    return log


def names(log: HostLog) -> list[str]:
    return [claim.statement.name for claim in only(log).claims]


def test_the_first_line_of_a_stall_bounds_the_fault_of_a_change_by_nobody_known() -> None:
    log = lines((1_000, "server-back"), (39_241, "io-retry"))
    log.kernel(41_069, "delete", REMOTE)
    log.kernel(41_213, "add", PEER)

    episode = only(log)

    assert episode.kind == "unexplained"
    assert holds(episode, "fault", 39_241)
    assert holds(episode, "fault", 1_000)
    assert holds(episode, "repaired", 41_213)
    assert known(episode)["repaired"].at.least - known(episode)["fault"].at.most > 1_900 * 10**6


def test_a_stall_long_before_is_another() -> None:
    log = lines((-1_000_000, "server-back"), (-900_000, "io-retry"), (29_000, "io-retry"), (39_241, "io-retry"))
    log.kernel(41_213, "add", REMOTE)

    episode = only(log)

    assert "fault" not in known(episode), "whether it was back in between is in no line"
    (away,) = [claim for claim in episode.claims if claim.statement.name == "storage-away"]
    assert away.origins[0].number == 3


def test_without_a_line_that_has_it_there_the_fault_has_no_lower_bound() -> None:
    log = lines((39_241, "io-retry"))
    log.kernel(41_069, "add", REMOTE)

    assert "fault" not in known(only(log))
    assert "storage-away" in names(log)


@pytest.mark.parametrize("state", ["io-retry", "lock-lost", "server-lost"])
def test_a_route_that_is_typed_in_a_stall_is_none_injected_into_a_healthy_host(state: State) -> None:
    log = lines((20_412, state))
    log.types(30_900, "add", REMOTE)
    log.kernel(31_069, "add", REMOTE)
    log.kernel(631_069, "delete", REMOTE)

    episode = only(log)

    assert (episode.kind, episode.confidence, episode.gateway_valid) == ("unexplained", "low", None)
    assert {"storage-away", "typed-by-hand"} <= {claim.statement.name for claim in episode.claims}
    assert "stalled-before" in {doubt.name for doubt in episode.doubts}


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(lines((20_412, "io-retry"), (25_000, "lock-back")), id="it was back"),
        pytest.param(lines((45_000, "io-retry")), id="later"),
        pytest.param(lines((-90_000, "io-retry")), id="long before"),
        pytest.param(lines((20_412, "server-lost"), server="10.0.0.5"), id="another server"),
        pytest.param(lines((20_412, "apd-start"), datastore="naa.60014055c425cd10"), id="a device"),
    ],
)
def test_what_says_nothing_of_the_storage_at_that_time(told: HostLog) -> None:
    told.types(30_900, "add", REMOTE)
    told.kernel(31_069, "add", REMOTE)
    told.types(61_000, "delete", REMOTE)

    assert "storage-away" not in names(told)
    assert only(told).kind == "route-injection"


def test_a_lost_server_at_the_storage_address_counts() -> None:
    log = lines((20_412, "server-lost"), server=STORAGE)
    log.kernel(31_069, "add", REMOTE)

    assert "storage-away" in names(log)


def test_where_genesis_tells_of_the_fault_its_log_decides() -> None:
    log = lines((20_412, "io-retry"))
    log.types(30_900, "add", REMOTE)
    genesis = Genesis()
    genesis.all_up(0)
    genesis.all_up(30_000)
    genesis.illegal(60_000, REMOTE)
    genesis.repairs(62_000, "delete", REMOTE)

    assert only(log, genesis).kind == "route-injection"
