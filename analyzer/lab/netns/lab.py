"""The lab as a whole: the cluster, its client and Genesis, the captures; and how to wait for what happens.

It stands in a folder of its own, in memory; nothing of it has to be taken down (see `sandbox`).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import msgspec

from analyzer.lab.netns.capture import Capture
from analyzer.lab.netns.client import BLOCKS, FILE, ClientSettings
from analyzer.lab.netns.client_log import Entry, Operation, read_client_log
from analyzer.lab.netns.cluster import Cluster
from analyzer.lab.netns.cvm import EXPORT, POWER_ON, Cvm
from analyzer.lab.netns.esxi import SHELL, EsxiHost
from analyzer.lab.netns.failure import LabError
from analyzer.lab.netns.genesis.rules import Host
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.journal import Journal, first
from analyzer.lab.netns.machine import Machine
from analyzer.lab.netns.network import PUBLIC, Network
from analyzer.lab.netns.options import LabOptions
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueEvent

Hear = Callable[[str], None]

_FIRST_CHECK_IN = 2 * SECOND  # Python and the SSH connections need about half of it
_SERVICE_WITHIN = 120 * SECOND
_TOOLS = ("esxcfg-route", "vmkping")


class Lab:
    """A running cluster. `hear` is told what happens, for a person."""

    def __init__(self, options: LabOptions, cluster: Cluster, folder: Path, hear: Hear) -> None:
        self.options, self.cluster, self.hear = options, cluster, hear
        self.evidence, self._container, self._keys = (folder / name for name in ("evidence", "container", "keys"))
        for made in (self.evidence, self._container, self._keys):
            made.mkdir(parents=True)
        self._folder = folder
        self.journal = Journal(folder / "journal.jsonl", "lab")
        self.environment = _environment(_tools(folder / "bin"))
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
    def genesis_log(self) -> Path:
        """genesis.out of the CVM that leads."""
        return self._folder / self.cluster.leader.name / "genesis.out"

    def client_log(self) -> tuple[Entry, ...]:
        """What the NFS client told so far."""
        return read_client_log(self.host.machine.folder / "client.jsonl")

    def power_on(self, cvm: Cvm, initialising_checks: int = 0) -> None:
        """Power a CVM on; it boots meanwhile."""
        self.journal.note(POWER_ON, cvm=cvm.spec.address)
        cvm.power_on(self._folder / cvm.spec.name, self._container, self.environment, initialising_checks)

    def start_client(self) -> None:
        """The watched host mounts the datastore and does I/O."""
        (self._container / FILE.strip("/")).write_bytes(bytes(BLOCKS * self.options.size))
        settings = ClientSettings(
            server=self.cluster.storage_address,
            export=EXPORT,
            log=str(self.host.machine.folder / "client.jsonl"),
            rate=self.options.rate,
            size=self.options.size,
            queue_depth=self.options.queue_depth,
            rpc_timeout=self.options.call_timeout,
            connect_timeout=self.options.connect_timeout,
            reconnect_delay=self.options.reconnect_delay,
            reset=self.options.client_close == "rst",
        )
        self._start(self.host.machine, "client", settings)
        self.wait_for_service(time.time_ns())

    def start_genesis(self) -> None:
        """On the CVM that leads; returns when the first check is over."""
        leader = self.cvms[1].machine
        if leader is None:
            raise LabError(f"{self.cluster.leader.name} is to lead and is powered off")
        self._start(leader, "genesis", self._genesis_settings())
        self.wait_for("check", 0, 4 * _FIRST_CHECK_IN)
        time.sleep(0.5)

    def start_captures(self) -> None:
        """Record from here on."""
        suffix = "pcapng" if self.options.pcapng else "pcap"
        for machine, device, name in ((self.fabric, PUBLIC, "span"), (self.host.machine, "vmk1", "vmk1")):
            file = self.evidence / f"{name}.{suffix}"
            self._captures.append(Capture(machine, device, file, self.options.snaplen, pcapng=self.options.pcapng))
        self.journal.note("capture-start")
        self.hear("captures run")

    def stop_captures(self) -> None:
        """Record no more."""
        self.journal.note("capture-stop")
        for capture in self._captures:
            capture.stop()

    def wait_for_phase(self) -> None:
        """Until the next fault is due: `phase` after a check, and not before the captures saw enough."""
        check = first(self.journal.events(), "check")
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
        raise LabError(f"no {name} came within {within / SECOND:g} s; Genesis says:\n{self._last_words()}")

    def wait_for_service(self, since: int) -> None:
        """Until the client has an answer to a call that it sent after `since`: its own timers decide when."""
        until = time.monotonic_ns() + _SERVICE_WITHIN
        while time.monotonic_ns() < until:
            operations = (entry for entry in self.client_log() if isinstance(entry, Operation))
            if any(operation.sent > since and operation.status >= 0 for operation in operations):
                return
            time.sleep(0.1)
        log = self.host.machine.folder / "client.log"
        raise LabError(f"the NFS client had no answer for {_SERVICE_WITHIN // SECOND} s; {log.read_text().strip()}")

    def _build(self) -> None:
        cluster, options = self.cluster, self.options
        self.fabric = self._machine("network")
        self.network = Network(self.fabric, options.nodes, physical=options.span == "physical")
        for key in ("host", "genesis"):
            self.fabric.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._keys / key)])
        self.cvms = [Cvm(node, cluster, options, self.network, self.journal) for node in range(options.nodes)]
        for cvm in self.cvms:
            self.power_on(cvm)
        self.hosts = [self._host(node) for node in range(options.nodes)]
        for cvm in self.cvms:
            cvm.wait_for_nfs()
        self.hear(f"{options.nodes} hosts and {options.nodes} CVMs are up")

    def _host(self, node: int) -> EsxiHost:
        spec = self.cluster.hosts[node]
        machine = self._machine(spec.name, ("/run",), AUTOPATH_SHELL_LOG=str(self._folder / spec.name / SHELL))
        host = EsxiHost(spec, machine, self.journal)
        host.connect(
            self.network,
            node,
            self.cluster,
            answers_for_all=node == 0 and self.options.reply_path == "symmetric",
            tiny_segments=self.options.tiny_segments,
        )
        host.serve(self._keys)
        return host

    def _machine(self, name: str, private: tuple[str, ...] = (), **more: str) -> Machine:
        return Machine(name, self._folder / name, {**self.environment, **more}, private)

    def _start(self, machine: Machine, name: str, settings: msgspec.Struct) -> None:
        file = machine.folder / f"{name}.json"
        file.write_bytes(msgspec.json.encode(settings))
        machine.start([sys.executable, "-m", f"analyzer.lab.netns.{name}", str(file)], f"{name}.log")

    def _genesis_settings(self) -> GenesisSettings:
        cluster, options = self.cluster, self.options
        return GenesisSettings(
            period=options.period,
            first_check=time.time_ns() + _FIRST_CHECK_IN,
            cvms=tuple(cvm.address for cvm in cluster.cvms),
            hosts=tuple(Host(host.address, host.cvm) for host in cluster.hosts),
            preferred=cluster.preferred.address,
            storage_address=cluster.storage_address,
            probe_timeout=options.probe_timeout,
            task_delay=options.delay_of_task,
            terminate=options.terminate,
            keys=str(self._keys),
            journal=str(self.journal.path),
            log=str(self.genesis_log),
            zone=options.log_zone,
            skew=options.log_skew,
            stamps=options.log_stamps,
        )

    def _last_words(self) -> str:
        error = self.genesis_log.with_name("genesis.log")
        lines = [line for file in (self.genesis_log, error) if file.exists() for line in file.read_text().splitlines()]
        return "\n".join(lines[-5:]) or "nothing"


def _tools(folder: Path) -> Path:
    """The commands of an ESXi host, in a folder for the path."""
    folder.mkdir()
    for name in _TOOLS:
        source = resources.files("analyzer.lab.netns").joinpath("bin", name)
        (folder / name).write_bytes(source.read_bytes())
        (folder / name).chmod(0o755)
    return folder


def _environment(tools: Path) -> dict[str, str]:
    package = Path(__file__).resolve().parents[3]
    path = f"{tools}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    kept = {name: value for name in ("TERM",) if (value := os.environ.get(name))}
    return {**kept, "PATH": path, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
