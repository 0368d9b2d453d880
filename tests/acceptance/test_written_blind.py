"""Folders in the forms in which people bring evidence, each with its right answer, written from what is known of the
forms alone: nobody had looked at how they are read.
"""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.acceptance.test_no_blame import blamed
from tests.ingest.packing import tarred
from tests.judged import of_detection

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


def support(identifier: str) -> dict[str, Iterable[str]]:
    """A vm-support bundle, with All Paths Down of this identifier."""
    log = "esx-esx-a-2025-11-02--10.30-2100012/var/run/log"
    mounts = [
        "Volume Name     Host         Share       Accessible  Mounted  Read-Only  isPE   Hardware Acceleration",
        "--------------  -----------  ----------  ----------  -------  ---------  -----  ---------------------",
        "NTNX-container  192.168.5.2  /container        true     true      false  false  Supported",
    ]
    lost = f"[esx.problem.storage.apd.start] Device or filesystem with identifier [{identifier}] has entered the All Paths Down state."
    return {
        "esx-esx-a-2025-11-02--10.30-2100012/commands/localcli_storage-nfs-list.txt": mounts,
        f"{log}/vmkernel.log": [
            kernel("09:40:00.162", MOUNTED),
            kernel("09:59:55.241", RETRY),
            kernel("10:00:50.069", route("add")),
            kernel("10:20:50.069", route("delete")),
            kernel("10:29:00.000", "World: 12231: VC opID a maps to vmkernel opID b"),
        ],
        f"{log}/vobd.log": [
            "2025-11-02T09:30:00.120Z: [netCorrelator] 4286243989us: [vob.net.vmnic.linkstate.up] vmnic vmnic0 linkstate up",
            f"2025-11-02T10:00:41.120Z: [APDCorrelator] 4786243989us: {lost}",
        ],
    }


def text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


FORM = "2025-11-02T{}Z esx-a.lab.local {} [esx@4413] {}"
IN_A_BUNDLE = {
    "esx-esx-a-2025-11-02--10.15-2100012/var/run/log/vmkernel.log": text(
        FORM.format(at, "vmkernel - -", f"cpu0:2238618){line}")
        for at, line in (
            ("09:50:00.000", "World: a"),
            ("10:00:00.210", route("add")),
            ("10:00:33.300", route("delete")),
            ("10:12:00.000", "World: a"),
        )
    ),
    "esx-esx-a-2025-11-02--10.15-2100012/var/run/log/shell.log": text(
        [FORM.format("10:00:00.100", "shell 2101044 -", f"[root]: {ADD}")]
    ),
    "esx-esx-a-2025-11-02--10.15-2100012/var/run/log/auth.log": text(
        f"2025-11-02T10:00:33.{ms}Z esx-a.lab.local sshd 77731 - - {line}"
        for ms, line in (
            ("010", f"Connection from {REMOTE} port 50311"),
            ("250", f"User 'root' running command '{DELETE}'"),
        )
    ),
}
LOOP = [
    line
    for at, gateway in (
        ("09:00:00", None),
        ("09:00:10", None),
        ("09:00:20", REMOTE),
        ("09:00:50", REMOTE),
        ("09:01:00", None),
    )
    for line in (f"\x1b[0mSun Nov  2 {at} UTC 2025", *table(gateway))
]
SYSLOG = [
    "Nov 28 13:50:00 esx-a vmkernel: cpu0:2099084)World: 12231: VC opID a maps to vmkernel opID b",
    "Nov 28 14:03:22 esx-a Hostd: info hostd[2098516] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=x user=root] Event 1908 : NTNX-15SM60210040-A-CVM on  esx-a.lab.local in ha-datacenter is stopping",
    "Nov 28 14:03:22 esx-a Hostd: info hostd[2098516] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 1909 : NTNX-15SM60210040-A-CVM on  esx-a.lab.local in ha-datacenter is powered off",
    f"Nov 28 14:03:40 esx-b vmkernel: cpu1:2097365){RETRY}",
    f"Nov 28 14:03:46 esx-a sshd[77731]: Connection from {REMOTE} port 50311",
    f"Nov 28 14:03:46 esx-a sshd[77731]: User 'root' running command '{ADD}'",
    f"Nov 28 14:03:46 esx-a vmkernel: cpu0:2238622){route('add')}",
    "Nov 28 14:15:00 esx-a vmkernel: cpu0:2099084)World: 12231: VC opID a maps to vmkernel opID c",
]
OTHER_WORDS = [
    "2025-11-02 08:03:01,400Z WARNING 80801248 ha_service.py:777 Peer 192.168.1.26 lost, engaging alternate storage path",
    "2025-11-02 08:03:02,400Z INFO 80801248 hypervisor_ha.py:778 Alternate storage path for 192.168.1.24 now served at 192.168.1.28",
    "2025-11-02 08:06:02,400Z INFO 80801248 hypervisor_ha.py:779 Alternate storage path for 192.168.1.24 withdrawn",
]
LEADER = "cvm-192.168.1.27/genesis.out"
TCPDUMP = [
    "08:00:01.123456 IP 192.168.5.1.871 > 192.168.5.2.2049: Flags [P.], seq 1:120, ack 1, win 512, length 120"
] * 4
FAILED = (f"cvm-failure@{HOST}",)
# fmt: off
BLIND: dict[str, Brought] = {
    "a terminal that shows tables in a loop": Brought({"putty.log": ["=~=~=~= PuTTY log 2025.11.02 08:59:58 =~=~=~=", "[root@esx-b:~] while true; do date; esxcfg-route -l; sleep 10; done", *LOOP]}, episodes=("unexplained@esx-b",), forwarded=("esx-b",)),
    "checks in UTF-16 without a mark": Brought({LEADER: text(f"{one}\r" for one in checks(20)).decode().encode("utf-16-le")}, "yes"),
    "a route that comes after the checks": Brought({LEADER: checks(20), f"{HOST}/vmkernel.log": [kernel("08:10:12.345", "World: a"), kernel("08:20:03.111", route("add")), kernel("08:25:00.000", "World: b")]}, episodes=(f"unexplained@{HOST}",)),
    "an hour of a kernel that says nothing": Brought({f"{HOST}/vmkernel.log": [kernel(f"08:{minute:02d}:12.345", "World: 12231: VC opID x maps to vmkernel opID y") for minute in range(60)]}),
    "what tcpdump and Wireshark print": Brought({"dump.txt": TCPDUMP, "export.csv": ['"No.","Time","Source","Destination","Protocol","Length","Info"', '"1","0.000123","192.168.5.1","192.168.5.2","NFS","190","V3 GETATTR Call"']}, None),
    "a relay's syslog of two hosts": Brought({"all-esx.log": SYSLOG}, "yes", ("cvm-failure@esx-a",), year=2025),
    "a bundle within a bundle, in ESXi 9's form": Brought({"VMware-vCenter-support-2025-11-02@10-15-00.zip": zipped({"esx-a.lab.local-vm2025-11-2@10-15-00.tar": tarred(IN_A_BUNDLE)})}, "yes", ("route-injection@esx-a",)),
    "powered off, and forwarded late": Brought({f"{HOST}/hostd.log": [hostd("10:00:00.733", "stopping"), hostd("10:00:01.411", "powered off"), hostd("10:10:18.928", "powered on")], f"{HOST}/auth.log": [*session("10:00:58", ADD), *session("10:17:41", DELETE)]}, "no", (*FAILED, f"cvm-recovery@{HOST}")),
    "checks that were searched for on every CVM": Brought({"ticket.txt": ["nutanix@NTNX-A-CVM:192.168.1.28:~$ allssh 'grep -n ha ~/data/logs/genesis.out'", "================== 192.168.1.26 =================", "================== 192.168.1.27 =================", *(f"{number}:{line}" for number, line in enumerate(failure(), 100)), "================== 192.168.1.28 ================="]}, "yes", FAILED),
    "typed, printed, quoted and named": Brought({f"{HOST}/shell.log": [typed("10:00:10.100", 'echo "esxcfg-route -a 192.168.5.2/32 192.168.1.27" >> notes'), typed("10:01:00.100", f"{ADD} || echo failed"), typed("10:03:00.100", f"echo done # {DELETE}"), typed("10:05:00.100", f"alias fix='{DELETE}'")]}, episodes=(f"unexplained@{HOST}",)),
    "another server lost, and its route": Brought({"esx-a/vmkernel.log": [kernel("10:00:00.241", RETRY), kernel("10:00:10.000", route("add", "0x500000a", "0x6682000a")), kernel("10:10:10.000", route("delete", "0x500000a", "0x6682000a"))], "esx-a/vobd.log": ["2025-11-02T10:01:20.120Z: [vmfsCorrelator] 4786243989us: [esx.problem.vmfs.nfs.server.disconnect] 10.0.0.5 /vol f0102e1f-41b7b812-0000-000000000000 vol"]}),
    "a table without a date in a host's folder": Brought({"esx-c/routes.txt": table(REMOTE)}, forwarded=("esx-c",)),
    "a table beside a host's log": Brought({"esx-c/routes.txt": table(REMOTE), "esx-c/vmkernel.log": [kernel("10:00:10.000", "World: a")]}, forwarded=("esx-c",)),
    "a datastore lost before the route": Brought(support(UUID), "no", ("unexplained@esx-a",)),
    "a device lost before the route": Brought(support("naa.600508b1001c4d41aa"), episodes=("unexplained@esx-a",)),
    "a failure, beside what is no evidence": Brought({LEADER: failure(), "change.pdf": b"%PDF-1.7\n1 0 obj\n", "shot.png": b"\x89PNG\r\n\x1a\n" + bytes(64), "bundle.zip": b"PK\x03\x04" + bytes(50), "dump.txt": TCPDUMP}, "yes", FAILED),
    "words that nobody knew, and a log that pauses": Brought({LEADER: [*checks(6), *OTHER_WORDS]}, episodes=(*FAILED, f"cvm-recovery@{HOST}")),
    "typed, with the time in the text": Brought({f"{HOST}/shell.log": [f"2025-11-02 In(14) shell[1053659]: 10:00:00.100 [root]: {ADD}"], f"{HOST}/vmkernel.log": [f"2025-11-02T10:00:00.210Z In(182)[+] vmkernel: cpu0:2238622){route('add')}", kernel("10:12:00.000", "World: a")]}, episodes=(f"unexplained@{HOST}",)),
    "a terminal that follows genesis.out": Brought({"putty.log": ["=~=~=~= PuTTY log 2025.11.02 08:00:00 =~=~=~=", "nutanix@NTNX-B-CVM:192.168.1.27:~$ tail -F data/logs/genesis.out", "==> data/logs/genesis.out <==", *(f"\x1b[0m{line}" for line in failure()), "^C"]}, "yes", FAILED),
}
# fmt: on


def brought(place: Path, one: Brought) -> Run | None:
    for name, content in one.files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else text(content))
    try:
        return analyze([place], Settings(log_year=one.year, hash="none"))
    except EvidenceError:
        return None


@pytest.mark.parametrize("case", BLIND)
def test_the_answer_is_that_which_was_written_first(case: str, tmp_path: Path) -> None:
    right = BLIND[case]

    run = brought(tmp_path, right)

    assert (run.acceptable if run is not None else None) == right.acceptable
    told = run.episodes if run is not None else ()
    assert tuple(f"{one.episode.kind}@{one.episode.host}" for one in told) == right.episodes
    snapshots = run.snapshots if run is not None else ()
    assert tuple(dict.fromkeys(one.of for one in snapshots if one.state == "forwarded")) == right.forwarded
    assert [*blamed(run)] == [] if run is not None else True


def test_a_check_without_a_word_of_a_host_found_it_right_where_none_speaks_of_those(tmp_path: Path) -> None:
    """A log whose checks speak of hosts only where something is wrong: the last silent one bounds the fault."""
    down = f"WARNING Thread-3 ha_service.py:934 The Stargate of controller {OWN} is out of service"
    lost = [
        (300, f"WARNING Thread-3 ha_service.py:72 Datastores of host {HOST} have lost their controller {OWN}"),
        (310, f"INFO Thread-3 ha_service.py:1195 Host {HOST} shall be served by controller {REMOTE}"),
        (1500, f"INFO Thread-3 hypervisor_ha.py:170 Host {HOST} is being served by controller {REMOTE} from now on"),
    ]
    told = [(0, "INFO Thread-3 ha_service.py:375 The Stargates of all controllers are in service")]
    told += [(30_000, told[0][1]), (60_000, down), *((60_000 + ms, line) for ms, line in lost)]
    told += [(90_000, down), (120_000, down), *((120_000 + ms, line) for ms, line in lost), (150_000, down)]
    log = [genesis(BEGIN + timedelta(milliseconds=ms), line) for ms, line in told]

    run = brought(tmp_path, Brought({LEADER: log}))

    assert run is not None
    assert [(one.episode.kind, of_detection(one).verdict) for one in run.episodes] == [
        ("cvm-failure", "MET-OR-LATE"),
        ("route-deletion", "MET-OR-LATE"),
    ]
