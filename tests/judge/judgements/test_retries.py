"""What a host's retries and locks say of how long its storage was away."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.judge import Dossier
from analyzer.judge.judgements.retries import away_by_retries
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.event import Event, HostStorage
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName, KnownInstant
from analyzer.model.source import Origin
from tests.acceptance.brought import RETRY as RETRIED
from tests.acceptance.brought import Brought, brought, kernel, route
from tests.judge.health.scene import event, source
from tests.report import builder

FAULT, REPAIRED = 100, 124
LOG = "vmkernel.log"
RETRY = "NFS: 6339: Status:No connection. Retrying synchronous write I/O {} of 25 times"


def told(state: Literal["io-retry", "lock-lost", "lock-back", "server-back"], at: int, text: str = "") -> Event:
    return event(HostStorage(state), at=at, origin=Origin(LOG, at), text=text)


def retried(times: int, at: int) -> Event:
    return told("io-retry", at, RETRY.format(times))


def an_episode() -> Episode:
    moments: tuple[tuple[InstantName, int], ...] = (("fault", FAULT), ("repaired", REPAIRED))
    known = (
        KnownInstant(name, Instant("capture", at * SECOND, at * SECOND), (), How("kernel-logged"))
        for name, at in moments
    )
    return replace(builder.episode("cvm-failure").episode, instants=tuple(known))


def away(*lines: Event) -> int:
    """In seconds."""
    episode = an_episode()
    found = Correlation(
        evidence=Evidence(sources=(source(LOG, kind="vmkernel", host=builder.HOST),), events=lines),
        reference="capture",
        clocks=(),
        hosts=(),
        cvms=(),
        check_period=None,
        episodes=(episode,),
    )
    return away_by_retries(episode, Dossier(found, Settings())) // SECOND


@pytest.mark.parametrize(("times", "least"), [(1, 0), (2, 10), (7, 60), (25, 60)])
def test_a_retry_is_ten_seconds_after_the_one_before_and_none_is_before_the_episode(times: int, least: int) -> None:
    assert away(retried(times, FAULT + 60)) == least


def test_a_retry_waits_until_the_route_is_changed() -> None:
    assert away(retried(1, REPAIRED - 9)) == 9
    assert away(retried(1, REPAIRED - 9), retried(1, REPAIRED - 2)) == 9
    assert away(retried(1, REPAIRED + 3)) == 0


def test_a_retry_so_long_before_that_the_datastore_would_have_been_lost_shows_nothing(tmp_path: Path) -> None:
    lines = [kernel("08:03:00.000", RETRIED), kernel("08:03:50.000", route("add"))]
    run = brought(tmp_path, Brought({"192.168.1.24/vmkernel.log": lines}))

    assert run is not None
    assert [one.measured for one in run.episodes[0].judgements if one.metric == "outage"] == [None]


@pytest.mark.parametrize("state", ["server-back", "lock-back"])
def test_a_retry_before_which_storage_was_back_tells_nothing_of_the_route(
    state: Literal["lock-back", "server-back"],
) -> None:
    assert away(retried(1, REPAIRED - 9), told(state, REPAIRED - 5)) == 0
    assert away(retried(1, REPAIRED - 9), told(state, REPAIRED - 5), retried(1, REPAIRED - 2)) == 2


def test_a_line_that_an_unknown_fault_is_known_by_counts(tmp_path: Path) -> None:
    lines = [kernel("08:03:00.000", RETRIED), kernel("08:03:11.500", route("add"))]
    run = brought(tmp_path, Brought({"192.168.1.24/vmkernel.log": lines}))

    assert run is not None
    (outage,) = (one for one in run.episodes[0].judgements if one.metric == "outage")
    assert outage.measured is not None
    assert (outage.verdict, outage.measured.least // 10**6) == ("UNDECIDED", 11_499)


def test_a_file_is_locked_out_until_it_is_accessed_again() -> None:
    lost, lost_too = told("lock-lost", FAULT + 20), told("lock-lost", FAULT + 25)

    assert away(lost, lost_too, told("lock-back", FAULT + 81), told("lock-back", FAULT + 90)) == 61
    assert away(lost) == 0


def test_what_is_before_or_long_after_an_episode_is_none_of_its() -> None:
    assert away(retried(9, FAULT - 1), retried(9, REPAIRED + 121)) == 0


def test_where_another_server_is_mounted_it_may_be_of_that() -> None:
    other = event(HostStorage("server-back", "10.0.0.5", "iso"), at=1, origin=Origin(LOG, 1))

    assert away(other, retried(7, FAULT + 60)) == 0
