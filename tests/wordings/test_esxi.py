"""The ESXi host's logs: line → event, ESXi 5 to 8."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import io

import pytest

from analyzer.config import Inventory, InventoryCvm, Settings
from analyzer.ingest import logs
from analyzer.model.event import (
    Detail,
    HostBooted,
    HostStorage,
    OtherRoute,
    RouteChanged,
    RouteCommand,
    SshSession,
    VmPower,
)
from analyzer.model.source import SourceKind

RULES = logs.load_rules(())
GW = "192.168.1.28"
KERNEL_ADD = RouteChanged("add", None, GW, done=True, by_kernel=True, addresses=(GW,))

CASES: list[tuple[str, SourceKind, str, list[Detail]]] = [
    (
        "route-added-8",
        "vmkernel",
        "2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2238622)Tcpip: 1414: add dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0",
        [KERNEL_ADD],
    ),
    (
        "route-added-6",
        "vmkernel",
        "2017-12-07T05:06:51.213Z cpu0:2238622)Tcpip: 99: add dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0",
        [KERNEL_ADD],
    ),
    (
        "route-deleted",
        "vmkernel",
        "2023-12-07T05:06:52.213Z In(182) vmkernel: cpu1:1)Tcpip: 1415: delete dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0",
        [RouteChanged("delete", None, GW, done=True, by_kernel=True, addresses=(GW,))],
    ),
    (
        "another-route",
        "vmkernel",
        "2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2)Tcpip: 1: add dstAddr=0x305a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0",
        [OtherRoute("add", "192.168.5.3", None, GW, by_kernel=True)],
    ),
    (
        "no-host-route",
        "vmkernel",
        "2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2)Tcpip: 1: add dstAddr=0x205a8c0, netMask=0xffffff, gwAddr=0x1c01a8c0",
        [],
    ),
    (
        "io-retry",
        "vmkernel",
        "2015-08-17T18:56:30.651Z cpu0:34627 opID=614b2877)NFS: 347: Status:No connection. Retrying synchronous write I/O 1 of 25 times",
        [HostStorage("io-retry")],
    ),
    (
        "booted",
        "vobd",
        "2026-03-06T01:49:21.658Z In(14) vobd[2097660]:  [UserLevelCorrelator] 41021398us: [esx.audit.host.boot] Host has booted.",
        [HostBooted()],
    ),
    (
        "let in",
        "auth",
        "2026-03-06T01:49:21.658Z In(38) sshd[77131]: Accepted publickey for root from 192.168.1.27 port 51627 ssh2",
        [SshSession("opened", "192.168.1.27", "77131")],
    ),
    (
        "gone",
        "auth",
        "2026-03-06T01:49:21Z sshd[77131]: Disconnected from user root 192.168.1.27 port 51627",
        [SshSession("closed", "192.168.1.27", "77131")],
    ),
    (
        "kernel-boots",
        "vmkernel",
        "2026-03-06T01:49:01.658Z cpu0:32768)Starting vmkernel initialization:",
        [HostBooted()],
    ),
    (
        "lock-lost",
        "vmkernel",
        "2015-08-17T18:56:30.651Z cpu0:3)NFSLock: 578: Stop accessing fd 0x43",
        [HostStorage("lock-lost")],
    ),
    (
        "lock-back",
        "vmkernel",
        "2015-08-17T18:56:30.651Z cpu0:3)NFSLock: 624: Start accessing fd 0x43 again",
        [HostStorage("lock-back")],
    ),
    (
        "server-back",
        "vmkernel",
        '2015-08-17T18:56:30.651Z cpu0:3)NFS: 1: Restored connection to the server 192.168.5.2 mount point /ctr, mounted as aa-bb ("ds1")',
        [HostStorage("server-back", "192.168.5.2", "ds1")],
    ),
    (
        "apd-handle",
        "vmkernel",
        "2015-08-17T18:56:30.651Z cpu0:3)StorageApdHandler: 1: APD Handle aa Created with lock",
        [],
    ),
    (
        "apd-of-a-volume",
        "vmkernel",
        "2018-07-06T21:02:11.204Z cpu0:6)HBX: 1: APD EventType: APD_START (3) for vol 'local-1'",
        [HostStorage("apd-start", None, "local-1")],
    ),
    (
        "apd-of-a-volume-ends",
        "vmkernel",
        "2018-07-06T21:02:22.559Z cpu0:6)HBX: 1: APD EventType: APD_EXIT (4) for vol 'local-1'",
        [HostStorage("apd-exit", None, "local-1")],
    ),
    (
        "apd-of-an-unnamed-volume",
        "vmkernel",
        "2018-07-06T21:02:11.204Z cpu0:6)HBX: APD EventType: APD_START (3)",
        [HostStorage("apd-start")],
    ),
    (
        "apd-state-of-a-device",
        "vmkernel",
        "2018-07-06T21:02:11.204Z cpu0:6)ScsiDevice: 1: Device state of naa.6001405 set to APD_START; token num:1",
        [HostStorage("apd-start", None, "naa.6001405")],
    ),
    (
        "a-device-out-of-apd",
        "vmkernel",
        "2018-07-06T21:02:22.556Z cpu0:6)ScsiDevice: 1: Device naa.6001405 is Out of APD; token num:1",
        [HostStorage("apd-exit", None, "naa.6001405")],
    ),
    (
        "apd-timer-killed",
        "vmkernel",
        "2018-07-06T21:02:22.556Z cpu0:6)StorageApdHandler: 1: APD Timer killed for ident [aa-bb]",
        [HostStorage("apd-exit", None, "aa-bb")],
    ),
    (
        "hostd-cvm-off",
        "hostd",
        "2018-07-06T21:02:11.204Z info hostd[B781B70] [Originator@6876 sub=Vimsvc.ha-eventmgr user=root] Event 7 : NTNX-1-A-CVM on  esx-a.lab in ha-datacenter is powered off",
        [VmPower("off", vm="NTNX-1-A-CVM", user="root", on="esx-a.lab")],
    ),
    (
        "hostd-apd",
        "hostd",
        "2018-07-06T21:02:11.204Z info hostd[B781B70] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 3 : Device or filesystem with identifier aa-bb has entered the All Paths Down state.",
        [HostStorage("apd-start", None, "aa-bb")],
    ),
    (
        "vobd-lost",
        "vobd",
        "2015-04-01T14:35:08.075Z: [vmfsCorrelator] 941us: [esx.problem.vmfs.nfs.server.disconnect] 192.168.5.2 /ctr aa-bb ds1",
        [HostStorage("server-lost", "192.168.5.2", "ds1")],
    ),
    (
        "vobd-lost-slash",
        "vobd",
        "2015-04-01T14:35:08.075Z: [vmfsCorrelator] 941us: [esx.problem.vmfs.nfs.server.disconnect] 192.168.5.2/ctr aa-bb ds1",
        [HostStorage("server-lost", "192.168.5.2", "ds1")],
    ),
    (
        "vobd-lost-server-slash",
        "vobd",
        "2015-04-01T14:35:08.075Z: [vmfsCorrelator] 941us: [vob.vmfs.nfs.server.disconnect] Lost connection to server 192.168.5.2/ctr aa-bb ds1",
        [HostStorage("server-lost", "192.168.5.2", "ds1")],
    ),
    (
        "vobd-apd-8",
        "vobd",
        "2023-04-01T14:35:08.075Z In(14) vobd[2097660]:  [APDCorrelator] 9us: [vob.storage.apd.start] Device or filesystem with identifier [aa-bb] has entered the All Paths Down state.",
        [HostStorage("apd-start", None, "aa-bb")],
    ),
    (
        "vobd-apd-recovered",
        "vobd",
        "2015-04-01T14:35:08.075Z: [APDCorrelator] 9us: [esx.problem.storage.apd.recovered] Device or filesystem with identifier [aa-bb] has recovered from the All Paths Down state.",
        [HostStorage("apd-exit", None, "aa-bb")],
    ),
    (
        "vobd-apd-exit",
        "vobd",
        "2015-04-01T14:35:08.075Z: [APDCorrelator] 9us: [esx.clear.storage.apd.exit] Device or filesystem with identifier [aa-bb] has exited the All Paths Down state.",
        [HostStorage("apd-exit", None, "aa-bb")],
    ),
    (
        "typed-add",
        "shell",
        "2015-07-19T04:10:01Z shell[35521]: [root]: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28",
        [RouteCommand("add", "person", None, GW, "192.168.5.2", "root", (GW,), session="35521")],
    ),
    (
        "typed-delete-8",
        "shell",
        "2023-07-19T04:10:01.000Z In(14) shell[1053659]: [root]: esxcfg-route -d 192.168.5.2/32 192.168.1.28",
        [RouteCommand("delete", "person", None, GW, "192.168.5.2", "root", (GW,), session="1053659")],
    ),
    (
        "typed-esxcli",
        "shell",
        "2023-07-19T04:10:01Z shell[1]: [admin]: esxcli network ip route ipv4 remove -n 192.168.5.2/32 -g 192.168.1.28",
        [RouteCommand("delete", "person", None, GW, "192.168.5.2", "admin", (GW,), session="1")],
    ),
    ("typed-list", "shell", "2015-07-19T04:10:01Z shell[35521]: [root]: esxcfg-route -l", []),
    ("typed-other-route", "shell", "2015-07-19T04:10:01Z shell[3]: [root]: esxcfg-route -a 10.0.0.0/8 192.168.1.1", []),
    (
        "hostd-lost",
        "hostd",
        "2019-01-01T00:00:00.1Z info hostd[2099] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 1 : Lost connection to server 192.168.5.2 mount point /ctr mounted as aa-bb (ds1).",
        [HostStorage("server-lost", "192.168.5.2", "ds1")],
    ),
]


@pytest.mark.parametrize(("kind", "line", "details"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_line(kind: SourceKind, line: str, details: list[Detail]) -> None:
    assert logs.recognise(line.encode(), "unnamed") == kind
    reading = logs.read(io.BytesIO(line.encode() + b"\n"), f"{kind}.log", kind, Settings(), RULES)
    assert [event.detail for event in reading.events] == details
    assert reading.zone_assumed is False
    assert reading.clock == "log:esxi"


COMMAND = "sshd[9]: User 'root' running command 'esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28'"


@pytest.mark.parametrize(
    ("login", "cvms", "actor", "addresses"),
    [
        pytest.param(
            "sshd[9]: Connection from 192.168.1.27 port 4",
            ("192.168.1.27",),
            "genesis",
            ("192.168.1.27", GW),
            id="known-cvm",
        ),
        pytest.param(
            "sshd[9]: Connection from 192.168.1.50 port 4",
            ("192.168.1.27",),
            "unknown",
            ("192.168.1.50", GW),
            id="stranger",
        ),
        pytest.param(
            "sshd[8]: Accepted publickey for root from 192.168.5.2 port 4 ssh2", (), "genesis", None, id="private-side"
        ),
        pytest.param("sshd[8]: something else", (), "unknown", (GW,), id="no-login"),
    ],
)
def test_who_ran_a_command(login: str, cvms: tuple[str, ...], actor: str, addresses: tuple[str, ...] | None) -> None:
    text = f"2019-01-01T00:00:00Z {login}\n2019-01-01T00:00:01Z {COMMAND}\n"
    settings = Settings(inventory=Inventory(cvms=tuple(InventoryCvm(address=cvm) for cvm in cvms)))
    reading = logs.read(
        io.BytesIO(text.encode()), "esx-h1-2019-01-01.tgz!/var/run/log/auth.log", "auth", settings, RULES
    )
    (command,) = (event.detail for event in reading.events if isinstance(event.detail, RouteCommand))
    assert (command.actor, command.host, command.user) == (actor, "h1", "root")
    assert addresses is None or command.addresses == addresses
    assert reading.clock == "esxi:h1"
