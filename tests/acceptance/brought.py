"""Folders in the forms in which people bring evidence, each with its right answer: what tests of them share."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.acceptance.test_no_blame import blamed

HOST, OWN, REMOTE = "192.168.1.24", "192.168.1.26", "192.168.1.28"
ADD, DELETE = (f"esxcfg-route {way} 192.168.5.2 255.255.255.255 {REMOTE}" for way in ("-a", "-d"))
SERVED_BY = {"192.168.1.23": REMOTE, HOST: OWN, "192.168.1.25": "192.168.1.27"}
BEGIN = datetime(2025, 11, 2, 8, 0, 1, 400_000, tzinfo=UTC)
UUID = "5a6ec2b7-1d3f9a40"
MOUNTED = f'NFS: 340: Restored connection to the server 192.168.5.2 mount point /container, mounted as {UUID}-0000-000000000000 ("NTNX-container")'
RETRY = "NFS: 6339: Status:No connection. Retrying synchronous write I/O 1 of 25 times"


class Brought(msgspec.Struct, frozen=True):
    """Files by path, and what is right: the answer (None: nothing can be read), the episodes (kind@host), what tables
    show, and in which year a syslog was written.
    """

    files: Mapping[str, bytes | Iterable[str]]
    acceptable: str | None = "unknown"
    episodes: tuple[str, ...] = ()
    forwarded: tuple[str | None, ...] = ()
    year: int | None = None


def genesis(at: datetime, rest: str) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}Z {rest}"


def check(at: datetime, *, down: bool = False) -> list[str]:
    """A check that finds all as it should be: the hosts at their own CVMs, or one at another while its own is down."""
    first = (
        f"WARNING 80801248 ha_service.py:497 Stargate on node {OWN} is down"
        if down
        else "INFO 80801248 ha_service.py:489 All stargates are healthy: ['192.168.1.26', '192.168.1.27', '192.168.1.28']"
    )
    words = {host: f"local stargate {cvm}" for host, cvm in SERVED_BY.items()} | (
        {HOST: f"via {REMOTE}"} if down else {}
    )
    told = [
        f"INFO 80801248 ha_service.py:531 Forwarding for host {host} is as expected, {word}"
        for host, word in words.items()
    ]
    return [genesis(at + timedelta(milliseconds=160 * place), rest) for place, rest in enumerate((first, *told))]


def checks(count: int) -> list[str]:
    return [line for place in range(count) for line in check(BEGIN + timedelta(seconds=30 * place))]


def failure() -> list[str]:
    """Six checks that find all well, one that finds the CVM down, and what it does; six more."""
    at = BEGIN + timedelta(seconds=180)
    acts = [
        (0, f"WARNING 80801248 ha_service.py:497 Stargate on node {OWN} is down"),
        (
            160,
            f"WARNING 80801248 ha_service.py:561 Forwarding needs to be set for host {HOST}, stargate on node {OWN} is down",
        ),
        (165, f"INFO 80801248 ha_service.py:612 Creating HA task to add HA route on host {HOST} via {REMOTE}"),
        (1400, f"INFO 80801248 hypervisor_ha.py:187 Running on host {HOST}: {ADD}"),
        (1600, f"INFO 80801248 hypervisor_ha.py:201 Inserted HA route on host {HOST} via {REMOTE}"),
    ]
    told = [genesis(at + timedelta(milliseconds=ms), rest) for ms, rest in acts]
    after = [line for place in range(1, 7) for line in check(at + timedelta(seconds=30 * place), down=True)]
    return [*checks(6), *told, *after]


def kernel(at: str, text: str) -> str:
    return f"2025-11-02T{at}Z In(182) vmkernel: cpu3:2097803){text}"


def route(action: str, to: str = "0x205a8c0", by: str = "0x1c01a8c0") -> str:
    return f"Tcpip: 1414: {action} dstAddr={to}, netMask=0xffffffff, gwAddr={by} ifName=0x0x0, ifNameLen=0"


def session(at: str, command: str) -> list[str]:
    told = (f"Connection from {REMOTE} port 50311", f"User 'root' running command '{command}'")
    return [f"2025-11-02T{at}Z sshd[77731]: {text}" for text in told]


def typed(at: str, line: str) -> str:
    return f"2025-11-02T{at}Z In(14) shell[2238600]: [root]: {line}"


def hostd(at: str, what: str) -> str:
    return f"2025-11-02T{at}Z info hostd[A240B70] [Originator@6876 sub=Vimsvc.ha-eventmgr user=vpxuser] Event 1908 : NTNX-15SM60210040-A-CVM on  esx-a.lab.local in ha-datacenter is {what}"


def table(gateway: str | None = None) -> list[str]:
    own = [f"192.168.5.2      255.255.255.255  {gateway}     vmk0"] if gateway else []
    head = ["VMkernel Routes:", "Network          Netmask          Gateway          Interface", *own]
    return [
        *head,
        "192.168.1.0      255.255.255.0    Local Subnet     vmk0",
        "default          0.0.0.0          192.168.1.1      vmk0",
    ]


def text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def brought(place: Path, one: Brought) -> Run | None:
    for name, content in one.files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else text(content))
    try:
        return analyze([place], Settings(log_year=one.year, hash="none"))
    except EvidenceError:
        return None


def told(run: Run | None) -> tuple[str | None, tuple[str, ...], tuple[str | None, ...], list[str]]:
    """The answer, the episodes, what tables show, and who is named without a line that shows it."""
    if run is None:
        return None, (), (), []
    forwarded = dict.fromkeys(one.of for one in run.snapshots if one.state in ("forwarded", "connected"))
    episodes = tuple(f"{one.episode.kind}@{one.episode.host}" for one in run.episodes)
    return run.acceptable, episodes, tuple(forwarded), [*blamed(run)]
