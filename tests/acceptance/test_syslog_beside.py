"""A host's own logs, and what a syslog server has of them under the host's name: one host, and one of each line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.brought import ADD, HOST, Brought, brought, failure, kernel, route, told
from tests.correlate.logs.test_either import BOTH, ROOT, injected

LOG = "cvm-192.168.1.27/genesis.out"
OWN = {f"{HOST}/shell.log": [ROOT], f"{HOST}/vmkernel.log": [kernel("08:00:00.100", "x"), *BOTH]}
REPAIRED = kernel("08:03:02.910", route("add"))


def relayed(lines: Sequence[str], host: str = "esx-a") -> list[str]:
    """Lines of vmkernel.log as a syslog server has them."""
    split = (line.split(" In(182) vmkernel: ") for line in lines)
    return [f"<181>1 {stamp} {host} vmkernel - - [esx@4413] {text}" for stamp, text in split]


@pytest.mark.parametrize("host", ["esx-a", "esx-a.lab.local"])
def test_an_injection_is_told_once(host: str, tmp_path: Path) -> None:
    typed = f"<14>1 2025-11-02T08:02:44Z {host} shell 11 - [esx@4413] [root]: {ADD}"
    run = brought(tmp_path, Brought({LOG: injected(), **OWN, "syslog.log": [typed, *relayed(BOTH, host)]}))

    assert told(run) == ("yes", (f"route-injection@{HOST}",), (), [])
    assert run is not None
    (one,) = run.episodes
    assert (one.verdict, one.episode.by_others, one.episode.by_hand) == ("MET", False, False)
    assert [claim.statement.name for claim in one.episode.claims].count("typed-by-hand") == 1


def test_a_failure_is_told_once(tmp_path: Path) -> None:
    lines = [kernel("08:00:00.100", "StorageApdHandler: 507: x"), REPAIRED, kernel("08:07:00.000", "x")]
    run = brought(
        tmp_path,
        Brought({LOG: failure(), f"{HOST}/vmkernel.log": lines, "esx.log": relayed([*lines[:2], *BOTH[1:], lines[2]])}),
    )

    assert run is not None
    assert [one.episode.kind for one in run.episodes].count("cvm-failure") == 1


def test_another_host_stays_one(tmp_path: Path) -> None:
    other = [line.replace("08:02:45.010", "08:02:45.310").replace("08:03:02.850", "08:03:12.850") for line in BOTH]
    run = brought(tmp_path, Brought({LOG: injected(), **OWN, "syslog.log": relayed(other, "esx-b")}))

    assert run is not None
    assert {one.episode.host for one in run.episodes} == {HOST, "esx-b"}
