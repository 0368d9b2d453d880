"""Clock names and writers, from the path of a source."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.ingest.logs.writer import writer_of
from analyzer.model.source import SourceKind

BUNDLE = "b.zip!/NTNX-Log-2023-08-31-123-1693-PE-10.1.2.3/cvm_logs"


@pytest.mark.parametrize(
    ("name", "kind", "clock", "host"),
    [
        pytest.param("case/genesis.out", "genesis", "log:case/genesis", None, id="folder"),
        pytest.param("case/genesis.out.20230831-171521Z.gz", "genesis", "log:case/genesis", None, id="rotated"),
        pytest.param("case/genesis.out.20230831-171521", "genesis", "log:case/genesis", None, id="rotated-old"),
        pytest.param("case/genesis.out.1.xz", "genesis", "log:case/genesis", None, id="rotated-number"),
        pytest.param("genesis.out", "genesis", "log:genesis", None, id="no-folder"),
        pytest.param("case/genesis-cvmA.out", "genesis", "log:case/genesis-cvma", None, id="two-machines-one-folder"),
        pytest.param(f"{BUNDLE}/genesis.out", "genesis", "cvm:10.1.2.3", "10.1.2.3", id="collector-bundle"),
        pytest.param(f"{BUNDLE}/genesis.out.20230831-171521Z", "genesis", "cvm:10.1.2.3", "10.1.2.3", id="bundle-rotated"),
        pytest.param("aos-5.10.4.1/genesis.out", "genesis", "log:aos-5.10.4.1/genesis", None, id="a-version-is-no-address"),
        pytest.param("192.168.5.2/genesis.out", "genesis", "log:192.168.5.2/genesis", None, id="nor-is-the-storage-address"),
        pytest.param("esx-esx01.lab-2026-11-22--07.53-1.tgz!/var/run/log/vmkernel.log", "vmkernel", "esxi:esx01.lab", "esx01.lab", id="vm-support"),
        pytest.param("PE-10.1.2.3/hypervisor_logs/vmkernel.log", "vmkernel", "esxi:host-of-10.1.2.3", None, id="of-the-cvms-host"),
        pytest.param("n.tar!/10.1.2.3.gz!/hypervisor_logs/vobd.log", "vobd", "esxi:host-of-10.1.2.3", None, id="of-the-cvms-host-in-a-bundle"),
        pytest.param("10.1.2.3/hypervisor_logs/10.1.2.9/vobd.log", "vobd", "esxi:10.1.2.9", "10.1.2.9", id="a-host-named-below"),
        pytest.param("hypervisor_logs/10.1.2.9/vobd.log", "vobd", "esxi:10.1.2.9", "10.1.2.9", id="a-host-in-a-folder-of-hosts"),
        pytest.param("PE-10.1.2.3/hypervisor_logs/genesis.out", "genesis", "cvm:10.1.2.3", "10.1.2.3", id="a-cvms-own-log"),
        pytest.param("h/log/vmkernel.log", "vmkernel", "log:h/log/esxi", None, id="esxi-folder"),
        pytest.param("h/log/vobd.0.gz", "vobd", "log:h/log/esxi", None, id="esxi-same-machine"),
        pytest.param("d/192.168.1.24/shell.log", "shell", "esxi:192.168.1.24", "192.168.1.24", id="esxi-address"),
        pytest.param("d/netstat_10.1.2.3.txt", "netstat", "cvm:10.1.2.3", "10.1.2.3", id="netstat-of-a-cvm"),
        pytest.param("esx-a1-2026-11-22--07.53-1/commands/localcli_network-ip-connection-list.txt", "netstat", "esxi:a1", "a1", id="connections-of-a-host"),
    ],
)  # fmt: skip
def test_writer(name: str, kind: SourceKind, clock: str, host: str | None) -> None:
    writer = writer_of(name, kind, Settings())
    assert (writer.clock, writer.host) == (clock, host)
    assert writer.of_cvm == (clock.removeprefix("esxi:host-of-") if "host-of" in clock else None)


def test_a_source_with_its_own_offset_has_its_own_clock() -> None:
    settings = Settings(clock_offsets=(("a/genesis.out", 5),))
    assert writer_of("a/genesis.out", "genesis", settings).clock == "log:a/genesis.out"
    assert writer_of("b/a/genesis.out", "genesis", settings).clock == "log:b/a/genesis.out"
    assert writer_of("aa/genesis.out", "genesis", settings).clock == "log:aa/genesis"
    assert writer_of("a/genesis.out.1", "genesis", settings).clock == "log:a/genesis"
