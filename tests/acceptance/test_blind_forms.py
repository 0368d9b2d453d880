"""More folders as people bring them, each with its right answer, written from what is known of the forms alone: host
logs without any CVM's, tables of a moment, one direction, wrappers within wrappers, several clusters and other servers.
"""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.brought import (
    ADD,
    BEGIN,
    DELETE,
    HOST,
    OWN,
    REMOTE,
    RETRY,
    UUID,
    Brought,
    brought,
    checks,
    failure,
    genesis,
    hostd,
    kernel,
    route,
    session,
    table,
    text,
    told,
    typed,
    zipped,
)
from tests.ingest.packing import tarred

IDLE = "World: 12231: VC opID x maps to vmkernel opID y"
QUIET = "2025-11-02T09:30:00.120Z: [netCorrelator] 4286243989us: [vob.net.vmnic.linkstate.up] vmnic vmnic0 linkstate up"
OFF, ON = ("stopping", "powered off"), ("powered on",)


def old_kernel(at: str, line: str) -> str:
    """ESXi 7's form."""
    return f"2025-11-02T{at}Z cpu3:2097803 opID=614b2877){line}"


def new_year(host: str, lines: list[tuple[str, str]]) -> list[str]:
    return [f"{at} {host} {line}" for at, line in lines]


def structured(priority: int, at: str, host: str, program: str, line: str) -> str:
    return f"<{priority}>1 2025-11-02T{at}Z {host} {program} [esx@4413] {line}"


def elsewhere(line: str) -> str:
    """A line of another cluster, whose addresses are others."""
    return line.replace("192.168.1.", "10.20.30.")


def old_form(line: str) -> str:
    """AOS 4's stamps: no milliseconds and no zone."""
    stamp, _, rest = line.partition(",")
    return f"{stamp} {rest.partition('Z ')[2]}"


def cut(lines: list[str], at: int) -> tuple[bytes, bytes]:
    """A log in two parts, cut within a line."""
    whole = text(lines)
    return whole[:at], whole[at:]


POWERED = [hostd("10:00:00.733", OFF[0]), hostd("10:00:01.411", OFF[1]), hostd("10:10:18.928", ON[0])]
KERNEL = [
    kernel("09:40:00.000", IDLE),
    kernel("10:00:22.300", route("add")),
    kernel("10:17:41.400", route("delete")),
    kernel("10:40:00.000", IDLE),
]
SESSIONS = [*session("10:00:22", ADD), *session("10:17:41", DELETE)]
INJECTED = [
    kernel("09:50:00.000", IDLE),
    kernel("10:00:00.210", route("add")),
    kernel("10:00:31.400", route("delete")),
    kernel("10:20:00.000", IDLE),
]
PARTS = cut(INJECTED, sum(len(line) + 1 for line in INJECTED[:1]) + 60)
BUNDLE = "esx-esx-a-2025-11-02--10.30-2100012"
IPV4 = [
    "Network        Netmask          Gateway       Interface  Source",
    "-------------  ---------------  ------------  ---------  ------",
    "default        0.0.0.0          192.168.1.1   vmk0       MANUAL",
    "192.168.1.0    255.255.255.0    0.0.0.0       vmk0       MANUAL",
]
FORWARDED = f"192.168.5.2    255.255.255.255  {REMOTE}  vmk0       MANUAL"
CONNECTIONS = [
    "Proto  Recv Q  Send Q  Local Address     Foreign Address   State        World ID  CC Algo  World Name",
    "-----  ------  ------  ----------------  ----------------  -----------  --------  -------  ----------",
    "tcp         0       0  192.168.1.24:902  192.168.5.2:2049  ESTABLISHED   2097803  newreno  NFSClient",
]
NETSTAT = [
    f"nutanix@NTNX-C-CVM:{REMOTE}:~$ date; netstat -an | grep 192.168.5.2",
    "Sun Nov  2 10:05:00 UTC 2025",
    "tcp        0      0 192.168.5.2:2049        192.168.5.1:871         ESTABLISHED",
    "tcp        0      0 192.168.5.2:2049        192.168.1.24:902        ESTABLISHED",
]
PYTHON_2 = [line.replace("['192", "[u'192").replace(", '192", ", u'192").encode("latin-1") for line in failure()]
FAILED, BACK, INJECTION = f"cvm-failure@{HOST}", f"cvm-recovery@{HOST}", f"route-injection@{HOST}"
# fmt: off
BLIND: dict[str, Brought] = {
    "a host's own logs, all that a VMware administrator has": Brought({f"{HOST}/hostd.log": POWERED, f"{HOST}/vmkernel.log": KERNEL, f"{HOST}/auth.log": SESSIONS, f"{HOST}/vobd.log": [QUIET]}, "yes", (FAILED, BACK)),
    "a host's power events and its kernel's routes": Brought({f"{HOST}/hostd.log": POWERED, f"{HOST}/vmkernel.log": KERNEL}, "yes", (FAILED, BACK)),
    "a host's logs of ESXi 7, in UTF-16 with CRLF": Brought({f"{HOST}/vmkernel.log": "".join(f"{line}\r\n" for line in (old_kernel("09:50:00.000", IDLE), old_kernel("10:00:00.210", route("add")), old_kernel("10:00:31.400", route("delete")), old_kernel("10:20:00.000", IDLE))).encode("utf-16"), f"{HOST}/shell.log": f"2025-11-02T10:00:00Z shell[35521]: [root]: {ADD}\r\n".encode("utf-16"), f"{HOST}/auth.log": "".join(f"{line}\r\n" for line in session("10:00:31.300", DELETE)).encode("utf-16")}, "yes", (INJECTION,)),
    "the CVM powered off, no route, All Paths Down": Brought({f"{BUNDLE}/commands/localcli_storage-nfs-list.txt": ["Volume Name     Host         Share       Accessible  Mounted  Read-Only  isPE   Hardware Acceleration", "--------------  -----------  ----------  ----------  -------  ---------  -----  ---------------------", "NTNX-container  192.168.5.2  /container        true     true      false  false  Supported"], f"{BUNDLE}/var/run/log/hostd.log": POWERED[:2], f"{BUNDLE}/var/run/log/vmkernel.log": [kernel("09:40:00.162", f'NFS: 340: Restored connection to the server 192.168.5.2 mount point /container, mounted as {UUID}-0000-000000000000 ("NTNX-container")'), kernel("10:00:20.000", RETRY), kernel("10:20:00.000", IDLE)], f"{BUNDLE}/var/run/log/vobd.log": [QUIET, f"2025-11-02T10:00:42.120Z: [APDCorrelator] 4786243989us: [esx.problem.storage.apd.start] Device or filesystem with identifier [{UUID}] has entered the All Paths Down state."]}, "no", ("cvm-failure@esx-a",)),
    "a log that support cut into parts, within a line": Brought({f"{BUNDLE}/var/run/log/vmkernel.log.FRAG-00000": PARTS[0], f"{BUNDLE}/var/run/log/vmkernel.log.FRAG-00001": PARTS[1], f"{BUNDLE}/var/run/log/shell.log": [typed("10:00:00.100", ADD)], f"{BUNDLE}/var/run/log/auth.log": session("10:00:31.300", DELETE)}, "yes", ("route-injection@esx-a",)),
    "a syslog server's file of two hosts, with priorities": Brought({"remote.log": [structured(181, "09:50:00.000", "esx-a", "vmkernel - -", f"cpu0:2238618){IDLE}"), structured(181, "09:50:00.100", "esx-b", "vmkernel - -", f"cpu0:2238618){IDLE}"), structured(181, "10:00:00.100", "esx-b", "shell 2101044 -", f"[root]: {ADD}"), structured(181, "10:00:00.210", "esx-b", "vmkernel - -", f"cpu0:2238618){route('add')}"), structured(181, "10:00:29.010", "esx-b", "sshd 77731 -", f"Connection from {REMOTE} port 50311"), structured(181, "10:00:29.250", "esx-b", "sshd 77731 -", f"User 'root' running command '{DELETE}'"), structured(181, "10:00:29.300", "esx-b", "vmkernel - -", f"cpu0:2238618){route('delete')}"), structured(181, "10:20:00.000", "esx-a", "vmkernel - -", f"cpu0:2238618){IDLE}"), structured(181, "10:20:00.100", "esx-b", "vmkernel - -", f"cpu0:2238618){IDLE}")]}, "yes", ("route-injection@esx-b",)),
    "a syslog over New Year, without a year": Brought({"esx.log": new_year("esx-a", [("Dec 31 23:40:00", f"vmkernel: cpu0:2099084){IDLE}"), ("Dec 31 23:59:50", "Hostd: info hostd[2098516] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 1908 : NTNX-15SM60210040-A-CVM on  esx-a.lab.local in ha-datacenter is stopping"), ("Dec 31 23:59:51", "Hostd: info hostd[2098516] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 1909 : NTNX-15SM60210040-A-CVM on  esx-a.lab.local in ha-datacenter is powered off"), ("Jan  1 00:00:14", f"sshd[77731]: Connection from {REMOTE} port 50311"), ("Jan  1 00:00:14", f"sshd[77731]: User 'root' running command '{ADD}'"), ("Jan  1 00:00:14", f"vmkernel: cpu0:2238622){route('add')}"), ("Jan  1 00:15:00", f"vmkernel: cpu0:2099084){IDLE}")])}, "yes", ("cvm-failure@esx-a",), year=2025),
    "a bundle of every CVM, each packed again": Brought({"NCC-logs-2025-11-02-1234-1762070400.tar": tarred({"192.168.1.27.tar.gz": gzip.compress(tarred({"cvm_logs/genesis.out": text(failure()), "alerts.txt": b"no alerts\n"})), "192.168.1.26.tar.gz": gzip.compress(tarred({"hypervisor_logs/vmkernel.log": text([kernel("07:58:00.000", IDLE), kernel("08:03:03.050", route("add")), kernel("08:06:10.000", IDLE)])}))})}, "yes", (FAILED,)),
    "two clusters in one folder, one of which failed": Brought({"prod/genesis.out": failure(), "test/genesis.out": [elsewhere(line) for line in checks(20)]}, "yes", (FAILED,)),
    "checks that find all well, and another server lost": Brought({"192.168.1.27/genesis.out": checks(20), f"{HOST}/vobd.log": [QUIET.replace("T09:30", "T07:50"), "2025-11-02T08:03:20.120Z: [vmfsCorrelator] 4786243989us: [esx.problem.vmfs.nfs.server.disconnect] 10.0.0.5/vol f0102e1f-41b7b812-0000-000000000000 vol"]}, "yes"),
    "another vendor's storage address": Brought({"esx-a/vmkernel.log": [kernel("10:00:00.210", route("add", "0x221a8c0")), kernel("10:09:31.400", route("delete", "0x221a8c0")), kernel("10:20:00.000", IDLE)]}),
    "the tables of a bundle, dated": Brought({f"{BUNDLE}/commands/date.txt": ["Sun Nov  2 10:31:07 UTC 2025"], f"{BUNDLE}/commands/esxcfg-route_-l.txt": table(REMOTE), f"{BUNDLE}/commands/localcli_network-ip-route-ipv4-list.txt": [*IPV4, FORWARDED]}, forwarded=("esx-a",)),
    "a table whose blanks a chat collapsed": Brought({"chat.txt": ["[root@esx-b:~] esxcfg-route -l", *(" ".join(line.split()) for line in table(REMOTE))]}, forwarded=("esx-b",)),
    "two hosts' tables by hostssh": Brought({"out.txt": [f"nutanix@NTNX-A-CVM:{OWN}:~$ hostssh 'date; esxcli network ip route ipv4 list'", "============= 192.168.1.23 ============", "Sun Nov  2 10:31:07 UTC 2025", *IPV4, f"============= {HOST} ============", "Sun Nov  2 10:31:08 UTC 2025", *IPV4, FORWARDED]}, forwarded=(HOST,)),
    "the connections of a host, in its bundle": Brought({f"{BUNDLE}/commands/date.txt": ["Sun Nov  2 10:31:07 UTC 2025"], f"{BUNDLE}/commands/localcli_network-ip-connection-list.txt": CONNECTIONS}, forwarded=(HOST,)),
    "who is connected to a CVM": Brought({"netstat.txt": NETSTAT}, forwarded=(HOST,)),
    "checks of an old release, whole seconds and no zone": Brought({"192.168.1.27/genesis.out": [old_form(line) for line in failure()]}, "yes", (FAILED,)),
    "checks of Python 2, in latin-1, with a name": Brought({"192.168.1.27/genesis.out": b"\n".join([*PYTHON_2[:6], genesis(BEGIN + timedelta(seconds=9), "INFO 80801248 cluster.py:77 Cluster M\u00fcnchen").encode("latin-1"), *PYTHON_2[6:]]) + b"\n"}, "yes", (FAILED,)),
    "rotated logs that were searched": Brought({"found.txt": [f"/home/nutanix/data/logs/genesis.out.20251102-080000Z.xz:{line}" for line in failure()]}, "yes", (FAILED,)),
    "the services of a cluster, and nothing else": Brought({"status.txt": ["nutanix@NTNX-B-CVM:192.168.1.27:~$ cluster status", f"\tCVM: {OWN} Down", "\tCVM: 192.168.1.27 Up, ZeusLeader", "\t                Stargate   UP       [26974, 27094]"]}),
    "a window's log within two archives": Brought({"ticket-4711.zip": zipped({"logs/day.zip": zipped({f"{HOST}/vmkernel.log": text([kernel("09:40:00.000", IDLE), kernel("10:40:00.000", IDLE)])}), "192.168.1.27/genesis.out": text(checks(20))})}, "yes"),
    "one change typed and taken back on one line": Brought({f"{HOST}/shell.log": [typed("10:00:00.100", f"{ADD}; sleep 20; {DELETE}")], f"{HOST}/vmkernel.log": [kernel("09:40:00.000", IDLE), kernel("10:00:00.210", route("add")), kernel("10:00:20.320", route("delete")), kernel("10:40:00.000", IDLE)]}, "yes", (INJECTION,)),
}
# fmt: on


@pytest.mark.parametrize("case", BLIND)
def test_the_answer_is_that_which_was_written_first(case: str, tmp_path: Path) -> None:
    right = BLIND[case]

    assert told(brought(tmp_path, right)) == (right.acceptable, right.episodes, right.forwarded, [])
