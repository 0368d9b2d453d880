"""Folders in the forms in which people bring evidence, each with its right answer, written from what is known of the
forms alone: nobody had looked at how they are read.
"""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.brought import (
    ADD,
    BEGIN,
    DELETE,
    HOST,
    MOUNTED,
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
from tests.judged import of_detection


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


@pytest.mark.parametrize("case", BLIND)
def test_the_answer_is_that_which_was_written_first(case: str, tmp_path: Path) -> None:
    right = BLIND[case]

    assert told(brought(tmp_path, right)) == (right.acceptable, right.episodes, right.forwarded, [])


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
