"""A table that has a CVM serve while it is down by the episodes: the answer is not known then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.brought import OWN, Brought, brought, failure

CVMS = ("192.168.1.26", "192.168.1.27", "192.168.1.28")
LOG = "cvm-192.168.1.27/genesis.out"  # the CVM is down from 08:02:31 or later until 08:06:01 at least


def status(at: str, *, down: str = "", stargate_down: str = "") -> list[str]:
    """`date; cluster status`."""
    told = [f"Sun Nov  2 {at} UTC 2025"] if at else []
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
