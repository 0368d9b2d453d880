"""All Paths Down of an NFS datastore that nothing names, beside checks that found all well: no all-clear."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.brought import HOST, MOUNTED, UUID, Brought, brought, checks, failure, kernel

LOG = "cvm-192.168.1.27/genesis.out"
VOBD, KERNEL = f"{HOST}/vobd.log", f"{HOST}/vmkernel.log"
DEVICE = "naa.600508b1001c3abd"


def vobd(at: str, what: str, ident: str = UUID) -> str:
    said = {"start": "problem.storage.apd.start", "exit": "clear.storage.apd.exit"}[what]
    return f"2025-11-02T{at}Z: [APDCorrelator] 9414268686us: [esx.{said}] Device or filesystem with identifier [{ident}] {what}."


START, EXIT = vobd("08:03:30.000", "start"), vobd("08:04:10.000", "exit")
BY_KERNEL = kernel("08:04:10.000", f"StorageApdHandler: 507: APD Exit for ident [{UUID}]!")
TIED = [kernel("07:00:00.000", MOUNTED)]


@pytest.mark.parametrize(
    ("files", "acceptable", "untied"),
    [
        pytest.param({VOBD: [START, EXIT]}, "unknown", 1, id="its begin and its end"),
        pytest.param({VOBD: [EXIT]}, "unknown", 1, id="its end alone"),
        pytest.param({KERNEL: [BY_KERNEL]}, "unknown", 1, id="its end alone, in vmkernel.log"),
        pytest.param({VOBD: [vobd("08:04:10.000", "exit", DEVICE)]}, "yes", 0, id="of a device"),
        pytest.param({VOBD: [vobd("05:00:00.000", "start")]}, "unknown", 1, id="hours before"),
        pytest.param({VOBD: [EXIT], KERNEL: TIED}, "no", 0, id="of this datastore"),
        pytest.param(
            {VOBD: [EXIT], KERNEL: [line.replace("192.168.5.2", "10.0.0.5") for line in TIED]},
            "yes",
            0,
            id="of another",
        ),
    ],
)
def test_beside_checks_that_found_all_well(
    files: dict[str, list[str]], acceptable: str, untied: int, tmp_path: Path
) -> None:
    run = brought(tmp_path, Brought({LOG: checks(12), **files}))

    assert run is not None
    assert run.acceptable == acceptable
    assert [(lack.of, lack.count) for lack in run.coverage.lacks if lack.name == "untied-loss"] == [(HOST, 1)] * untied


def retried(at: str, times: int) -> str:
    return kernel(at, f"NFS: 6339: Status:No connection. Retrying synchronous write I/O {times} of 25 times")


OF_ANOTHER = kernel("07:00:00.000", MOUNTED.replace("192.168.5.2", "10.0.0.5"))
STOPPED = kernel("08:05:00.000", "NFSLock: 1505: Stop accessing fd 0x43088f61ece0(vm-flat.vmdk)  3")


@pytest.mark.parametrize(
    ("lines", "away"),
    [
        pytest.param([retried("08:03:30.000", 1), retried("08:03:40.000", 2)], 2, id="within the checks"),
        pytest.param([retried("11:00:00.000", 4)], 1, id="hours after them"),
        pytest.param([STOPPED], 1, id="a lock"),
        pytest.param([retried("08:03:30.000", 1)], 0, id="sent again once: how long it waited is not known"),
        pytest.param([OF_ANOTHER, retried("08:03:30.000", 3)], 0, id="another server may be meant"),
    ],
)
def test_an_nfs_that_was_away_by_the_hosts_own_log_is_no_all_clear(lines: list[str], away: int, tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: checks(12), KERNEL: [*TIED, *lines]}))

    assert run is not None
    assert run.acceptable == ("unknown" if away else "yes")
    assert [(lack.of, lack.count) for lack in run.coverage.lacks if lack.name == "storage-away"] == [(HOST, away)][
        :away
    ]


def test_a_retry_within_a_failure_is_of_that(tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: failure(), KERNEL: [*TIED, retried("08:03:50.000", 1)]}))

    assert run is not None
    assert not [lack for lack in run.coverage.lacks if lack.name == "storage-away"]


def test_within_a_failure_it_is_told_of_that(tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: failure(), VOBD: [START, EXIT]}))

    assert run is not None
    assert run.acceptable == "unknown"
    assert not [lack for lack in run.coverage.lacks if lack.name == "untied-loss"]
    (one,) = run.episodes
    assert [judged.reason for judged in one.judgements if judged.metric == "outage"] == ["datastore-untied"]
