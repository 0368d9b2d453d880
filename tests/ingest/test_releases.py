"""Which release a text says that it is of; the texts have the known shapes, and are copies of nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.ingest.releases import logged, printed
from analyzer.model.source import Release

AOS, ESXI = Release("AOS", "5.20.4"), Release("ESXi", "7.0.3 build-19193900")
VERSION_TABLE = (
    "   Product: VMware ESXi\n   Version: 7.0.3\n   Build: Releasebuild-19193900\n   Update: 3\n   Patch: 50\n"
)
HOSTD = (
    "2026-11-22T07:00:00.000Z info hostd[2098846] [Originator@6876 sub=Default] -> Log for VMware ESX"
    " pid=2098846, version=7.0.3, build=build-19193900, option=Release\n"
)
BOOT = "2026-11-22T07:00:00.000Z cpu0:1)BOOT: VMware ESXi 7.0.3 [Releasebuild-19193900 x86_64]\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("el7.3-release-euphrates-5.20.4-stable-0f7655edaa04\n", AOS, id="release_version"),
        pytest.param("    Cluster Name : lab\n    Cluster Version           : 5.20.4\n", AOS, id="ncli"),
        pytest.param("VMware ESXi 7.0.3 build-19193900\nVMware ESXi 7.0 Update 3\n", ESXI, id="vmware"),
        pytest.param("    Cluster Version           : 5.20.4\r\n", AOS, id="ncli-crlf"),
        pytest.param(VERSION_TABLE, ESXI, id="esxcli"),
        pytest.param(VERSION_TABLE.replace("\n", "\r\n"), ESXI, id="esxcli-crlf"),
        pytest.param("VMkernel esx-a 7.0.3 #1 SMP Release build-19193900 Jan 18 2022 x86_64\n", ESXI, id="uname"),
    ],
)
def test_what_a_command_prints_of_a_release_is_read(text: str, found: Release) -> None:
    assert printed(text.encode()) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "we upgrade from el7.3-release-euphrates-5.20.4-stable-0f7655edaa04 next week\n",
        "VMware ESXi 7.0.3 build-19193900 is what we had\n",
        "Product: VMware ESXi\nVersion: 7.0\n",
        "VMware ESXi 7.0.3 build-19193900\n" + "x\n" * 10_000,
        HOSTD,
    ],
)
def test_what_only_mentions_a_release_is_none(text: str) -> None:
    assert printed(text.encode()) == ()


@pytest.mark.parametrize("text", [HOSTD, BOOT])
def test_a_hosts_log_says_at_its_start_of_which_release_it_is(text: str) -> None:
    assert logged(text.encode()) == (ESXI,)


def test_a_log_of_another_product_says_nothing() -> None:
    assert logged(HOSTD.replace("VMware ESX ", "VMware VirtualCenter ").encode()) == ()


def test_releases_are_evidence_of_their_own_kind(tmp_path: Path, samples: Path) -> None:
    (tmp_path / "vmware_-vl.txt").write_text("VMware ESXi 7.0.3 build-19193900\n")
    (tmp_path / "release_version").write_text("el7.3-release-euphrates-5.20.4-stable-0f7655edaa04\n")
    (tmp_path / "hostd.log").write_text(HOSTD)
    evidence = collect([tmp_path, samples / "cvm-failure" / "genesis.out"], Settings(log_timezone="UTC"))

    assert evidence.releases == (AOS, ESXI)
    kinds = {source.name.rpartition("/")[2]: source.kind for source in evidence.sources}
    assert kinds == {
        "genesis.out": "genesis",
        "hostd.log": "hostd",
        "release_version": "release",
        "vmware_-vl.txt": "release",
    }
