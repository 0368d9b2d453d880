"""Whose the logs of hosts are that lie in CVMs' folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import analyze
from analyzer.config import Inventory, InventoryCvm, Settings
from analyzer.ingest.collect import collect
from analyzer.model.event import RouteChanged
from analyzer.model.evidence import Evidence

CVMS = "['192.168.1.26', '192.168.1.27', '192.168.1.28']"
WELL = "2026-03-13 07:24:16,366Z INFO 80801248 ha_service.py:489 All stargates are healthy: " + CVMS
OWN = (
    "2026-03-13 07:24:16,530Z INFO 80801248 ha_service.py:531 Forwarding for host 192.168.1.24 is as expected, "
    "local stargate 192.168.1.26"
)
ADDED = (
    "2026-03-13T07:25:19.973Z In(182) vmkernel: cpu0:2238622)Tcpip: 1414: add dstAddr=0x205a8c0, netMask=0xffffffff, "
    "gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0"
)
STATUS = """Fri Mar 13 07:24:00 UTC 2026
CVM: 192.168.1.26 Up, ZeusLeader
    Stargate   UP   [1]
CVM: 192.168.1.27 Up
    Stargate   UP   [1]
"""


def read(folder: Path, files: dict[str, str], settings: Settings | None = None) -> Evidence:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return collect([folder], settings or Settings(log_timezone="UTC"))


def homes(evidence: Evidence) -> dict[str, tuple[str | None, str | None]]:
    return {source.kind: (source.host, source.of_cvm) for source in evidence.sources}


@pytest.mark.parametrize(
    "tells",
    [
        pytest.param({"192.168.1.27/genesis.out": WELL}, id="a check"),
        pytest.param({"status.txt": STATUS}, id="cluster status"),
    ],
)
def test_a_folder_with_a_known_cvms_address_holds_its_hosts_logs(tmp_path: Path, tells: dict[str, str]) -> None:
    evidence = read(tmp_path, {**tells, "192.168.1.26/vmkernel.log": ADDED})

    assert homes(evidence)["vmkernel"] == (None, "192.168.1.26")
    assert [one.detail.host for one in evidence.events if isinstance(one.detail, RouteChanged)] == [None]


def test_an_inventory_names_cvms_too(tmp_path: Path) -> None:
    settings = Settings(inventory=Inventory(cvms=(InventoryCvm(address="192.168.1.26"),)))

    assert homes(read(tmp_path, {"192.168.1.26/vmkernel.log": ADDED}, settings))["vmkernel"] == (None, "192.168.1.26")


def test_what_a_check_calls_a_host_is_one(tmp_path: Path) -> None:
    files = {"192.168.1.27/genesis.out": f"{WELL}\n{OWN}", "192.168.1.24/vmkernel.log": ADDED}

    assert homes(read(tmp_path, files))["vmkernel"] == ("192.168.1.24", None)


def test_where_nothing_tells_of_a_cvm_the_folder_is_a_hosts(tmp_path: Path) -> None:
    assert homes(read(tmp_path, {"192.168.1.26/vmkernel.log": ADDED}))["vmkernel"] == ("192.168.1.26", None)


@pytest.mark.parametrize("folder", ["PE-192.168.1.26/hypervisor_logs", "192.168.1.26"])
def test_the_host_is_that_whose_own_cvm_it_is(tmp_path: Path, folder: str) -> None:
    read(tmp_path, {"192.168.1.27/genesis.out": f"{WELL}\n{OWN}", f"{folder}/vmkernel.log": ADDED})

    run = analyze([str(tmp_path)], Settings(log_timezone="UTC"))

    assert [one.episode.host for one in run.episodes] == ["192.168.1.24"]
    assert [host.address for host in run.hosts] == ["192.168.1.24"]
    assert {source.host for source in run.sources if source.kind == "vmkernel"} == {"192.168.1.24"}


def test_a_cvm_whose_host_nothing_tells_has_one_without_an_address(tmp_path: Path) -> None:
    read(tmp_path, {"192.168.1.27/genesis.out": WELL, "PE-192.168.1.26/hypervisor_logs/vmkernel.log": ADDED})

    run = analyze([str(tmp_path)], Settings(log_timezone="UTC"))

    assert [(host.address, host.cvm) for host in run.hosts] == [(None, "192.168.1.26")]
    assert "192.168.1.26" in {cvm.address for cvm in run.cvms}
