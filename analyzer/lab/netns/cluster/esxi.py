"""An ESXi host: its VMkernel ports, sshd for Genesis, its route table, and the logs that it writes of all that.

Its own kernel reports each change of a route (rtnetlink(7), by `ip monitor`), which goes to vmkernel.log. What is
typed in its shell is noted by the lab's `esxcfg-route`.
"""

from __future__ import annotations

import re
import subprocess
import threading
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from analyzer.lab.netns.cluster.members import Cluster
from analyzer.lab.netns.cluster.network import Network, internal
from analyzer.lab.netns.journal import Journal
from analyzer.lab.netns.namespaces.machine import HIGH_PRIORITY, Machine
from analyzer.lab.netns.options import HostArp
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND
from analyzer.model.truth import TrueHost

VMKERNEL, SHELL = "vmkernel.log", "shell.log"
ADDED, DELETED = "route-added", "route-deleted"

# Its own users: a login must not run what this computer's root has in its home, which could hang or change things.
_USERS = """root:x:0:0:root:{home}:/bin/sh
sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin
"""
_SSHD = """Port 22
HostKey {keys}/host
AuthorizedKeysFile {keys}/genesis.pub
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
PidFile none
UseDNS no
SetEnv PATH={path}
"""
# `[2026-11-22T07:57:26.364173] Deleted 192.168.5.2 via 192.168.1.28 dev vmk0`, with TZ=UTC
_CHANGE = re.compile(
    r"\[(?P<at>[\d:T.-]+)\] *(?P<deleted>Deleted )?(?P<destination>[\d./]+|default) via (?P<gateway>[\d.]+)"
)
# Without it a send after a route was deleted can use a stale route of MTU 68: 36-byte segments, an artefact of Linux.
_LEAST_SEGMENT = 1460


class EsxiHost:
    """A running host of the cluster; `client` is its NFS client, where one was started."""

    def __init__(self, spec: TrueHost, machine: Machine, journal: Journal) -> None:
        self.spec, self.machine, self._journal = spec, machine, journal
        self.client: subprocess.Popen[bytes] | None = None
        for log in (VMKERNEL, SHELL):
            (machine.folder / log).touch()

    @property
    def client_log(self) -> Path:
        """What its NFS client notes, when it has one."""
        return self.machine.folder / "client.jsonl"

    def connect(self, network: Network, node: int, cluster: Cluster, *, arp: HostArp, tiny_segments: bool) -> None:
        """Give it vmk0 on the public network and vmk1 on its internal switch; `arp` as `LabOptions` has it."""
        ports = {
            "rp_filter": 0,
            "arp_announce": 0 if arp == "linux" else 2,
            "arp_ignore": 1 if arp == "strict" else 0,
        }
        self.machine.set(
            {f"net.ipv4.conf.{which}.{key}": value for which in ("all", "default") for key, value in ports.items()}
        )
        if not tiny_segments:
            self.machine.set({"net.ipv4.tcp_min_snd_mss": _LEAST_SEGMENT})
        network.plug(self.machine, "vmk0", self.spec.vmk0_mac, network.public(node), [self.spec.address])
        network.plug(self.machine, "vmk1", self.spec.vmk1_mac, internal(node), [cluster.host_private_address])

    def serve(self, keys: Path) -> None:
        """Start sshd, which takes Genesis's key, and the watch over the kernel's routes."""
        settings = self.machine.folder / "sshd_config"
        settings.write_text(_SSHD.format(keys=keys, path=self.machine.environment["PATH"]))
        (self.machine.folder / "passwd").write_text(_USERS.format(home=self.machine.folder))
        self.machine.run(["mount", "--bind", str(self.machine.folder / "passwd"), "/etc/passwd"])
        self.machine.run(["mkdir", "-p", "/run/sshd"])
        self.machine.start(["/usr/sbin/sshd", "-D", "-e", "-f", str(settings)], "sshd.log")
        watch = subprocess.Popen(
            [*self.machine.entering(processes=False), *HIGH_PRIORITY, "ip", "-ts", "monitor", "route"],
            stdout=subprocess.PIPE,
            env={**self.machine.environment, "TZ": "UTC"},
            text=True,
        )
        threading.Thread(target=self._watch, args=(watch,), daemon=True).start()

    def shell(self, *command: str) -> int:
        """What a person at the host's own shell types: no packet shows it. Its exit status."""
        log = f"AUTOPATH_SHELL_LOG={self.machine.folder / SHELL}"
        done = subprocess.run(
            [*self.machine.entering(), "env", log, *command], env=self.machine.environment, check=False
        )
        return done.returncode

    def _watch(self, kernel: subprocess.Popen[str]) -> None:
        for line in kernel.stdout or ():
            if change := _CHANGE.match(line):
                self._changed(change)

    def _changed(self, change: re.Match[str]) -> None:
        """All go to vmkernel.log; a route to one address, as forwarding is, is noted for the truth too."""
        at, gateway = _nanoseconds(change["at"]), change["gateway"]
        name = DELETED if change["deleted"] else ADDED
        destination = IPv4Network(change["destination"].replace("default", "0.0.0.0/0"))
        if destination.prefixlen == destination.max_prefixlen:
            address = str(destination.network_address)
            self._journal.note(name, at, host=self.spec.address, destination=address, gateway=gateway)
        with (self.machine.folder / VMKERNEL).open("a") as log:
            log.write(vmkernel_line(at, name, destination, gateway))


def vmkernel_line(at: int, name: str, destination: IPv4Network, gateway: str) -> str:
    """How ESXi 8's kernel logs a change of a route at `at` (ns): to the ms, addresses as little-endian hex."""
    stamp = datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return (
        f"{stamp}.{at % SECOND // MILLISECOND:03d}Z In(182) vmkernel: cpu0:2097152)Tcpip: 1414: "
        f"{'delete' if name == DELETED else 'add'} dstAddr={_hex(destination.network_address)}, "
        f"netMask={_hex(destination.netmask)}, gwAddr={_hex(IPv4Address(gateway))} ifName=0x0x0, ifNameLen=0\n"
    )


def _hex(address: IPv4Address) -> str:
    return hex(int.from_bytes(address.packed, "little"))


def _nanoseconds(stamp: str) -> int:
    """Exact ns of an ISO stamp in UTC with microseconds."""
    at = datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    return int(at.replace(microsecond=0).timestamp()) * SECOND + at.microsecond * MICROSECOND
