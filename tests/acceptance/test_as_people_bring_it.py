"""Small folders as people bring them, each with its right answer: by what is misleading about them.

Made from what is known of the forms, before anybody looked at how they are read: what a host's own logs tell, what
blames nobody, what is about other storage, tables of a moment, whose it is, what is no evidence, and what passed through
hands.
"""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.errors import AutopathError
from analyzer.model.run import Run
from analyzer.pipeline import analyze

DAY, HOST, CVM = "2026-05-04T", "10.7.0.13", "10.7.0.21"
STORAGE = "192.168.5.2"


class Brought(msgspec.Struct, frozen=True):
    """Files by path, and what is right: the answer, the episodes (kind@host), codes that must not be raised, words of
    the snapshots that must be there, the verdict on the outage; `run` None: there is nothing to analyse.
    """

    files: Mapping[str, Iterable[str]]
    acceptable: str | None = "unknown"
    episodes: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    shown: tuple[tuple[str, str | None, str | None], ...] = ()
    by: str = ""
    outage: str = ""


def kernel(at: str, text: str) -> str:
    return f"{DAY}{at}Z In(182) vmkernel: cpu4:2098111){text}"


def route(at: str, action: str, gateway: str = CVM, to: str = STORAGE) -> str:
    words = (f"0x{int.from_bytes(ipaddress.ip_address(one).packed, 'little'):x}" for one in (to, gateway))
    return kernel(
        at, "Tcpip: 1732: {} dstAddr={}, netMask=0xffffffff, gwAddr={} ifName=0x0x0, ifNameLen=0".format(action, *words)
    )


def vmkernel(*lines: str) -> list[str]:
    """A kernel's log from 09:00 to 09:56: the mount, a routine line every four minutes, and these lines."""
    mounted = 'NFS: 346: Restored connection to the server 192.168.5.2 mount point /nutanix01, mounted as 7c11ab90-55e0d3f1-0000-000000000000 ("nutanix01")'
    routine = (
        kernel(
            f"09:{minute:02d}:07.100", 'ScsiDeviceIO: 4124: Cmd(0x45d90f00) 0x1a to dev "mpx.vmhba32:C0:T0:L0" failed'
        )
        for minute in range(0, 60, 4)
    )
    return sorted([kernel("09:00:01.250", mounted), *routine, *lines])


def hostd(at: str, what: str, vm: str = "NTNX-A1-C-CVM", user: str = r"VSPHERE.LOCAL\alice") -> str:
    said = f" opID=l3k2-99 user={user}" if user else ""
    return f"{DAY}{at}Z info hostd[2099000] [Originator@6876 sub=Vimsvc.ha-eventmgr{said}] Event 4711 : {vm} on  esx3.corp.example in ha-datacenter is {what}"


def session(at: str, login: str, command: str = "") -> list[str]:
    told = [f"Connection from {login} port 40111", f"Accepted publickey for root from {login} port 40111 ssh2"]
    told += [f"User 'root' running command '{command}'"] if command else []
    return [f"{DAY}{at}.{place}00Z In(38) sshd[{at.replace(':', '')}]: {text}" for place, text in enumerate(told, 1)]


def typed(at: str, line: str) -> str:
    return f"{DAY}{at}Z In(14) shell[2100777]: [root]: {line}"


def vobd(at: str, text: str) -> str:
    return f"{DAY}{at}Z In(14) vobd[2097660]:  {text}"


def checked(second: str) -> list[str]:
    """A check that finds two hosts at their own CVMs."""
    well = {HOST: CVM, "10.7.0.14": "10.7.0.22"}
    told = ["All stargates are healthy: ['10.7.0.21', '10.7.0.22']"]
    told += [f"Forwarding for host {host} is as expected, local stargate {cvm}" for host, cvm in well.items()]
    return [
        f"2026-05-04 09:10:{second[:2]},{place}00Z INFO ha_service.py:531 {text}" for place, text in enumerate(told, 1)
    ]


def table(*rows: str) -> list[str]:
    """A route table with these rows besides."""
    head = "Network          Netmask          Gateway          Interface"
    return [
        "VMkernel Routes:",
        head,
        "10.7.0.0         255.255.255.0    Local Subnet     vmk0",
        *rows,
        "default          0.0.0.0          10.7.0.1         vmk0",
    ]


ADD, DELETE = (f"esxcfg-route {way} 192.168.5.2 255.255.255.255 {CVM}" for way in ("-a", "-d"))
OFF = (hostd("09:30:00.000", "stopping"), hostd("09:30:00.700", "powered off", user=""))
FORWARDED = f"192.168.5.2      255.255.255.255  {CVM}        vmk0"
APD = "StorageApdHandler: 1204: APD {} for 0x430a8d8b2f40 [7c11ab90-55e0d3f1]"
RETRY = "NFS: 6339: Status:No connection. Retrying synchronous write I/O 10 of 25 times"
WAITED = kernel("09:30:09.100", RETRY.replace("10 of", "1 of"))
LOCK = "NFSLock: {} accessing fd 0x43088f61ece0(vm02-1-flat.vmdk)"
OTHER_MOUNT = 'NFS: 346: Restored connection to the server 10.44.0.9 mount point /iso, mounted as 1111aaaa-2222bbbb-0000-000000000000 ("iso")'
ELSEWHERE = "esxcfg-route {} 10.200.1.9/32 10.7.0.1"
AT_FIRST = session("09:00:00", CVM)
PORTS = (
    "Interface  Port Group/DVPort   IP Family IP Address   Netmask",
    f"vmk0       Management Network  IPv4      {HOST}    255.255.255.0",
)
TREE = "NCC-logs-2026-05-04-77-1777/10.7.0.23"
LOOP = [
    line
    for minute in range(28, 40)
    for line in (f"Mon May  4 09:{minute}:00 UTC 2026", *table(*([FORWARDED] if 31 <= minute < 36 else [])))
]
AT_TWELVE = "Mon May  4 09:12:00 UTC 2026"

BROUGHT: dict[str, Brought] = {
    # what a host's own logs tell
    "switched off, forwarded and given back in sessions": Brought(
        {
            f"{HOST}/hostd.log": (*OFF, hostd("09:40:00.000", "powered on")),
            f"{HOST}/vmkernel.log": vmkernel(route("09:30:21.400", "add"), route("09:48:05.100", "delete")),
            f"{HOST}/auth.log": (*AT_FIRST, *session("09:30:21", CVM, ADD), *session("09:48:05", CVM, DELETE)),
        },
        "yes", (f"cvm-failure@{HOST}", f"cvm-recovery@{HOST}"), by=r"VSPHERE.LOCAL\alice",
    ),
    "switched off by an agent, forwarded by nobody known": Brought(
        {f"{HOST}/hostd.log": [line.replace(r"VSPHERE.LOCAL\alice", "vpxuser") for line in OFF], f"{HOST}/vmkernel.log": vmkernel(route("09:30:24.400", "add"))},
        "yes", (f"cvm-failure@{HOST}",), ("AP101",), by="vpxuser",
    ),
    "switched off, all in one folder without a name": Brought(
        {"hostd.log": OFF, "vmkernel.log": vmkernel(route("09:30:24.400", "add"))}, "yes", ("cvm-failure@esx3.corp.example",), ("AP101",),
    ),
    "switched off, and never forwarded": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": vmkernel()}, "unknown", (f"cvm-failure@{HOST}",), ("AP101",),
    ),
    "switched off, forwarded late, and the datastore lost": Brought(
        {
            f"{HOST}/hostd.log": OFF,
            f"{HOST}/vmkernel.log": vmkernel(kernel("09:30:47.300", APD.format("start")), route("09:31:18.000", "add"), kernel("09:31:25.000", APD.format("exit"))),
            f"{HOST}/auth.log": session("09:31:17", CVM, ADD),
        },
        "no", (f"cvm-failure@{HOST}",),
    ),
    "retried for 90 s, without a line on All Paths Down": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": vmkernel(route("09:30:24.400", "add"), kernel("09:31:40.000", RETRY))},
        "unknown", (f"cvm-failure@{HOST}",),
    ),
    "retried for 90 s, of one of two servers": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": vmkernel(route("09:30:24.400", "add"), kernel("09:00:02.000", OTHER_MOUNT), kernel("09:31:40.000", RETRY))},
        "yes", (f"cvm-failure@{HOST}",),
    ),
    "files locked out for a minute": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": vmkernel(route("09:30:24.400", "add"), kernel("09:30:40.000", LOCK.format("1505: Stop")), kernel("09:31:41.000", LOCK.format("1469: Start")))},
        "unknown", (f"cvm-failure@{HOST}",),
    ),
    "files locked out for a short while": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": vmkernel(route("09:30:24.400", "add"), kernel("09:30:20.000", LOCK.format("1505: Stop")), kernel("09:30:31.000", LOCK.format("1469: Start")))},
        "yes", (f"cvm-failure@{HOST}",),
    ),
    "another VM switched off": Brought(
        {f"{HOST}/hostd.log": [line.replace("NTNX-A1-C-CVM", "db-prod-CVM2") for line in OFF], f"{HOST}/vmkernel.log": vmkernel()},
    ),
    # who did it
    "typed on another host than it ran on": Brought(
        {f"{HOST}/shell.log": [typed("09:10:00", f"ssh root@10.7.0.14 '{ADD}'")], f"{HOST}/vmkernel.log": vmkernel()},
        "unknown", ("unexplained@10.7.0.14",),
    ),
    "asked for help, printed and searched": Brought(
        {f"{HOST}/shell.log": [typed("09:10:00", line) for line in ("esxcfg-route --help", f"printf '%s' '{ADD}' | tee /tmp/todo", f": {ADD}", "less shell.log | grep esxcfg-route")]},
        never=("AP101",),
    ),
    "a session of a workstation": Brought(
        {f"{HOST}/auth.log": session("09:10:00", "10.7.9.200", ADD), f"{HOST}/vmkernel.log": vmkernel(route("09:10:00.900", "add"))},
        "unknown", (f"unexplained@{HOST}",), ("AP101",),
    ),
    "a route of which only a table tells": Brought(
        {"esx3.txt": ["[root@esx3:~] date", AT_TWELVE, "[root@esx3:~] esxcli network ip route ipv4 list", "Network      Netmask          Gateway    Interface  Source", "-----------  ---------------  ---------  ---------  ------", f"192.168.5.2  255.255.255.255  {CVM}  vmk0       MANUAL"]},
        never=("AP101",), shown=(("forwarded", "esx3", CVM),),
    ),
    "a loop of tables": Brought({"esx3/loop.txt": LOOP}, "unknown", ("unexplained@esx3",), ("AP101",), shown=(("forwarded", "esx3", CVM),)),
    # other storage
    "routes to elsewhere": Brought(
        {
            f"{HOST}/shell.log": [typed("09:20:00", ELSEWHERE.format("-a")), typed("09:24:59", ELSEWHERE.format("-d"))],
            f"{HOST}/vmkernel.log": vmkernel(route("09:20:00.100", "add", "10.7.0.1", "10.200.1.9"), route("09:25:00.000", "delete", "10.7.0.1", "10.200.1.9")),
        },
        never=("AP101", "AP102"),
    ),
    "a device lost": Brought(
        {
            f"{HOST}/vmkernel.log": vmkernel(kernel("09:20:00.000", "StorageApdHandler: 1204: APD Start for ident [naa.6000eb3a2be7d0ee]!")),
            f"{HOST}/vobd.log": [vobd("09:20:00.000", "[APDCorrelator] 77us: [esx.problem.storage.apd.start] Device or filesystem with identifier [t10.ATA_____X] has entered the All Paths Down state.")],
        },
        never=("AP102",),
    ),
    "another server lost": Brought(
        {f"{HOST}/vmkernel.log": vmkernel(), f"{HOST}/vobd.log": [vobd("09:20:00.000", "[vmfsCorrelator] 77us: [esx.problem.vmfs.nfs.server.disconnect] 10.44.0.9/iso 1111aaaa-2222bbbb-0000-000000000000 iso")]},
        never=("AP102",),
    ),
    "a table with a route to another server": Brought({f"{HOST}/esxcfg-route_-l.txt": table("10.44.0.9        255.255.255.255  10.7.0.1         vmk0")}, shown=(("not-forwarded", HOST, None),)),
    "a datastore of another server that is not reached": Brought(
        {f"{HOST}/nfs.txt": ["Volume Name  Host         Share       Accessible  Mounted", "iso          10.44.0.9    /iso            false     true"]}, never=("AP102",),
    ),
    # tables of a moment
    "connections on a CVM": Brought(
        {"cvm.txt": ["nutanix@NTNX-A1-B-CVM:10.7.0.22:~$ date; netstat -an | grep 2049", AT_TWELVE, f"tcp        0      0 192.168.5.2:2049        {HOST}:871           ESTABLISHED"]},
        shown=(("connected", HOST, "10.7.0.22"),),
    ),
    "the datastore not reached": Brought(
        {"esx3/nfs.txt": ["[root@esx3:~] date", AT_TWELVE, "[root@esx3:~] esxcli storage nfs list", "Volume Name  Host         Share       Accessible  Mounted", "nutanix01    192.168.5.2  /nutanix01       false     true"]},
        shown=(("datastore-inaccessible", "esx3", None),),
    ),
    "the tables of all hosts": Brought(
        {"out.txt": ["nutanix@NTNX-A1-A-CVM:10.7.0.21:~$ date -u; hostssh esxcfg-route -l", AT_TWELVE, "======= 10.7.0.11 =======", *table(), "======= 10.7.0.12 =======", *table(FORWARDED)]},
        shown=(("forwarded", "10.7.0.12", CVM), ("not-forwarded", "10.7.0.11", None)),
    ),
    # whose it is
    "two hosts in one file": Brought(
        {"all.log": [f"{DAY}09:{minute:02d}:00.000Z {host} vmkernel: cpu1:2097500){text}" for minute in range(0, 58, 5) for host in ("esx1", "esx2") for text in ([route("x", "add").partition(")Tcpip")[2].join(("Tcpip", ""))] if (minute, host) == (30, "esx2") else ["ScsiDeviceIO: 3469: Cmd 0x1a failed"])]},
        "unknown", ("unexplained@esx2",), ("AP101",),
    ),
    "a host's logs and ports in its CVM's tree": Brought(
        {f"{TREE}/hypervisor_logs/vmkernel.log": vmkernel(route("09:31:00.000", "add")), f"{TREE}/hypervisor_cfg/esxcfg-vmknic_-l.txt": PORTS},
        "unknown", (f"unexplained@{HOST}",), ("AP101",),
    ),
    # what is no evidence
    "notes and exports": Brought({"notes.txt": ["At 09:30 I pulled the plug. See vmkernel.log and genesis.out."], "export.csv": ["time,entity,severity,description", "2026-05-04 09:30:00,esx3,warning,Host lost connectivity"]}, None),
    "a TOML of something else, and tcpdump's text": Brought(
        {"pyproject.toml": ["[tool.black]", "line-length = 100"], "tcpdump.txt": ["09:30:00.123456 IP 192.168.5.1.871 > 192.168.5.2.2049: Flags [P.], seq 1:101, ack 1, win 512, length 100: NFS request"], f"{HOST}/vmkernel.log": vmkernel()},
    ),
    # what passed through hands
    "a terminal that follows two logs": Brought(
        {"putty.log": ["=~=~=~=~=~=~= PuTTY log 2026.05.04 09:20:00 =~=~=~=~=~=~=", "\x1b[0m[root@esx3:~] tail -F vmkernel.log shell.log", "==> /var/run/log/vmkernel.log <==", route("09:31:00.700", "add"), "", "==> /var/run/log/shell.log <==", typed("09:31:00", ADD)]},
        "unknown", ("unexplained@esx3",),
    ),
    "a console beside a log without a name": Brought(
        {"console.txt": ["[root@esx3:~] date -u", AT_TWELVE, "[root@esx3:~] esxcfg-route -l", *table(), "[root@esx3:~]"], "vmkernel.log": vmkernel(route("09:31:00.700", "add"))},
        "unknown", ("unexplained@esx3",), shown=(("not-forwarded", "esx3", None),),
    ),
    "consoles of two hosts beside a log without a name": Brought(
        {f"{name}.txt": [f"[root@{name}:~] esxcfg-route -l", *table()] for name in ("esx3", "esx4")} | {"vmkernel.log": vmkernel(route("09:31:00.700", "add"))},
        "unknown", ("unexplained@None",),
    ),
    "two hosts on one console": Brought(
        {"putty.log": ["[root@esx3:~] tail /var/log/vmkernel.log", *vmkernel(), "[root@esx3:~] ssh esx4", "[root@esx4:~] tail /var/log/vmkernel.log", *vmkernel(route("09:31:00.700", "add")), "[root@esx4:~] esxcfg-route -l", *table(FORWARDED)]},
        "unknown", ("unexplained@esx4",), shown=(("forwarded", "esx4", CVM),),
    ),
    "three logs of a host on one console": Brought(
        {
            "putty.log": [
                "[root@esx3:~] cat /var/log/hostd.log", *OFF,
                "[root@esx3:~] cat /var/log/vmkernel.log", *vmkernel(route("09:30:21.400", "add")),
                "[root@esx3:~] cat /var/log/auth.log", *session("09:30:21", CVM, ADD),
            ],
        },
        "yes", ("cvm-failure@esx3",), by=r"VSPHERE.LOCAL\alice",
    ),
    "a search for a host's route changes is no log without a loss": Brought(
        {
            "putty.log": [
                "[root@esx3:~] cat /var/log/hostd.log", *OFF,
                "[root@esx3:~] grep Tcpip /var/log/vmkernel.log", kernel("09:00:00.000", "Tcpip: 1200: up"), route("09:30:21.400", "add"), kernel("09:56:00.000", "Tcpip: 1200: up"),
                "[root@esx3:~] cat /var/log/auth.log", *session("09:30:21", CVM, ADD),
            ],
        },
        "yes", ("cvm-failure@esx3",), outage="NOT-JUDGED",
    ),
    "a search for what was found right": Brought(
        {"genesis.out": [line for second in ("05:00", "35:00") for line in checked(second) if "10.7.0.13" not in line or second == "05:00"]},
    ),
    "a command that the kernel's log, which has that time, does not have": Brought(
        {f"{HOST}/shell.log": [typed("09:30:00", ADD)], f"{HOST}/vmkernel.log": vmkernel()}, "unknown",
    ),
    "a kernel log of which a piece is missing": Brought(
        {
            f"{HOST}/hostd.log": OFF, f"{HOST}/auth.log": session("09:30:21", CVM, ADD),
            f"{HOST}/vmkernel.log.FRAG-00000": vmkernel(route("09:30:21.400", "add"))[:9], f"{HOST}/vmkernel.log.FRAG-00002": vmkernel()[9:],
        },
        "yes", (f"cvm-failure@{HOST}",), outage="NOT-JUDGED",
    ),
    "a kernel log of which a piece is missing, with retries": Brought(
        {
            f"{HOST}/hostd.log": OFF, f"{HOST}/auth.log": session("09:30:21", CVM, ADD),
            f"{HOST}/vmkernel.log.FRAG-00000": vmkernel(WAITED, route("09:30:21.400", "add"))[:10], f"{HOST}/vmkernel.log.FRAG-00002": vmkernel()[9:],
        },
        "unknown", (f"cvm-failure@{HOST}",), outage="UNDECIDED",
    ),
    "a kernel log that begins with the repair": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/auth.log": session("09:30:21", CVM, ADD), f"{HOST}/vmkernel.log": [route("09:30:21.400", "add")]},
        "yes", (f"cvm-failure@{HOST}",), outage="NOT-JUDGED",
    ),
    "a kernel log that begins with a retry": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/auth.log": session("09:30:21", CVM, ADD), f"{HOST}/vmkernel.log": [WAITED, route("09:30:21.400", "add")]},
        "unknown", (f"cvm-failure@{HOST}",), outage="UNDECIDED",
    ),
    "retries in a kernel log that covers them": Brought(
        {f"{HOST}/hostd.log": OFF, f"{HOST}/auth.log": session("09:30:21", CVM, ADD), f"{HOST}/vmkernel.log": vmkernel(WAITED, route("09:30:21.400", "add"))},
        "yes", (f"cvm-failure@{HOST}",), outage="MET-OR-LATE",
    ),
    "checks of which a piece is missing": Brought({f"{CVM}/genesis.out.FRAG-00000": checked("05:00"), f"{CVM}/genesis.out.FRAG-00002": checked("35:00")}),
    "checks in two pieces": Brought({f"{CVM}/genesis.out.FRAG-00000": checked("05:00"), f"{CVM}/genesis.out.FRAG-00001": checked("35:00")}, "yes"),
    "checks on a console, searched for": Brought({"putty.log": ["nutanix@NTNX-A1-B-CVM:10.7.0.22:~$ grep -e healthy -e expected ~/data/logs/genesis.out", *checked("05:00"), *checked("35:00")]}),
    "checks on a console": Brought({"putty.log": ["nutanix@NTNX-A1-B-CVM:10.7.0.22:~$ tail ~/data/logs/genesis.out", *checked("05:00"), *checked("35:00")]}, "yes"),
    "grep with the lines after each": Brought(
        {"a.txt": [f"12:{route('09:31:00.700', 'add')}", "13-" + vmkernel()[9], "--", f"77:{route('09:51:00.700', 'delete')}", "78-" + vmkernel()[14]]},
        "unknown", ("unexplained@None",), ("AP101",),
    ),
    "grep over paths, with the lines before": Brought(
        {"g.txt": ["var/log/vmkernel.log-12-" + vmkernel()[0], f"var/log/vmkernel.log:13:{route('09:31:00.700', 'add')}", "--", f"var/log/vmkernel.log:99:{route('09:51:00.700', 'delete')}"]},
        "unknown", ("unexplained@None",), ("AP101",),
    ),
}  # fmt: skip


def brought(folder: Path, files: Mapping[str, Iterable[str]]) -> Run | None:
    for name, lines in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n")
    try:
        return analyze([folder], Settings(log_timezone="UTC", hash="none"))
    except AutopathError:
        return None


@pytest.mark.parametrize("case", BROUGHT)
def test_the_answer_is_right(case: str, tmp_path: Path) -> None:
    right = BROUGHT[case]

    run = brought(tmp_path, right.files)

    assert (run and run.acceptable) == right.acceptable
    judged = run.episodes if run else ()
    episodes = [one.episode for one in judged]
    assert tuple(f"{one.kind}@{one.host}" for one in episodes) == right.episodes
    told = (*run.findings, *(each for one in run.episodes for each in one.findings)) if run else ()
    assert not {finding.code for finding in told} & {*right.never}
    assert {*right.shown} <= {(one.state, one.of, one.via) for one in (run.snapshots if run else ())}
    assert right.outage in {each.verdict for one in judged for each in one.judgements if each.metric == "outage"} | {""}
    assert right.by in {claim.statement.by for one in episodes for claim in one.claims} | {""}
