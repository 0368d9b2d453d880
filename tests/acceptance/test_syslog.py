"""A syslog server's files: whose lines they are, and the year of stamps that have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.collect import collect
from analyzer.ingest.explanation import explain
from analyzer.model.evidence import Evidence

UTC = Settings(log_timezone="UTC", hash="none")
ROUTE = "cpu0:2238622)Tcpip: 1414: %s dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0"
TRADITIONAL = "".join(
    f"Nov 22 07:{n:02}:11 esx-{'ab'[n % 2]} vmkernel: {ROUTE % ('add' if n % 4 < 2 else 'delete')}\n" for n in range(8)
)


def routes(evidence: Evidence) -> list[tuple[str | None, int, int]]:
    return sorted(
        (getattr(event.detail, "host", None), event.origin.number, event.at.least // 10**9) for event in evidence.events
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "messages"
    path.write_text(TRADITIONAL)
    return path


def test_the_hosts_of_one_file_are_told_apart(log: Path) -> None:
    evidence = collect([log], Settings(log_timezone="UTC", hash="none", log_year=2026))
    first = 1795330811 - 23 * 60  # 2026-11-22 07:00:11
    found = routes(evidence)
    assert [host for host, _, _ in found] == ["esx-a"] * 4 + ["esx-b"] * 4
    assert sorted((number, at - found[0][2]) for _, number, at in found) == [(n, 60 * (n - 1)) for n in range(1, 9)]
    assert abs(found[0][2] - first) < 3600
    assert {source.clock for source in evidence.sources} == {"esxi:esx-a", "esxi:esx-b"}
    assert evidence.skipped == ()


def test_a_year_follows_from_other_evidence_and_is_said(log: Path, samples: Path) -> None:
    evidence = collect([log, samples / "healthy" / "genesis.out"], UTC)
    told = collect([log], Settings(log_timezone="UTC", hash="none", log_year=2026))
    of_hosts = [(event.at, event.detail) for event in evidence.events if event.at.clock.startswith("esxi:")]
    assert of_hosts == [(event.at, event.detail) for event in told.events]
    taken = [skipped for skipped in evidence.skipped if skipped.reason.name == "year-taken"]
    assert [skipped.source.partition("!/")[2] for skipped in taken] == ["esx-a/vmkernel", "esx-b/vmkernel"]
    assert "2026 is taken" in taken[0].reason.sentence


def test_without_anything_that_tells_the_year_it_is_asked_for(log: Path) -> None:
    with pytest.raises(EvidenceError, match="give --log-year"):
        collect([log], UTC)
    (unread,) = {one.unread.name for one in explain(log, UTC) if one.unread}
    assert unread == "no-year"


@pytest.mark.parametrize("inside", ["esx-a.lab", "10.1.2.3"])
def test_one_host_alone_is_called_as_its_lines_say(tmp_path: Path, inside: str) -> None:
    log = tmp_path / "rfc5424.log"
    log.write_text(f"<181>1 2026-10-06T14:10:31.069Z {inside} vmkernel - - - {ROUTE % 'add'}\n" * 3)
    (source,) = collect([log], UTC).sources
    assert (source.name, source.host, source.clock, source.kind) == (
        "rfc5424.log",
        inside,
        f"esxi:{inside}",
        "vmkernel",
    )


def test_what_its_lines_say_counts_before_the_path(tmp_path: Path) -> None:
    (tmp_path / "192.168.1.24").mkdir()
    log = tmp_path / "192.168.1.24" / "vmkernel.log"
    log.write_text(f"2026-10-06T14:10:31.069Z esx-a vmkernel - - [esx@4413] {ROUTE % 'add'}\n")
    (source,) = collect([log], UTC).sources
    assert source.host == "esx-a"


def test_every_program_of_a_host_is_read(tmp_path: Path) -> None:
    at = "2026-10-06T14:10:3%d.069Z esx-a "
    log = tmp_path / "all.log"
    log.write_text(
        at % 0 + f"vmkernel - - [esx@4413] {ROUTE % 'add'}\n"
        + at % 1 + "shell 21 - [esx@4413] [root]: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28\n"
        + at % 2 + "Hostd 22 - [esx@4413] Device or filesystem a-b has entered the All Paths Down state.\n"
        + at % 3 + 'vobd 23 - [esx@4413 threadName="APDCorrelator"] 47us: [vob.storage.apd.exit] [a-b] has exited\n'
        + at % 4 + "sshd[24]: Accepted password for root from 192.168.1.28 port 22 ssh2\n"
        + at % 5 + "sshd[24]: User 'root' running command 'esxcfg-route -d 192.168.5.2/32 192.168.1.28'\n"
    )  # fmt: skip
    evidence = collect([log], UTC)
    kinds = sorted(source.kind for source in evidence.sources)
    assert kinds == ["auth", "hostd", "shell", "vmkernel", "vobd"]
    assert {event.origin.number for event in evidence.events} == {1, 2, 3, 4, 5, 6}
    assert {source.host for source in evidence.sources} == {"esx-a"}
