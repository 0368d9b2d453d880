"""Whose a host's log is of which the lines call it by a name, and that lies in a folder with an address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ingest.across.test_homes import ADDED, OWN, WELL, read

RULED = "Tcpip: 1414: add dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0"
PORTS = "[root@esx-q:~] esxcfg-vmknic -l\nName  IPv4 Address  IPv4 Netmask\nvmk0  192.168.1.24  255.255.255.0"


def log(header: str) -> str:
    return "\n".join(f"2026-03-13T07:25:{second}.973Z {header} vmkernel - - - cpu0:2)" + RULED for second in (19, 20))


def hosts(folder: Path, files: Mapping[str, str]) -> list[str | None]:
    return [source.host for source in read(folder, dict(files)).sources if source.kind == "vmkernel"]


@pytest.mark.parametrize(
    ("header", "beside", "host"),
    [
        pytest.param("esx-q.lab", {}, "esx-q.lab", id="its name"),
        pytest.param("192.168.1.23", {}, "192.168.1.23", id="its address"),
        pytest.param("192.168.5.1", {}, "192.168.1.24", id="an address that every host has"),
        pytest.param("localhost", {}, "192.168.1.24", id="a name that every host has at first"),
        pytest.param("esx-q.lab", {"genesis.out": f"{WELL}\n{OWN}"}, "192.168.1.24", id="Genesis knows the address"),
        pytest.param("esx-q.lab", {"ports.txt": PORTS}, "192.168.1.24", id="a table knows the address"),
    ],
)
def test_what_the_lines_say_counts_where_nothing_knows_the_folders_address(
    header: str, beside: Mapping[str, str], host: str, tmp_path: Path
) -> None:
    assert hosts(tmp_path, {"192.168.1.24/relayed.txt": log(header), **beside}) == [host]


def test_a_log_beside_it_that_names_nobody_is_of_the_folders_host(tmp_path: Path) -> None:
    files = {"192.168.1.24/relayed.txt": log("esx-q.lab"), "192.168.1.24/vmkernel.log": ADDED.replace(":19", ":44")}

    assert hosts(tmp_path, files) == ["192.168.1.24", "192.168.1.24"]


def test_all_that_a_renamed_log_tells_is_of_that_host(tmp_path: Path) -> None:
    evidence = read(tmp_path, {"10.9.9.9/relayed.txt": log("esx-q")})

    assert {getattr(event.detail, "host", None) for event in evidence.events} == {"esx-q"}
    assert {event.at.clock for event in evidence.events} == {"esxi:esx-q"}
