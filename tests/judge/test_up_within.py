"""A table that has a CVM serve while it is down by the episodes: the answer is not known then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.brought import HOST, MOUNTED, OWN, Brought, brought, failure, hostd, kernel, route

CVMS = ("192.168.1.26", "192.168.1.27", "192.168.1.28")
LOG = "cvm-192.168.1.27/genesis.out"  # the CVM is down from 08:02:31 or later until 08:06:01 at least


def status(at: str, *, down: str = "", stargate_down: str = "", on: str = "") -> list[str]:
    """`date; cluster status`, behind a CVM's prompt where that is given."""
    told = [f"nutanix@NTNX-A-CVM:{on}:~$ date; cluster status"] if on else []
    told += [f"Sun Nov  2 {at} UTC 2025"] if at else []
    told += ["The state of the cluster: start", "Lockdown mode: Disabled", ""]
    for cvm in CVMS:
        told.append(f"        CVM: {cvm} {'Down' if cvm == down else 'Up'}")
        if cvm != down:
            stargate = "DOWN       []" if cvm == stargate_down else "  UP       [26974, 27094]"
            told += [
                "                                Zeus   UP       [4512]",
                f"                            Stargate {stargate}",
            ]
    return told


def netstat(cvm: str, client: str, state: str = "ESTABLISHED") -> list[str]:
    prompt = f"nutanix@NTNX-{cvm[-2:]}-CVM:{cvm}:~$"
    line = f"tcp        0      0 192.168.5.2:2049        {client}:931         {state}"
    return [f"{prompt} date", "Sun Nov  2 08:05:00 UTC 2025", f"{prompt} netstat -an | grep 2049", line]


def contradicted(place: Path, table: Sequence[str], name: str = "status.txt") -> list[str]:
    """What AP119 says; the run is UNDECIDED where that is told, and not otherwise."""
    run = brought(place, Brought({LOG: failure(), name: table}))
    assert run is not None
    assert [one.episode.kind for one in run.episodes] == ["cvm-failure"]
    found = [one.sentence for one in run.findings if one.code == "AP119"]
    assert run.acceptable == ("unknown" if found else "yes")
    return found


def test_cluster_status_that_has_it_serve(tmp_path: Path) -> None:
    (said,) = contradicted(tmp_path, status("08:05:00"))

    assert f"the CVM {OWN} up and serving at a time at which an episode has it down" in said


@pytest.mark.parametrize(
    ("at", "on", "is_told"),
    [
        pytest.param("08:03:05", "192.168.1.27", True, id="seconds after, on the CVM whose log it is"),
        pytest.param("08:03:00", "192.168.1.27", False, id="as the check found it"),
        pytest.param("08:03:08", "192.168.1.28", False, id="seconds after, on another CVM"),
        pytest.param("08:03:30", "192.168.1.28", True, id="half a minute after, on another CVM"),
        pytest.param("08:05:58", "192.168.1.27", False, id="as the log ends"),
    ],
)
def test_how_near_a_failure_depends_on_whose_clock_it_is(at: str, on: str, tmp_path: Path, *, is_told: bool) -> None:
    assert bool(contradicted(tmp_path, status(at, on=on))) is is_told


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param((), True, id="its VM is off"),
        pytest.param((hostd("08:03:50.000", "powered on"),), False, id="its VM is started again"),
    ],
)
def test_every_cvm_is_up_and_a_hosts_logs_have_its_own_off(
    lines: tuple[str, ...], tmp_path: Path, *, is_told: bool
) -> None:
    power = [hostd("08:02:40.100", "stopping"), hostd("08:02:41.300", "powered off"), *lines]
    logs = {
        f"{HOST}/hostd.log": [*power, hostd("08:06:40.000", "reconfigured")],
        f"{HOST}/vmkernel.log": [
            kernel("08:02:00.000", MOUNTED),
            kernel("08:03:02.500", route("add")),
            kernel("08:06:40.000", "DVFilter: 6027: Checking disconnected filters for timeouts"),
        ],
    }

    run = brought(tmp_path, Brought({**logs, "status.txt": status("08:05:00", on="192.168.1.27")}))

    assert run is not None
    assert run.episodes[0].episode.kind == "cvm-failure"
    assert [one.code for one in run.findings if one.code == "AP119"] == ["AP119"] * is_told


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(status("08:05:00", down=OWN), id="down"),
        pytest.param(status("08:05:00", stargate_down=OWN), id="without its Stargate"),
        pytest.param(status("08:01:00"), id="before"),
        pytest.param(status("08:03:20"), id="as it failed"),
        pytest.param(status("08:20:00"), id="after the log"),
        pytest.param(status(""), id="at no time"),
    ],
)
def test_cluster_status_that_may_be_so(table: list[str], tmp_path: Path) -> None:
    assert contradicted(tmp_path, table) == []


def test_a_failed_cvm_that_has_its_hosts_connection(tmp_path: Path) -> None:
    (said,) = contradicted(tmp_path, netstat(OWN, "192.168.5.1"), f"cvm-{OWN}/netstat.txt")

    assert f"the CVM {OWN} up" in said


@pytest.mark.parametrize(
    ("cvm", "client", "state"),
    [
        pytest.param("192.168.1.28", "192.168.5.1", "ESTABLISHED", id="another CVM with its own host"),
        pytest.param(OWN, "192.168.5.1", "TIME_WAIT", id="a connection that ended"),
    ],
)
def test_connections_that_may_be_so(cvm: str, client: str, state: str, tmp_path: Path) -> None:
    assert contradicted(tmp_path, netstat(cvm, client, state), f"cvm-{cvm}/netstat.txt") == []
