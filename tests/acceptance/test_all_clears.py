"""Evidence as people bring it, that can't show whether anything happened: no all-clear comes of it.

Each is made of the recordings or of the simulator: one direction alone, one moment alone, other servers' NFS, logs in
which checks are missing, could not read a host or are not understood, text in an encoding, hosts' own logs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli.analyze import exit_status
from analyzer.config import Settings
from analyzer.model.over_time.coverage import LackName
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from analyzer.report.coverage import nothing_told
from tests.conftest import SAMPLES
from tests.ingest.capture import build

HEALTHY, FAILURE, INJECTION = (SAMPLES / name for name in ("healthy", "cvm-failure", "route-injection"))
SETTINGS = Settings(log_timezone="UTC", hash="none")
STORAGE = bytes((192, 168, 5, 2))
UNDECIDED = 4
HEADER, RECORD = struct.Struct("<24s"), struct.Struct("<IIII")

Made = Callable[[Path], None]


def frames(data: bytes) -> Iterator[bytes]:
    """The records of a pcap in the machine's usual byte order."""
    at = HEADER.size
    while at + RECORD.size <= len(data):
        length = RECORD.unpack_from(data, at)[2]
        yield data[at : at + RECORD.size + length]
        at += RECORD.size + length


def picked(case: Path, keep: Callable[[bytes, int, int], bool], *names: str) -> Made:
    """The captures of a case, the frames that `keep` picks by what they hold, their place and their number."""

    def make(folder: Path) -> None:
        for name in names:
            data = (case / name).read_bytes()
            every = list(frames(data))
            kept = [each for place, each in enumerate(every) if keep(each[RECORD.size :], place, len(every))]
            (folder / name).write_bytes(data[: HEADER.size] + b"".join(kept))

    return make


def to_storage(frame: bytes, place: int, count: int) -> bool:
    """Whether the storage address receives it."""
    return frame[30:34] == STORAGE


def from_storage(frame: bytes, place: int, count: int) -> bool:
    """Whether the storage address sent it."""
    return frame[26:30] == STORAGE


def of_others(frame: bytes, place: int, count: int) -> bool:
    """Whether the storage address has no part in it."""
    return STORAGE not in (frame[26:30], frame[30:34])


def begins(frame: bytes, place: int, count: int) -> bool:
    """Whether it is in the first tenth."""
    return place * 10 < count


def whole(frame: bytes, place: int, count: int) -> bool:
    """All are."""
    return True


def written(name: str, text: str, encoding: str = "utf-8") -> Made:
    """A text file of this name."""

    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode(encoding))

    return make


def log_of(case: Path, change: Callable[[str], str], encoding: str = "utf-8") -> Made:
    """The case's genesis.out, changed."""
    return written("genesis.out", change((case / "genesis.out").read_text()), encoding)


def together(*made: Made) -> Made:
    """Several files beside each other."""

    def make(folder: Path) -> None:
        for each in made:
            each(folder)

    return make


def without_checks(text: str) -> str:
    """As a CVM's log that does not lead: what it does besides."""
    stamps = re.findall(r"^\S+ \S+", text, re.MULTILINE)
    return "".join(f"{stamp} INFO cluster_manager.py:88 Service status refreshed\n" for stamp in stamps)


def paused(text: str) -> str:
    """The first check, and after ten minutes some more."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[:3]) + "".join(line.replace(" 07:0", " 07:1", 1) for line in lines[3:])


def unreadable(text: str) -> str:
    """The checks could not read the host's routes."""
    return re.sub(r"Forwarding on host (\S+) is correct.*", r"Failed to read the routes of host \1: timed out", text)


def of_stargates(text: str) -> str:
    """The checks were about Stargates, and then what was found of the host is in words of its own."""
    return re.sub(r"INFO (\S+) Forwarding on host (\S+) is correct.*", r"WARNING \1 host \2: hmm, HA route odd", text)


def strange(text: str) -> str:
    """Checks in words that nobody knows."""
    return re.sub(r"(ha_service\.py:\d+) .*", r"\1 zyx tick 7f", text)


ROUTES = """VMkernel Routes:
Network          Netmask          Gateway          Interface
192.168.1.0      255.255.255.0    Local Subnet     vmk0
192.168.5.0      255.255.255.0    Local Subnet     vmk1
default          0.0.0.0          192.168.1.1      vmk0
"""
NEIGHBOURS = """Neighbor       Mac Address        Vmknic  Expiry     State  Type
-------------  -----------------  ------  ---------  -----  -------
192.168.1.26   00:0c:29:a0:01:26  vmk0    1088 sec          Unknown
192.168.5.2    00:0c:29:a0:05:26  vmk1    1121 sec          Unknown
"""
NETSTAT = """Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 192.168.5.2:2049        192.168.5.1:877         ESTABLISHED
"""
STATUS = """The state of the cluster: start
CVM: 192.168.1.26 Up
                            Stargate   UP       [26974, 27094]
CVM: 192.168.1.27 Up, ZeusLeader
                            Stargate   UP       [2974, 2094]
"""
VOBD = """2026-11-22T07:00:35.075Z: [netCorrelator] 9414268686us: [vob.net.vmnic.linkstate.up] vmnic vmnic0 linkstate up
2026-11-22T07:10:35.075Z: [netCorrelator] 9414868686us: [vob.net.vmnic.linkstate.up] vmnic vmnic1 linkstate up
"""
KERNEL = """2026-11-22T07:00:51.213Z cpu0:2238622)NFS: 347: nothing of note
2026-11-22T07:09:51.213Z cpu0:2238622)ScsiDeviceIO: 3015: Cmd(0x412e803d5d80) 0x1a, CmdSN 0x14 from world 0 done
"""

LACKING: dict[str, tuple[Made, LackName]] = {
    # one direction
    "what the host sends": (picked(HEALTHY, to_storage, "vmk1.pcap"), "one-direction"),
    "what the host receives": (picked(HEALTHY, from_storage, "vmk1.pcap"), "one-direction"),
    "a failure, what the hosts send": (picked(FAILURE, to_storage, "vmk1.pcap", "span.pcap"), "one-direction"),
    "a failure, what they send inside": (picked(FAILURE, to_storage, "vmk1.pcap"), "one-direction"),
    "an injection, what the hosts send": (picked(INJECTION, to_storage, "vmk1.pcap", "span.pcap"), "one-direction"),
    # no storage traffic
    "the public network of a healthy cluster": (picked(HEALTHY, whole, "span.pcap"), "unseen"),
    "a capture beside the traffic": (picked(FAILURE, of_others, "span.pcap", "vmk1.pcap"), "no-storage-traffic"),
    "the public network, and logs without checks": (
        together(picked(HEALTHY, whole, "span.pcap"), log_of(HEALTHY, without_checks)),
        "no-checks",
    ),
    "the public network, and the port for a moment": (
        together(picked(HEALTHY, whole, "span.pcap"), picked(HEALTHY, lambda _, place, __: place < 400, "vmk1.pcap")),
        "unwatched",
    ),
    # logs
    "a log of a CVM that does not lead": (log_of(HEALTHY, without_checks), "no-checks"),
    "checks with a pause": (log_of(HEALTHY, paused), "unwatched"),
    "checks that could not read the routes": (log_of(HEALTHY, unreadable), "unseen"),
    "checks in part in other words": (log_of(HEALTHY, of_stargates), "unread-lines"),
    "checks in unknown words": (log_of(HEALTHY, strange), "not-understood"),
    # one moment
    "a route table": (written("esx-a/esxcfg-route_-l.txt", ROUTES), "one-moment"),
    "a neighbour list": (written("esx-a/neighbors.txt", NEIGHBOURS), "one-moment"),
    "connections": (written("cvm/netstat.txt", NETSTAT), "one-moment"),
    "the cluster's status": (written("cvm/cluster_status.txt", STATUS), "one-moment"),
    "tables of one moment": (
        together(written("esx-a/routes.txt", ROUTES), written("esx-a/neighbors.txt", NEIGHBOURS)),
        "one-moment",
    ),
    # a host's own
    "a vobd.log": (written("192.168.1.24/vobd.log", VOBD), "host-log"),
    "a vmkernel.log": (written("192.168.1.24/vmkernel.log", KERNEL), "host-log"),
    "both": (
        together(written("192.168.1.24/vobd.log", VOBD), written("192.168.1.24/vmkernel.log", KERNEL)),
        "host-log",
    ),
}


def run_of(made: Made, folder: Path, settings: Settings = SETTINGS) -> Run:
    """What is said of the evidence."""
    (evidence := folder / "evidence").mkdir()
    made(evidence)
    return analyze([evidence], settings)


@pytest.mark.parametrize("case", LACKING)
def test_what_can_show_nothing_is_undecided_and_says_why(case: str, tmp_path: Path) -> None:
    made, lack = LACKING[case]

    run = run_of(made, tmp_path)

    assert run.episodes == ()
    assert exit_status(run, strict=False) == UNDECIDED
    assert lack in {one.name for one in run.coverage.lacks}
    assert "Nothing failed over" not in nothing_told(run.coverage)


def test_nfs_of_other_servers_counts_for_nothing(tmp_path: Path) -> None:
    made = picked(HEALTHY, whole, "span.pcap", "vmk1.pcap")

    run = run_of(made, tmp_path, replace(SETTINGS, storage_address="192.168.33.2", host_private_address="192.168.33.1"))

    assert exit_status(run, strict=False) == UNDECIDED
    assert [one.count for one in run.coverage.lacks if one.name == "other-servers"] == [383]


def test_a_moment_in_which_a_host_only_asks_is_no_time_in_which_it_was_served(tmp_path: Path) -> None:
    asked = [(10**18 + n * 1000, build.arp(1, build.HOST_MAC, "192.168.5.1", f"10.0.0.{n}")) for n in range(5)]
    (tmp_path / "span.pcap").write_bytes(build.pcap(asked))

    run = analyze(tmp_path / "span.pcap", SETTINGS)

    assert exit_status(run, strict=False) == UNDECIDED
    assert "unseen" in {lack.name for lack in run.coverage.lacks}


ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_log_in_an_encoding_gives_no_all_clear_for_an_episode(encoding: str, tmp_path: Path) -> None:
    names = ("genesis.out", "genesis.txt")
    text = (FAILURE / "genesis.out").read_text()

    run = run_of(together(*(written(name, text, encoding) for name in names), written("b/vobd.log", VOBD)), tmp_path)

    assert run.episodes or exit_status(run, strict=False) == UNDECIDED


@pytest.mark.parametrize(
    "names",
    [
        ("span.pcap", "vmk1.pcap", "genesis.out"),
        ("vmk1.pcap",),
        ("vmk1.pcap", "genesis.out"),
        ("span.pcap", "genesis.out"),
        ("genesis.out",),
    ],
    ids="+".join,
)
def test_a_healthy_cluster_that_was_seen_gets_the_all_clear(names: tuple[str, ...]) -> None:
    run = analyze([HEALTHY / name for name in names], SETTINGS)

    assert exit_status(run, strict=False) == 0
    assert run.coverage.is_whole
    assert nothing_told(run.coverage).startswith("Nothing failed over")
    assert ("storage was not interrupted" in nothing_told(run.coverage)) == ("vmk1.pcap" in names)


CUT = [(path.parent, path.name) for path in sorted(SAMPLES.glob("*/*.pcap")) if path.parent != HEALTHY]


@pytest.mark.parametrize(("case", "name"), CUT, ids=lambda part: getattr(part, "name", part))
def test_a_capture_cut_to_its_first_tenth_gives_no_all_clear(case: Path, name: str, tmp_path: Path) -> None:
    others = (path.name for path in sorted(case.glob("*.pcap")) if path.name != name)

    run = run_of(together(picked(case, begins, name), picked(case, whole, *others)), tmp_path)

    assert run.episodes or exit_status(run, strict=False) == UNDECIDED


HANDS: dict[str, Callable[[str], bytes]] = {
    "behind grep -n": lambda text: "".join(f"{n}:{line}\n" for n, line in enumerate(text.splitlines(), 1)).encode(),
    "behind grep of several files": lambda text: "".join(
        f"genesis.out:{line}\n" for line in text.splitlines()
    ).encode(),
    "in UTF-16": lambda text: text.encode("utf-16"),
    "in UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "with a terminal's colours": lambda text: "".join(f"\x1b[0m{line}\x1b[K\n" for line in text.splitlines()).encode(),
    "without its stamps": lambda text: re.sub(r"(?m)^\S+ \S+ ", "", text).encode(),
    "with NULs": lambda text: text.replace("\n", "\n\0\0").encode(),
}
"""What hands and tools make of a log."""
LOGS = sorted(path for path in SAMPLES.glob("*/genesis.out") if path.parent not in (HEALTHY, SAMPLES / "nfs-hang"))


@pytest.mark.parametrize("hands", HANDS)
@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.parent.name)
def test_a_log_that_passed_through_hands_gives_no_all_clear(log: Path, hands: str, tmp_path: Path) -> None:
    passed = tmp_path / "genesis.out"
    passed.write_bytes(HANDS[hands](log.read_text()))
    (tmp_path / "vobd.log").write_text(VOBD)

    run = analyze([passed, tmp_path / "vobd.log"], SETTINGS)

    assert run.episodes or exit_status(run, strict=False) == UNDECIDED
