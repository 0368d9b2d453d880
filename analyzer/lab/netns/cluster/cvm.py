"""A CVM: its ports, its NFS server (nfs-ganesha), its Stargate; powered on, hung, and powered off.

Every CVM serves the same folder, so that file handles are the same on all: to a client they are one datastore.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from analyzer.errors import LabError
from analyzer.lab.netns.cluster.members import Cluster
from analyzer.lab.netns.cluster.network import Network, internal
from analyzer.lab.netns.journal import Journal
from analyzer.lab.netns.namespaces.machine import Machine
from analyzer.lab.netns.options import LabOptions
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueCvm

NFS_PORT = 2049
EXPORT = "/container"
POWER_OFF, LINKS_DOWN, POWER_ON, LINKS_UP = "cvm-power-off", "cvm-links-down", "cvm-power-on", "cvm-links-up"

_PRIVATE = ("/run", "/var/lib/nfs")
_STARTS_WITHIN = 30 * SECOND
_GANESHA = """
NFS_CORE_PARAM {{
  NFS_Protocols = 3; Enable_NLM = false; Enable_RQUOTA = false;
  NFS_Port = {port}; MNT_Port = 20048; Mount_Path_Pseudo = true;
}}
EXPORT {{
  Export_Id = 77; Path = {folder}; Pseudo = {export}; Protocols = 3; Transports = TCP, UDP;
  Access_Type = RW; Squash = No_Root_Squash; SecType = sys; FSAL {{ Name = VFS; }}
}}
LOG {{ Default_Log_Level = EVENT; }}
"""
_NFS_SERVER = """
mkdir -p /run/ganesha /run/rpcbind /var/lib/nfs/ganesha
rpcbind -f -w &
until [ -S /run/rpcbind.sock ]; do sleep 0.05; done
exec ganesha.nfsd -F -L "$1/ganesha.log" -f "$1/ganesha.conf" -p /run/ganesha.pid -N NIV_EVENT
"""
# On a busy computer a thread may answer until the signal has reached it.
_STOP = "pkill -STOP ganesha.nfsd; while ps -L -C ganesha.nfsd -o state= | grep -qv T; do sleep 0.01; done"
_CONTINUE = "pkill -CONT ganesha.nfsd"
# What a distribution's ifup does once the link is ready; the kernel's own arp_notify comes before the port forwards.
_ANNOUNCE = 'sleep 0.3; arping -q -A -c 1 -I "$1" "$2"; sleep 2; exec arping -q -U -c 1 -I "$1" "$2"'
# Answers to 192.168.5.1 leave by eth0 when the question came by eth0: marked packets have their own routes.
_MARK = """table ip symmetric {{
  chain incoming {{ type filter hook prerouting priority -150; iifname "eth0" ip daddr {storage} meta mark set 1; }}
}}
"""


class ControlCapture(msgspec.Struct, frozen=True):
    """A capture inside a CVM, made for the truth and not handed out: its file, and its interfaces by index."""

    cvm: TrueCvm
    file: Path
    interfaces: dict[int, str]


class Cvm:
    """A CVM of the cluster; `machine` is there while it is powered on."""

    def __init__(self, node: int, cluster: Cluster, options: LabOptions, network: Network, journal: Journal) -> None:
        self.spec = cluster.cvms[node]
        self.machine: Machine | None = None
        self.captures: list[ControlCapture] = []
        self._node, self._cluster, self._options = node, cluster, options
        self._network, self._journal = network, journal

    def power_on(
        self, among: Path, container: Path, environment: dict[str, str], initialising_checks: int = 0
    ) -> Machine:
        """Boot, with its folder in `among`.

        Its Stargate answers the first `initialising_checks` questions of Genesis that it isn't ready yet.
        """
        machine = self.machine = Machine(self.spec.name, among, environment, _PRIVATE)
        machine.set(
            {
                "net.ipv4.conf.all.rp_filter": 0,
                "net.ipv4.conf.default.rp_filter": 0,
                "net.ipv4.ip_forward": 1,
            }
        )
        self._connect(machine)
        self._journal.note(LINKS_UP, cvm=self.spec.address)
        if self._options.reply_path == "symmetric":
            self._answer_where_asked(machine)
        self._capture(machine)
        self._serve(machine, container, initialising_checks)
        return machine

    def wait_for_nfs(self) -> None:
        """Until its NFS server listens; :class:`LabError` when that takes too long."""
        until = time.monotonic_ns() + _STARTS_WITHIN
        while self.machine and time.monotonic_ns() < until:
            if f":{NFS_PORT}" in self.machine.run(["ss", "-Htln"]):
                return
            time.sleep(0.05)
        raise LabError(f"{self.spec.name}: nfs-ganesha does not listen; {self._end_of_log()}")

    def power_off(self) -> int:
        """As when the plug is pulled: the links first, else orphaned sockets would send FIN. When it began, ns."""
        machine = self._running()
        at = self._journal.note(POWER_OFF, cvm=self.spec.address)
        for device in ("eth1", "eth0"):
            self._network.cut(machine, device)
        self._journal.note(LINKS_DOWN, cvm=self.spec.address)
        machine.kill()
        for device in ("eth1", "eth0"):
            self._network.unplug(machine, device)
        self.machine = None
        return at

    def hang(self, *, on: bool) -> int:
        """Stop the NFS server where it stands, or let it go on; the kernel and the links stay up. When, ns."""
        at = time.time_ns()
        self._running().start(["sh", "-c", _STOP if on else _CONTINUE], "hang.log").wait()
        self._journal.note("nfs-server-stopped" if on else "nfs-server-continued", at, cvm=self.spec.address)
        self._journal.note("nfs-server-stopped-by" if on else "nfs-server-continued-by", cvm=self.spec.address)
        return at

    def _connect(self, machine: Machine) -> None:
        cluster = self._cluster
        private = [cluster.storage_address, cluster.cvm_management_address]
        self._network.plug(machine, "eth1", self.spec.eth1_mac, internal(self._node), private)
        self._network.plug(machine, "eth0", self.spec.eth0_mac, self._network.public(self._node), [self.spec.address])
        for device, address in (("eth1", cluster.storage_address), ("eth0", self.spec.address)):
            machine.start(["sh", "-c", _ANNOUNCE, "sh", device, address], "announce.log")

    def _answer_where_asked(self, machine: Machine) -> None:
        machine.set({"net.ipv4.fwmark_reflect": 1, "net.ipv4.tcp_fwmark_accept": 1})
        machine.run(["nft", "-f", "-"], feed=_MARK.format(storage=self._cluster.storage_address))
        networks = (self._cluster.private_network, self._cluster.public_network)
        routes = "".join(f"route add {network} dev eth0 table 100\n" for network in networks)
        machine.run(["ip", "-batch", "-"], feed=f"rule add fwmark 1 lookup 100\n{routes}")

    def _capture(self, machine: Machine) -> None:
        file = machine.folder / f"control-{machine.pid}.pcap"
        command = ["tcpdump", "-i", "any", "-y", "LINUX_SLL2", "--immediate-mode", "-s", "160", "-U", "-Z", "root"]
        machine.start([*command, "-w", str(file), f"tcp port {NFS_PORT}"], "control.log")
        links = machine.run(["ip", "-o", "link", "show"]).splitlines()
        interfaces = {int(link.split(":")[0]): link.split(":")[1].strip().partition("@")[0] for link in links}
        self.captures.append(ControlCapture(self.spec, file, interfaces))

    def _serve(self, machine: Machine, container: Path, initialising_checks: int) -> None:
        settings = _GANESHA.format(port=NFS_PORT, folder=container, export=EXPORT)
        (machine.folder / "ganesha.conf").write_text(settings)
        machine.start(["sh", "-c", _NFS_SERVER, "sh", str(machine.folder)], "nfs.log")
        stargate = (sys.executable, "-m", "analyzer.lab.netns.stargate")
        peers = [cvm.address for cvm in self._cluster.peers_of(self.spec)]
        machine.start(
            [*stargate, str(self._journal.path), self.spec.address, str(initialising_checks), *peers], "stargate.log"
        )

    def _running(self) -> Machine:
        if self.machine is None:
            raise LabError(f"{self.spec.name} is powered off already")
        return self.machine

    def _end_of_log(self) -> str:
        log = self.machine.folder / "ganesha.log" if self.machine else None
        lines = log.read_text().splitlines() if log and log.exists() else []
        return f"its log ends with: {lines[-1]}" if lines else "it wrote no log"
