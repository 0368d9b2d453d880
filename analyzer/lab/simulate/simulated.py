"""A simulated test: its files as bytes, and its truth."""

from __future__ import annotations

from operator import attrgetter
from random import Random
from typing import Literal

import msgspec

from analyzer.lab.simulate import evidence as rules
from analyzer.lab.simulate.captures import capture_files, compressed
from analyzer.lab.simulate.chronicle import HostLine
from analyzer.lab.simulate.evidence import Evidence
from analyzer.lab.simulate.logs import Watch, genesis_text, host_text, idle_text
from analyzer.lab.simulate.node import Node
from analyzer.lab.simulate.options import Drawn, Options
from analyzer.lab.simulate.scenario import Scenario
from analyzer.lab.simulate.taps import Frames, impaired, tapped
from analyzer.lab.simulate.world import World
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueClock, TrueCvm, TrueHost, TrueVantage, Truth

IDLE_EVERY = 60 * SECOND
MOUNT = 30 * SECOND  # the log of a host begins with the mount, this long before
BETWEEN_MOUNTS = 137_000_000
APD_AFTER = 40 * SECOND  # an outage of a heartbeat's patience
UUID = "5a6ec2b7-1d3f9a40"


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """`files` by their names (with folders, `/`), in the order in which they were made."""

    files: dict[str, bytes]
    truth: Truth


def simulate(
    scenario: Scenario, seed: int, options: Options | None = None, evidence: Evidence | None = None
) -> Simulated:
    """Live through the scenario in virtual time. The same arguments give the same bytes on any machine.

    Raises :class:`~analyzer.errors.UsageError` for options that can't be.
    """
    options, evidence = options or Options(), evidence or Evidence()
    rules.check(evidence)
    nodes = scenario.nodes or options.nodes
    taps = evidence.taps(nodes)
    world = World(scenario, seed, options, frozenset((what, node) for what, node in taps))
    world.run()
    writer = Writer(world, evidence)
    for what, node in taps:
        writer.capture(what, node)
    writer.logs()
    return Simulated(files=writer.files, truth=writer.truth())


class Writer:
    """Turns a world's history into files."""

    def __init__(self, world: World, evidence: Evidence) -> None:
        self.world, self.evidence = world, evidence
        self.files: dict[str, bytes] = {}
        self.first = world.first + evidence.late
        self.last = max(self.first, world.last - evidence.early)
        self.vantages: list[TrueVantage] = []
        self._clocks: list[TrueClock] = []
        self._random = Random(f"{world.seed}/evidence")  # noqa: S311 - a simulation

    # --- captures ---------------------------------------------------------------------------------------------------

    def capture(self, what: rules.Vantage, number: int) -> None:
        """The capture of one vantage point."""
        world, evidence = self.world, self.evidence
        node = world.nodes[number - 1]
        frames: Frames = tapped(what, node, world.public, world.nodes, evidence)
        frames = [item for item in frames if self.first <= item[0] <= self.last]
        frames = impaired(frames, evidence, self._random, mirror=what == "span")
        name = what if what == "span" or number == 1 else f"{what}-{number}"
        of = None if what == "span" else node.host.address
        for file, data, first, last in capture_files(frames, name, evidence):
            self.files[file] = data
            self.vantages.append(
                TrueVantage(file=file, what=what, of=of, first=first, last=last, snaplen=evidence.snaplen or None)
            )

    # --- logs -------------------------------------------------------------------------------------------------------

    def logs(self) -> None:
        """genesis.out of the CVMs and the logs of the hosts."""
        leaders = {line.by for line in self.world.chronicle.log}
        for node in self.world.nodes:
            if self.evidence.genesis == "all" or (self.evidence.genesis == "leaders" and node.cvm.number in leaders):
                self._genesis(node)
            if self.evidence.esxi_logs:
                self._host(node)

    def _genesis(self, node: Node) -> None:
        world, drawn = self.world, self.world.drawn
        watch = self._watch(node.cvm.name, node.cvm.address, world.options.log_ahead, world.options.zone)
        lines = [line for line in world.chronicle.log if line.by == node.cvm.number and line.at <= world.last]
        if lines:
            text = genesis_text(lines, drawn.wording, drawn.header, watch)
        else:
            times = range(drawn.start, world.last, IDLE_EVERY)
            text = idle_text(times, drawn.header, watch, node.cvm.address)
        text = text[: max(1, len(text) * self.evidence.keep_log // 1000)]
        folder = node.cvm.address
        every = self.evidence.rotate or len(text)
        parts = [text[start : start + every] for start in range(0, len(text), every)]
        for place, part in enumerate(parts):
            old = "" if place == len(parts) - 1 else f".{_rotated(part[0])}"
            self._keep(f"{folder}/genesis.out{old}", part, "genesis", node.cvm.address)

    def _host(self, node: Node) -> None:
        world, host = self.world, node.host
        watch = self._watch(host.name, host.address, world.options.host_ahead, "UTC")
        lines = [line for line in world.chronicle.host_log if line.host == host.number and line.at <= world.last]
        kernel = [line for line in lines if line.log == "kernel"] + self._storage_lines(node)
        typed = [line for line in lines if line.log == "shell"]
        folder = host.address
        self._keep(f"{folder}/vmkernel.log", host_text(kernel, world.drawn.esxi, watch), "vmkernel", host.address)
        if typed:
            self._keep(f"{folder}/shell.log", host_text(typed, world.drawn.esxi, watch), "shell", host.address)

    def _storage_lines(self, node: Node) -> list[HostLine]:
        """The mount, and an outage that outlasted the heartbeats' patience."""
        number = node.host.number
        start = self.world.drawn.start + number * BETWEEN_MOUNTS
        server = f'server 192.168.5.2 mount point /container, mounted as {UUID}-0000-000000000000 ("NTNX-container")'
        found = [HostLine(start, number, "kernel", f"NFS: 346: Restored connection to the {server}")]
        apd = f"Device or filesystem with identifier [{UUID}]"
        for client in node.clients:
            for before, after in zip(client.replies, client.replies[1:], strict=False):
                if after - before > APD_AFTER:
                    gone, back = before + APD_AFTER, after + 200_000_000
                    said = f"StorageApdHandler: 1204: {apd} has entered the All Paths Down state."
                    found.append(HostLine(gone, number, "kernel", said))
                    said = f"StorageApdHandler: 507: {apd} has exited the All Paths Down state."
                    found.append(HostLine(back, number, "kernel", said))
        return found

    def _keep(self, name: str, lines: list[str], what: Literal["genesis", "vmkernel", "shell"], of: str) -> None:
        data = "".join(lines).encode()
        ending = ".gz" if self.evidence.compress == "gz" and "genesis.out." in name else ""
        self.files[name + ending] = compressed(data, "gz") if ending else data
        self.vantages.append(TrueVantage(file=name + ending, what=what, of=of))

    def _watch(self, name: str, address: str, ahead: int, zone: str) -> Watch:
        options = self.world.options
        own = Random(f"{self.world.seed}/clock/{name}")  # noqa: S311 - a simulation
        each = options.skew_each
        ahead += own.randrange(-each, each + 1) if each else 0
        self._clocks.append(TrueClock(clock=address, ahead=ahead, drift=options.drift, zone=zone))
        return Watch(ahead, options.drift, self.world.drawn.start, zone)

    # --- truth ------------------------------------------------------------------------------------------------------

    def truth(self) -> Truth:
        """All that really happened."""
        world, chronicle = self.world, self.world.chronicle
        replies = {
            node.host.address: sorted(time for client in node.clients for time in client.replies)
            for node in world.nodes
        }
        return Truth(
            scenario=world.scenario.name,
            made_by="simulator",
            note=world.scenario.about,
            seed=world.seed,
            check_period=world.options.period,
            hosts=tuple(_true_host(node) for node in world.nodes),
            cvms=tuple(_true_cvm(node) for node in world.nodes),
            clocks=tuple(self._clocks),
            evidence=tuple(self.vantages),
            episodes=tuple(
                story.truth(replies[story.host], self.first, self.last)
                for story in chronicle.stories
                if story.effect <= world.last
            ),
            service=tuple(sorted(chronicle.services, key=attrgetter("first_reply", "client", "port"))),
            events=tuple(sorted(chronicle.events, key=attrgetter("at"))),
            parameters=_parameters(world.options, world.drawn),
        )


def _true_host(node: Node) -> TrueHost:
    host = node.host
    return TrueHost(
        name=host.name,
        address=host.address,
        cvm=node.cvm.address,
        vmk0_mac=host.vmk0.mac.hex(":"),
        vmk1_mac=host.vmk1.mac.hex(":"),
    )


def _true_cvm(node: Node) -> TrueCvm:
    cvm = node.cvm
    return TrueCvm(name=cvm.name, address=cvm.address, eth0_mac=cvm.eth0.mac.hex(":"), eth1_mac=cvm.eth1.mac.hex(":"))


def _parameters(options: Options, drawn: Drawn) -> dict[str, str]:
    """Everything that was set or drawn, as text."""
    given = msgspec.to_builtins(options) | msgspec.to_builtins(drawn)
    return {name: str(value) for name, value in sorted(given.items())}


def _rotated(first: str) -> str:
    """The suffix of a rotated genesis.out, by its first record: 20230831-171521Z, or without Z in local time."""
    stamp = "".join(sign for sign in first[:19] if sign.isdigit())
    return f"{stamp[:8]}-{stamp[8:]}" + ("Z" if "Z " in first[:26] else "")
