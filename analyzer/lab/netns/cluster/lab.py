"""The lab as a whole: the cluster, its client and Genesis, the captures; and how to wait for what happens.

It stands in a folder of its own, in memory; nothing of it has to be taken down (see `sandbox`).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from analyzer.errors import LabError
from analyzer.lab.netns.cluster.capture import Capture
from analyzer.lab.netns.cluster.cvm import POWER_ON, Cvm
from analyzer.lab.netns.cluster.environment import environment_of
from analyzer.lab.netns.cluster.esxi import SHELL, EsxiHost
from analyzer.lab.netns.cluster.members import Cluster
from analyzer.lab.netns.cluster.network import PUBLIC, Network
from analyzer.lab.netns.cluster.program_settings import (
    BUSY,
    FIRST_CHECK_IN,
    GenesisPlaces,
    client_settings,
    genesis_settings,
)
from analyzer.lab.netns.journal import Journal, first
from analyzer.lab.netns.namespaces.machine import LAB, Machine, folder_of
from analyzer.lab.netns.nfs_client.client import BLOCKS
from analyzer.lab.netns.nfs_client.client_log import Operation, read_client_log
from analyzer.lab.netns.options import LabOptions
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueCvm, TrueEvent

Report = Callable[[str], None]

_SERVICE_WITHIN = 120 * SECOND


class Lab:
    """A running cluster. `report` gets what happens, as text for a person."""

    def __init__(self, options: LabOptions, cluster: Cluster, folder: Path, report: Report) -> None:
        self.options, self.cluster, self.report = options, cluster, report
        self.evidence, self._container, self._keys = (folder / name for name in ("evidence", "container", "keys"))
        for made in (self.evidence, self._container, self._keys):
            made.mkdir(parents=True)
        self._folder, self._machines = folder, folder / "machines"
        self.journal = Journal(folder / "journal.jsonl", "lab")
        self.environment = environment_of(options.scenario, folder / "bin")
        self._captures: list[Capture] = []
        self._build()

    @property
    def host(self) -> EsxiHost:
        """The watched host."""
        return self.hosts[0]

    @property
    def cvm(self) -> Cvm:
        """The watched host's own CVM."""
        return self.cvms[0]

    @property
    def clients(self) -> list[EsxiHost]:
        """The hosts that do I/O."""
        return self.hosts[: self.options.clients]

    @property
    def name(self) -> str:
        """Of the lab, among others that run on this computer."""
        return self.environment[LAB]

    @property
    def orders(self) -> Path:
        """Where the hosts' `vim-cmd` asks for a CVM to be powered on or off, while the lab is played with."""
        return self._folder / "orders"

    @property
    def led(self) -> tuple[str, ...]:
        """The CVMs that led, in order, the last of which leads now; none before Genesis was started."""
        return tuple(event.detail["cvm"] for event in self.journal.events() if event.name == "leader")

    def genesis_log(self, cvm: TrueCvm) -> Path:
        """genesis.out of a CVM: on its disk, which outlasts its power."""
        return folder_of(cvm.name, self._machines) / "genesis.out"

    def power_on(self, cvm: Cvm, initialising_checks: int = 0) -> None:
        """Power a CVM on; it boots meanwhile."""
        self.journal.note(POWER_ON, cvm=cvm.spec.address)
        machine = cvm.power_on(self._machines, self._container, self.environment, initialising_checks)
        first_leader, led = self.cluster.leader, self.led
        if led or cvm.spec != first_leader:
            self._start_genesis(machine, cvm.spec, led[-1] if led else first_leader.address)

    def start_clients(self) -> None:
        """The hosts mount the datastore and do I/O."""
        for node, host in enumerate(self.clients):
            file = f"vm{node + 1}-flat.vmdk"
            (self._container / file).write_bytes(bytes(BLOCKS * self.options.size))
            settings = client_settings(self.options, self.cluster, node, f"/{file}", host.client_log)
            host.client = self._start(host.machine, "nfs_client", settings)
        self.wait_for_service(time.time_ns())

    def start_genesis(self) -> None:
        """On the CVM that leads at first, where it is not yet; returns when the first check is over."""
        leader = self.cluster.leader
        machine = next(cvm.machine for cvm in self.cvms if cvm.spec == leader)
        if machine is None:
            raise LabError(f"{leader.name} is to lead and is powered off")
        self._start_genesis(machine, leader, leader.address)
        self.wait_for("check", 0, FIRST_CHECK_IN + BUSY)
        time.sleep(0.5)

    def start_captures(self) -> None:
        """Record from here on."""
        suffix = "pcapng" if self.options.pcapng else "pcap"
        points = [(self.fabric, PUBLIC, "span")]
        for node, host in enumerate(self.clients):
            devices = ("vmk1", "vmk0") if self.options.vmk0 else ("vmk1",)
            points += [(host.machine, device, capture_name(device, node)) for device in devices]
        for machine, device, name in points:
            file = self.evidence / f"{name}.{suffix}"
            self._captures.append(Capture(machine, device, file, self.options.snaplen, pcapng=self.options.pcapng))
        self.journal.note("capture-start")
        self.report("captures run")

    def stop_captures(self) -> None:
        """Record no more; nor do the logs end in the middle of a check."""
        self.journal.note("capture-stop")
        for capture in self._captures:
            capture.stop()
        check = first(tuple(reversed(self.journal.events())), "check")
        with suppress(LabError):  # its leader may have died in the middle of it
            self.wait_for("check-over", check.at if check else 0, 2 * self.options.period)

    def wait_for_phase(self) -> None:
        """Until the next fault is due: `phase` after a check, and not before the captures saw enough."""
        check = first(tuple(reversed(self.journal.events())), "check")  # another leader has another beat
        if check is None:
            raise LabError("Genesis made no check yet")
        earliest = time.time_ns() + self.options.before_fault - self.options.fault_phase
        periods = max(0, -(-(earliest - check.at) // self.options.period))
        due = check.at + periods * self.options.period + self.options.fault_phase
        time.sleep(max(0, due - time.time_ns()) / SECOND)

    def wait_for(self, name: str, since: int, within: int, **detail: str) -> TrueEvent:
        """The first event of this name from `since` on; :class:`LabError` when none comes within `within` ns."""
        until = time.monotonic_ns() + within
        while time.monotonic_ns() < until:
            if found := first(self.journal.events(), name, since=since, **detail):
                return found
            time.sleep(0.05)
        raise LabError(f"no {name} came within {within / SECOND:g} s; Genesis says:\n{self._end_of_log()}")

    def wait_for_service(self, since: int) -> None:
        """Until each client has an answer to a call that it sent after `since`: their own timers decide when."""
        until = time.monotonic_ns() + _SERVICE_WITHIN
        for host in self.clients:
            while not _answered(host, since):
                ended = host.client is None or host.client.poll() is not None
                if ended or time.monotonic_ns() > until:
                    said = (host.machine.folder / "nfs_client.log").read_text().strip()
                    why = "the NFS client ended" if ended else f"no NFS answer for {_SERVICE_WITHIN // SECOND} s"
                    raise LabError(f"{host.spec.name}: {why}; {said}")
                time.sleep(0.1)

    def _build(self) -> None:
        cluster, options = self.cluster, self.options
        self.fabric = Machine("network", self._folder, self.environment)
        self.network = Network(self.fabric, options.nodes, physical=options.span == "physical")
        for key in ("host", "genesis"):
            self.fabric.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._keys / key)])
        self.cvms = [Cvm(node, cluster, options, self.network, self.journal) for node in range(options.nodes)]
        for cvm in self.cvms:
            self.power_on(cvm)
        self.hosts = [self._host(node) for node in range(options.nodes)]
        for cvm in self.cvms:
            cvm.wait_for_nfs()
        self.report(f"{options.nodes} hosts and {options.nodes} CVMs are up")

    def _host(self, node: int) -> EsxiHost:
        spec = self.cluster.hosts[node]
        own = {
            "AUTOPATH_SHELL_LOG": str(folder_of(spec.name, self._machines) / SHELL),
            "AUTOPATH_CVM": self.cvms[node].spec.name,
            "AUTOPATH_ORDERS": str(self.orders),
        }
        machine = Machine(spec.name, self._machines, {**self.environment, **own}, ("/run",))
        host = EsxiHost(spec, machine, self.journal)
        host.connect(
            self.network,
            node,
            self.cluster,
            arp=self.options.arp_of_hosts if node < self.options.clients else "strict",
            tiny_segments=self.options.tiny_segments,
        )
        host.serve(self._keys)
        return host

    def _start_genesis(self, machine: Machine, cvm: TrueCvm, leader: str) -> None:
        places = GenesisPlaces(self._keys, self.journal.path, self.genesis_log(cvm))
        settings = genesis_settings(self.options, self.cluster, cvm, leader, places)
        self._start(machine, "genesis", settings)

    def _start(self, machine: Machine, name: str, settings: msgspec.Struct) -> subprocess.Popen[bytes]:
        file = machine.folder / f"{name}.json"
        file.write_bytes(msgspec.json.encode(settings))
        return machine.start([sys.executable, "-m", f"analyzer.lab.netns.{name}", str(file)], f"{name}.log")

    def _end_of_log(self) -> str:
        leader = next((cvm for cvm in self.cluster.cvms if cvm.address in self.led[-1:]), self.cluster.leader)
        log = self.genesis_log(leader)
        lines = [
            line
            for file in (log, log.with_name("genesis.log"))
            if file.exists()
            for line in file.read_text().splitlines()
        ]
        return "\n".join(lines[-5:]) or "nothing"


def capture_name(device: str, node: int) -> str:
    """Of a host's port: `vmk1`, and of the second host's `vmk1-2`."""
    return f"{device}-{node + 1}" if node else device


def _answered(host: EsxiHost, since: int) -> bool:
    operations = (entry for entry in read_client_log(host.client_log) if isinstance(entry, Operation))
    return any(operation.sent > since and operation.status >= 0 for operation in operations)
