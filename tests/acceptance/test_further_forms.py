"""More forms in which people bring evidence, each with its right answer, which was written before anybody tried it."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.errors import AutopathError
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.acceptance.test_no_blame import blamed
from tests.ingest.packing import tarred

DAY = "2026-08-19T"
HOST, OTHER_HOST, OWN, LEADER = "172.20.4.31", "172.20.4.32", "172.20.4.41", "172.20.4.42"
OTHER_OWN, THIRD = LEADER, "172.20.4.43"
ADD = f"esxcfg-route -a 192.168.5.2 255.255.255.255 {LEADER}"
DELETE = ADD.replace("-a", "-d")
LITTLE = {
    LEADER: "0x2a0414ac",
    THIRD: "0x2b0414ac",
    "192.168.5.2": "0x205a8c0",
    "192.168.33.2": "0x221a8c0",
    "172.20.4.1": "0x10414ac",
}
OTHERS, ALL_OF_THEM = "unknown", ("yes", "unknown")


class Form(msgspec.Struct, frozen=True):
    """Files by path, and what is right: the answer, or any of these; the kinds of the episodes; whether AP101 names
    somebody, or may; verdicts that must be there; what must be said of files that are no evidence.
    """

    files: Mapping[str, bytes | Iterable[str]]
    acceptable: str | tuple[str, ...] = "unknown"
    kinds: tuple[str, ...] = ()
    typed: bool = False
    verdicts: tuple[tuple[str, str], ...] = ()
    snapshots: tuple[tuple[str, str | None], ...] = ()
    codes: tuple[str, ...] = ()
    year: int | None = None


def stamped(at: str, rest: str) -> str:
    return f"{DAY}{at}Z {rest}"


def tcpip(action: str, gateway: str = LEADER, to: str = "192.168.5.2") -> str:
    return f"cpu7:2098222)Tcpip: 1733: {action} dstAddr={LITTLE[to]}, netMask=0xffffffff, gwAddr={LITTLE[gateway]} ifName=0x0x0, ifNameLen=0"


def kernel(*lines: tuple[str, str], first: int = 20 * 60, last: int = 21 * 60, every: int = 3) -> list[str]:
    """A kernel's log from 20:00 to 21:00, a routine line every three minutes."""
    routine = (
        (
            f"{m // 60:02d}:{m % 60:02d}:11.000",
            "cpu1:2097999)DVFilter: 6027: Checking disconnected filters for timeouts",
        )
        for m in range(first, last, every)
    )
    return [stamped(at, f"In(182) vmkernel: {text}") for at, text in sorted([*routine, *lines])]


def rfc5424(at: str, host: str, program: str, text: str, priority: str = "") -> str:
    return f"{priority}{stamped(at, f'{host} {program} - - [esx@4413] {text}')}"


def hostd(at: str, what: str, vm: str = "NTNX-9F21-A-CVM", user: str = "root") -> str:
    return stamped(
        at,
        f"info hostd[2098801] [Originator@6876 sub=Vimsvc.ha-eventmgr{f' opID=7a user={user}' if user else ''}] Event 881 : {vm} on  esx31.example in ha-datacenter is {what}",
    )


OFF = (hostd("20:10:00.100", "stopping"), hostd("20:10:00.900", "powered off", user=""))


def shell(at: str, line: str, user: str = "root") -> str:
    return stamped(at, f"In(14) shell[2100111]: [{user}]: {line}")


def session(at: str, login: str, command: str) -> list[str]:
    return [
        stamped(at, f"sshd[881]: Connection from {login} port 50111"),
        stamped(at, f"sshd[881]: User 'root' running command '{command}'"),
    ]


def genesis(at: str, module: str, text: str, level: str = "INFO") -> str:
    return f"2026-08-19 {at}Z {level} 80801248 {module} {text}"


def check(at: str) -> list[str]:
    """A check that found all well."""
    return [
        genesis(f"{at},100", "ha_service.py:412", f"All stargates are healthy: {OWN}, {LEADER}, {THIRD}"),
        *(
            genesis(
                f"{at},300", "ha_service.py:431", f"Forwarding for host {host} is as expected, local stargate {cvm}"
            )
            for host, cvm in ((HOST, OWN), (OTHER_HOST, LEADER), ("172.20.4.33", THIRD))
        ),
    ]


def failure(at: str = "20:10:15", second: int = 16) -> list[str]:
    """A check that found a CVM down, and what followed."""
    hour = at[:6]
    return [
        genesis(f"{at},100", "ha_service.py:420", f"Stargate on node {OWN} is down", "WARNING"),
        genesis(
            f"{at},200",
            "ha_service.py:451",
            f"Forwarding needs to be set for host {HOST}, stargate on node {OWN} is down",
            "WARNING",
        ),
        genesis(f"{at},250", "ha_service.py:470", f"Creating HA task to add HA route on host {HOST} via {LEADER}"),
        genesis(f"{hour}{second},100", "hypervisor_ha.py:187", f"Running on host {HOST}: {ADD}"),
        genesis(f"{hour}{second},600", "hypervisor_ha.py:201", f"Inserted HA route on host {HOST} via {LEADER}"),
    ]


def injected(at: str = "20:10:15") -> list[str]:
    """A check that found a route too many, and deleted it."""
    hour = at[:6]
    return [
        genesis(f"{at},100", "ha_service.py:412", f"All stargates are healthy: {OWN}, {LEADER}, {THIRD}"),
        genesis(
            f"{at},300",
            "ha_service.py:448",
            f"Illegal forwarding detected on host {HOST} to {LEADER}, stargate on node {OWN} is up",
            "WARNING",
        ),
        genesis(f"{at},350", "ha_service.py:470", f"Creating HA task to delete HA route on host {HOST} via {LEADER}"),
        genesis(f"{hour}16,000", "hypervisor_ha.py:243", f"Calling NfsTerminateConnection on {LEADER} for host {HOST}"),
        genesis(
            f"{hour}16,100", "hypervisor_ha.py:251", f"NfsTerminateConnection on {LEADER} for host {HOST} completed: 1"
        ),
        genesis(f"{hour}16,200", "hypervisor_ha.py:187", f"Running on host {HOST}: {DELETE}"),
        genesis(f"{hour}16,700", "hypervisor_ha.py:201", f"Removed HA route on host {HOST} via {LEADER}"),
    ]


def said_of(text: str) -> list[str]:
    """Ten checks that say this of the hosts."""
    return [
        genesis(f"20:{minute:02d}:{second},{part}00", "ha_service.py:412", what)
        for minute in range(5, 10)
        for second in ("15", "45")
        for part, what in ((1, f"All stargates are healthy: {OWN}, {LEADER}, {THIRD}"), (3, text))
    ]


HEALTHY = [line for minute in range(5, 10) for second in ("15", "45") for line in check(f"20:{minute:02d}:{second}")]
FAILED = [*HEALTHY, *failure()]
INJECTED = [*HEALTHY, *injected(), *check("20:10:45")]
ROUTES = (
    "VMkernel Routes:",
    "Network          Netmask          Gateway          Interface",
    "172.20.4.0       255.255.255.0    Local Subnet     vmk0",
    f"192.168.5.2      255.255.255.255  {LEADER}      vmk0",
    "default          0.0.0.0          172.20.4.1       vmk0",
)
NFS_LIST = (
    "Volume Name  Host         Share  Accessible  Mounted  Read-Only  isPE  Hardware Acceleration",
    "-----------  -----------  -----  ----------  -------  ---------  -----  ---------------------",
    "ctr1         192.168.5.2  /ctr1  true        true     false      false  Supported",
)
IDENT = "0c11d2e3-44f5a6b7"
LATE_APD = stamped(
    "20:10:44.000",
    f"vobd[2097451]:  [APDCorrelator] 661us: [esx.problem.storage.apd.start] Device or filesystem with identifier [{IDENT}] has entered the All Paths Down state.",
)


def pieces(name: str, lines: list[str], *cuts: int) -> dict[str, list[str]]:
    """A log as vm-support cuts it."""
    edges = [0, *cuts, len(lines)]
    return {f"{name}.FRAG-{number:05d}": lines[first:last] for number, (first, last) in enumerate(pairwise(edges))}


def text(lines: Iterable[str], encoding: str = "utf-8", end: str = "\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


TREE = "esx-esx31-2026-08-19--21.00-4411/"
SYSLOG = [
    f"Aug 19 20:{m:02d}:11 esx31 vmkernel: cpu1:2097999)DVFilter: 6027: Checking disconnected filters"
    for m in range(0, 60, 3)
]
FORMS: dict[str, Form] = {
    # a host's own logs, in pieces, in other headers
    "hostd in pieces": Form({**pieces(f"{HOST}/hostd.log", [hostd(f"20:0{m}:00.000", "powered on", "web-07") for m in range(9)] + list(OFF), 4, 9), f"{HOST}/vmkernel.log": kernel(("20:10:20.500", tcpip("add")))}, "yes", ("cvm-failure",), verdicts=(("outage", "MET-OR-LATE"),)),
    "typed, in ESXi 9's form": Form({"esx31.log": sorted([*(rfc5424(f"20:{m:02d}:11.000", "esx31", "vmkernel", "cpu1:2097999)DVFilter: 6027: x") for m in range(0, 60, 3)), rfc5424("20:09:59.700", "esx31", "shell", f"[root]: {ADD}"), rfc5424("20:10:00.100", "esx31", "vmkernel", tcpip("add")), rfc5424("20:10:34.000", "esx31", "vmkernel", tcpip("delete"))])}, "yes", ("route-injection",), typed=True),
    "the same with a priority": Form({"relay.log": sorted([*(rfc5424(f"20:{m:02d}:11.000", "esx31", "vmkernel", "cpu1:2097999)DVFilter: 6027: x", "<182>1 ") for m in range(0, 60, 3)), rfc5424("20:10:00.100", "esx31", "vmkernel", tcpip("add"), "<182>1 "), rfc5424("20:10:34.000", "esx31", "vmkernel", tcpip("delete"), "<182>1 ")], key=lambda line: line.split(" ")[1])}, "unknown", ("unexplained",)),
    "traditional syslog, the datastore lost": Form({f"{HOST}/syslog": sorted([*SYSLOG, f"Aug 19 20:10:20 esx31 vmkernel: {tcpip('add')}", "Aug 19 20:10:00 esx31 Hostd: info hostd[2098801] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 881 : NTNX-9F21-A-CVM on  esx31.example in ha-datacenter is powered off"]), f"{HOST}/vobd.log": [LATE_APD], f"{HOST}/commands/localcli_storage-nfs-list.txt": NFS_LIST}, "no", ("cvm-failure",), year=2026),
    "an APD of a device": Form({f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": kernel(("20:10:20.500", tcpip("add")), ("20:10:40.000", "cpu3:2098111)StorageApdHandler: 1204: APD start for 0x4304 [naa.60a98000572d54724a]")) }, "yes", ("cvm-failure",)),
    "an APD of what nothing names": Form({f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": kernel(("20:10:20.500", tcpip("add"))), f"{HOST}/vobd.log": [LATE_APD]}, "unknown", ("cvm-failure",), verdicts=(("outage", "UNDECIDED"),)),
    "a lost server with a slash": Form({f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": kernel(("20:10:58.500", tcpip("add"))), f"{HOST}/vobd.log": [stamped("20:12:05.000", "vobd[2097451]:  [vmfsCorrelator] 991us: [esx.problem.vmfs.nfs.server.disconnect] Lost connection to server 192.168.5.2/ctr1 mount point 0c11d2e3-44f5a6b7-0000-000000000000 mounted as ctr1")]}, ("no", "unknown"), ("cvm-failure",)),
    "noise of vobd": Form({f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": kernel(("20:10:20.500", tcpip("add"))), f"{HOST}/vobd.log": [stamped("20:10:25.000", "vobd[2097451]:  [APDCorrelator] 71us: No correlator for vob.vmfs.nfs.server.restored")]}, "yes", ("cvm-failure",)),
    "powered off by nobody, beside another VM": Form({f"{HOST}/hostd.log": [hostd("20:09:00.000", "powered off", "web-07", "alice"), hostd("20:10:00.900", "powered off", user="")], f"{HOST}/vmkernel.log": kernel(("20:10:20.500", tcpip("add")))}, "unknown", ("cvm-failure",)),
    "hostd alone": Form({f"{HOST}/hostd.log": [*OFF, hostd("20:20:00.000", "powered on")]}, "unknown", ("cvm-failure",)),
    "a kernel that begins after the fault": Form({f"{HOST}/vmkernel.log": kernel(("20:10:16.400", tcpip("add")), first=20 * 60 + 9), f"{LEADER}/genesis.out": FAILED}, "yes", ("cvm-failure",)),
    "the host's own CVM adds it from inside": Form({f"{HOST}/auth.log": session("20:10:16", "192.168.5.2", ADD), f"{HOST}/vmkernel.log": kernel(("20:10:16.400", tcpip("add")))}, "unknown", ("cvm-failure",)),
    # who did it
    "typed by a person, deleted by Genesis": Form({f"{HOST}/shell.log": [shell("20:09:58", f"esxcli network ip route ipv4 add --network=192.168.5.2/32 --gateway={LEADER}", "ops")], f"{LEADER}/genesis.out": INJECTED}, "yes", ("route-injection",), typed=True, verdicts=(("detection", "MET"),)),
    "typed into a file only": Form({f"{HOST}/shell.log": [shell("20:09:50", "cat > /tmp/fix.sh <<'END'"), shell("20:09:51", ADD), shell("20:09:52", "END"), shell("20:09:53", "chmod +x /tmp/fix.sh")], f"{HOST}/vmkernel.log": kernel()}, "unknown", typed=True),
    "a shell that was fed": Form({f"{HOST}/shell.log": [shell("20:09:50", "sh -x <<END"), shell("20:09:58", ADD), shell("20:09:59", "END")], f"{LEADER}/genesis.out": INJECTED}, "yes", ("route-injection",), typed=True),
    "looked at in a loop": Form({f"{HOST}/shell.log": [shell("20:09:50", "while true; do esxcfg-route -l | grep 5.2; sleep 1; done"), shell("20:09:55", f"echo {ADD}"), shell("20:09:56", "history | grep esxcfg-route")], f"{LEADER}/genesis.out": FAILED, f"{HOST}/vmkernel.log": kernel(("20:10:16.300", tcpip("add")))}, "yes", ("cvm-failure",)),
    "exchanged by hand": Form({f"{HOST}/shell.log": [shell("20:12:00", f"{DELETE}; esxcfg-route -a 192.168.5.2/32 {THIRD}")], f"{HOST}/vmkernel.log": kernel(("20:10:16.300", tcpip("add")), ("20:12:00.400", tcpip("delete")), ("20:12:00.544", tcpip("add", THIRD))), f"{LEADER}/genesis.out": FAILED}, "yes", ("cvm-failure",), typed=True),
    "two hosts in one file, one typed": Form({"hosts.log": sorted([*(rfc5424(f"20:{m:02d}:11.000", host, "vmkernel", "cpu1:2097999)DVFilter: 6027: x") for m in range(0, 60, 3) for host in ("esx31", "esx32")), rfc5424("20:09:59.900", "esx31", "shell", f"[root]: {ADD}"), rfc5424("20:10:00.100", "esx31", "vmkernel", tcpip("add")), rfc5424("20:10:02.100", "esx32", "vmkernel", tcpip("add", THIRD))])}, "unknown", ("unexplained", "unexplained"), typed=True),
    # tables and consoles
    "esxcli before and after": Form({"esx31.txt": ["[root@esx31:~] date -u", "Wed Aug 19 20:12:00 UTC 2026", "[root@esx31:~] esxcli network ip route ipv4 list", "Network      Netmask          Gateway      Interface  Source", "-----------  ---------------  -----------  ---------  ------", f"192.168.5.2  255.255.255.255  {LEADER}  vmk0       MANUAL", "default      0.0.0.0          172.20.4.1   vmk0       MANUAL"]}, "unknown", snapshots=(("forwarded", LEADER),)),
    "a table in UTF-16, big end first": Form({"esx31/esxcfg-route_-l.txt": text(ROUTES, "utf-16-be")}, "unknown", snapshots=(("forwarded", LEADER),)),
    "a cluster that is started": Form({"console.txt": ["nutanix@NTNX-9F21-B-CVM:172.20.4.42:~$ cluster start", "2026-08-19 20:10:00,100Z INFO cluster:2930 Starting services", f"Waiting on {OWN} (Up) to start:  ZkSettings Stargate", f"CVM: {OWN} Up", "                  Stargate   UP       [26974, 27094]", f"CVM: {LEADER} Up, ZeusLeader", "                  Stargate   UP       [26974, 27094]"]}, "unknown"),
    # what passed through hands
    "healthy, big end first, without a mark": Form({f"{LEADER}/genesis.out": text(HEALTHY, "utf-16-be")}, "yes"),
    "healthy, gz in tar in zip": Form({"NCC.zip": zipped({"NCC-logs-2026-08-19-1-17.tar": tarred({f"{LEADER}/cvm_logs/genesis.out.20260819-200000Z.gz": gzip.compress(text(HEALTHY))})})}, "yes"),
    "a failure as a ticket quotes it": Form({"ticket.txt": [f"> {line}".replace("  ", " ") for line in FAILED]}, "yes", ("cvm-failure",)),
    "searched on every CVM": Form({"allssh.txt": [f"================== {OWN} =================", f"================== {LEADER} =================", *(line for line in FAILED if "stargate" in line.lower() or "HA " in line or "esxcfg" in line), f"================== {THIRD} ================="]}, ALL_OF_THEM, ("cvm-failure",)),
    # what is no evidence, beside what is
    "an export of vCenter's events": Form({"events.csv": ["Date Time,Type,User,Description", '"08/19/2026 20:10:00","info","VSPHERE.LOCAL\\bob","NTNX-9F21-A-CVM on esx31 is powered off"'], f"{HOST}/vmkernel.log": kernel(("20:10:16.300", tcpip("add")))}, "unknown", ("unexplained",)),
    "Wireshark's rows": Form({"packets.csv": ['"No.","Time","Source","Destination","Protocol","Length","Info"', '"1","0.000000","192.168.5.1","192.168.5.2","NFS","214","V3 GETATTR Call"'], f"{LEADER}/genesis.out": HEALTHY}, "yes"),
    "printed packets": Form({"dump.txt": ["20:10:00.100000 00:50:56:aa:00:01 > 00:50:56:aa:00:02, ethertype IPv4 (0x0800), length 214: 192.168.5.1.899 > 192.168.5.2.2049: NFS request xid 1 140 getattr"], f"{LEADER}/genesis.out": INJECTED}, ("yes", "unknown"), ("route-injection",)),
    # what its checks say of some
    "all but one as expected": Form({f"{LEADER}/genesis.out": said_of(f"All but {HOST} forward as expected: {OTHER_HOST}, 172.20.4.33")}, "unknown"),
    "one astray": Form({f"{LEADER}/genesis.out": said_of(f"data path census: {HOST} misrouted; {OTHER_HOST} 172.20.4.33 fine")}, "unknown"),
    "all as expected": Form({f"{LEADER}/genesis.out": said_of(f"Forwarding is as expected on hosts {HOST}, {OTHER_HOST}, 172.20.4.33")}, "yes"),
    # other storage
    "another product's address": Form({f"{HOST}/vmkernel.log": kernel(("20:10:16.300", tcpip("add", LEADER, "192.168.33.2")), ("20:10:50.000", tcpip("delete", LEADER, "192.168.33.2")))}, "unknown", codes=("AP118",)),
    "an APD of another server beside checks": Form({f"{LEADER}/genesis.out": HEALTHY, f"{HOST}/vobd.log": [stamped("20:07:00.000", "vobd[2097451]:  [vmfsCorrelator] 91us: [esx.problem.vmfs.nfs.server.disconnect] Lost connection to server 10.99.0.5 mount point /iso mounted as 1111aaaa-2222bbbb-0000-000000000000 (iso)")]}, "yes", codes=("AP117",)),
    # whose it is
    "a host's log in its CVM's tree": Form({f"NCC-logs-2026-08-19-1-17/{OWN}/hypervisor_logs/shell.log": [shell("20:09:58", ADD)], f"NCC-logs-2026-08-19-1-17/{LEADER}/cvm_logs/genesis.out": INJECTED}, "yes", ("route-injection",), typed=True, verdicts=(("detection", "MET"),)),
}  # fmt: skip


def brought(form: Form, folder: Path) -> Run | None:
    for name, content in form.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else text(content))
    try:
        return analyze([folder], Settings(log_timezone="UTC", hash="none", log_year=form.year))
    except AutopathError:
        return None


@pytest.mark.parametrize("name", FORMS)
def test_the_answer_is_right(name: str, tmp_path: Path) -> None:
    form = FORMS[name]

    run = brought(form, tmp_path)

    assert run is not None
    kinds = tuple(one.episode.kind for one in run.episodes)
    right = form.acceptable if isinstance(form.acceptable, tuple) else (form.acceptable,)
    assert (run.acceptable in right, kinds) == (True, form.kinds), (run.acceptable, kinds)
    codes = {one.code for one in (*run.findings, *(each for one in run.episodes for each in one.findings))}
    assert ("AP101" in codes) == form.typed
    assert {*form.codes} <= codes
    judged = {(each.metric, each.verdict) for one in run.episodes for each in one.judgements}
    assert {*form.verdicts} <= judged
    assert {*form.snapshots} <= {(one.state, one.via) for one in run.snapshots}
    assert not [*blamed(run)]
