"""What lies beside evidence and looks like some, by its name, its columns or its words: it is passed over, and a cluster
whose checks found all well stays well.
"""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer.errors import ConfigurationError
from tests.acceptance.brought import ADD, DELETE, HOST, OWN, REMOTE, Brought, brought, checks, told

LEADER = "cvm-192.168.1.27"
# fmt: off
BESIDE: dict[str, dict[str, Iterable[str]]] = {
    "a health check's log in Genesis' form": {f"{LEADER}/cluster_health.out": [f"2025-11-02 08:01:00,123Z INFO health_checks.py:33 Running check stargate_status_check on {OWN}: PASS", "2025-11-02 08:02:00,123Z INFO health_checks.py:33 Running check ha_py_rebuild_check: PASS"]},
    "what NCC prints": {"ncc.txt": ["Running : health_checks network_checks ha_py_rebuild_check", "[ PASS ]", "Detailed information for stargate_status_check:", f"Node {OWN}:", "INFO: stargate is up"]},
    "Stargate's own log": {f"{LEADER}/stargate.INFO": ["Log file created at: 2025/11/02 08:00:01", f"I1102 08:00:01.123456 12345 nfs_server.cc:123] Terminating NFS connection from {HOST}", "W1102 08:00:02.123456 12345 stargate.cc:99] stargate restarting"]},
    "ZooKeeper's log": {f"{LEADER}/zookeeper.out": ["2025-11-02 08:00:01,400 - INFO  [main:QuorumPeer@123] - tickTime set to 2000", f"2025-11-02 08:00:01,500 - WARN  [main:Foo@1] - Connection to {OWN} lost"]},
    "logins on a CVM, as its syslog has them": {f"cvm-{OWN}/secure": ["Nov  2 08:00:01 NTNX-A-CVM sshd[123]: Accepted publickey for nutanix from 192.168.1.27 port 40111 ssh2", "Nov  2 08:03:01 NTNX-A-CVM sshd[123]: Connection closed by 192.168.1.27 port 40111"]},
    "logins on a CVM, in a file called auth.log": {f"cvm-{OWN}/auth.log": ["2025-11-02T08:00:01Z sshd[123]: Accepted publickey for nutanix from 192.168.1.27 port 40111 ssh2", "2025-11-02T08:00:02Z sshd[123]: Connection closed by 192.168.1.27"]},
    "a firewall's table with a mark's columns": {"fw.csv": ["time,action,host", f"2025-11-02 08:01:00,ALLOW,{HOST}", "2025-11-02 08:02:00,DENY,192.168.1.25"]},
    "a plan with a mark's columns": {"todo.csv": ["time,what", "tomorrow,pull the plug"]},
    "an audit's table": {"audit.csv": ["Audit Title,Entity,Operation,User,Time", "Power off VM,NTNX-A-CVM,POWER_OFF,admin,2025-11-02 08:03:01"]},
    "esxtop's table": {"esxtop.csv": ['"(PDH-CSV 4.0) (UTC)(0)","\\\\esx-a\\Memory\\Memory Overcommit"', '"11/02/2025 08:00:01","0.00"']},
    "a laptop's routes": {"laptop.txt": ["Kernel IP routing table", "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface", f"192.168.5.2     {REMOTE}    255.255.255.255 UGH       0 0          0 eth0"]},
    "a laptop's routes, by ip": {"laptop.txt": ["$ ip route", "default via 192.168.1.1 dev eth0", f"192.168.5.2 via {REMOTE} dev eth0"]},
    "a laptop's connections": {"laptop.txt": ["Active Internet connections (w/o servers)", "Proto Recv-Q Send-Q Local Address           Foreign Address         State", "tcp        0      0 10.9.9.9:52311          192.168.1.27:9440       ESTABLISHED"]},
    "a virtual machine's log": {"vmware.log": ["2025-11-02T08:01:00.000Z In(05) vmx - Log for VMware ESX pid=12", "2025-11-02T08:02:00.000Z In(05) vcpu-0 - Guest: heartbeat"]},
    "a switch's syslog": {"switch.log": ["Nov  2 08:01:00 sw1 %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down", "Nov  2 08:01:30 sw1 %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to up"]},
    "iperf's result": {"iperf.json": ['{"start":{"connected":[{"socket":5}]},"intervals":[]}']},
    "ping's output": {"ping.txt": ["PING 192.168.5.2 (192.168.5.2): 56 data bytes", "64 bytes from 192.168.5.2: icmp_seq=0 ttl=64 time=0.331 ms", "--- 192.168.5.2 ping statistics ---"]},
    "a playbook": {"ansible.yml": ["- hosts: esx", "  tasks:", f"    - command: {ADD}"]},
    "a script": {"inject.sh": ["#!/bin/sh", "# date: 2025-11-02 08:03:00", ADD, "sleep 60", DELETE]},
    "a shell's history, which has no times": {".ash_history": ["esxcfg-route -l", ADD, DELETE]},
}
# fmt: on


@pytest.mark.parametrize("case", BESIDE)
def test_what_is_not_ours_changes_nothing(case: str, tmp_path: Path) -> None:
    files = {f"{LEADER}/genesis.out": checks(20), **BESIDE[case]}

    assert told(brought(tmp_path, Brought(files, year=2025))) == ("yes", (), (), [])


WRONG_MARKS = ("a firewall's table with a mark's columns", "a plan with a mark's columns")


@pytest.mark.parametrize("case", WRONG_MARKS)
def test_alone_what_may_be_notes_is_a_slip_in_them(case: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"line 2: the (?:action|time) '"):
        brought(tmp_path, Brought(BESIDE[case]))


@pytest.mark.parametrize("case", [one for one in BESIDE if one not in WRONG_MARKS])
def test_alone_it_gives_no_answer(case: str, tmp_path: Path) -> None:
    answer, episodes, _, blamed = told(brought(tmp_path, Brought(BESIDE[case], year=2025)))

    assert (answer in (None, "unknown"), episodes, blamed) == (True, (), [])
