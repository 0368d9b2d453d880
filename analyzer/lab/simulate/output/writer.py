"""A simulation's files: the captures of its vantage points, genesis.out of its CVMs, the logs of its hosts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from random import Random
from typing import Literal

from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.output.captures import capture_files, compressed
from analyzer.lab.simulate.output.clocks import Clocks, DeviceClock
from analyzer.lab.simulate.output.encapsulation import encapsulated
from analyzer.lab.simulate.output.host_chatter import chatter
from analyzer.lab.simulate.output.host_logs import storage_lines
from analyzer.lab.simulate.output.logs import genesis_text, host_text, idle_text
from analyzer.lab.simulate.output.taps import Frames, impaired, tapped
from analyzer.lab.simulate.scenario.evidence import Evidence, Vantage, check_stamps
from analyzer.lab.simulate.simulation import Simulation
from analyzer.lab.simulate.truth.truth_log import GenesisLine, HostLine, HostLog
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueClock, TrueVantage

IDLE_EVERY = 60 * SECOND
WHOLE = 1000  # per mille

LogKind = Literal["genesis", "vmkernel", "vobd", "shell", "auth", "hostd"]
HOST_LOGS: tuple[tuple[HostLog, LogKind], ...] = (
    ("kernel", "vmkernel"),
    ("vobd", "vobd"),
    ("shell", "shell"),
    ("auth", "auth"),
    ("hostd", "hostd"),
)


class Writer:
    """Makes `files` (bytes by name) and says in `vantages` what each is. `first` and `last` bound the captures, and the
    logs begin at `start`: true time, ns.
    """

    def __init__(self, simulation: Simulation, evidence: Evidence) -> None:
        """Raises :class:`~analyzer.errors.UsageError` for a clock of no device."""
        self.simulation, self.evidence = simulation, evidence
        self.files: dict[str, bytes] = {}
        self.start = simulation.drawn.start
        self.first = simulation.first + evidence.late
        self.last = max(self.first, simulation.last - evidence.early)
        self.vantages: list[TrueVantage] = []
        devices = _devices(simulation.nodes)
        self._clocks = Clocks(simulation.options.clock, devices, simulation.seed, self.start, simulation.first)
        self.random = Random(f"{simulation.seed}/evidence")  # noqa: S311 - a simulation

    def clocks(self) -> tuple[TrueClock, ...]:
        """The clocks that stamped the files."""
        return self._clocks.true()

    # --- captures ---------------------------------------------------------------------------------------------------

    def capture(self, what: Vantage, number: int) -> None:
        """The capture of one vantage point."""
        simulation, evidence = self.simulation, self.evidence
        frames: Frames = tapped(what, simulation.nodes[number - 1], simulation.public, simulation.nodes, evidence)
        frames = [item for item in frames if self.first <= item[0] <= self.last]
        frames = impaired(frames, evidence, self.random)
        if what == "span":
            frames = encapsulated(frames, evidence)
        reads = self.device_clock(what, number).reads
        name = named(what, number)
        for file, data, first, last in capture_files(frames, name, evidence, reads):
            self.files[file] = data
            self.seen(what, number, file, first, last)

    def device_clock(self, what: Vantage, number: int) -> DeviceClock:
        """The clock of the device that captures there; :class:`UsageError` when it would show what no capture can."""
        device = _device(what, number)
        device_clock = self._clocks.device_clock(device)
        ends = device_clock.reads(self.first), device_clock.reads(self.last)
        check_stamps(min(ends), max(ends), device)
        return device_clock

    def seen(self, what: Vantage, number: int, file: str, first: int, last: int) -> None:
        """Say what a capture file is; `first` and `last` are the true times of its frames, ns."""
        self.vantages.append(
            TrueVantage(
                file=file,
                what=what,
                of=None if what == "span" else self.simulation.nodes[number - 1].host.address,
                clock=_device(what, number),
                first=first,
                last=last,
                snaplen=self.evidence.snaplen or None,
            )
        )

    # --- logs -------------------------------------------------------------------------------------------------------

    def logs(self) -> None:
        """genesis.out of the CVMs and the logs of the hosts."""
        for node in self.simulation.nodes:
            if self.evidence.genesis == "all" or (self.evidence.genesis == "leaders" and self._led(node)):
                self._genesis(node)
            if self.evidence.esxi_logs:
                self._host(node)

    def _led(self, node: Node) -> bool:
        return any(line.node == node.cvm.number for line in self.simulation.truth_log.genesis_log)

    def genesis_lines(self, number: int) -> Iterator[GenesisLine]:
        """What Genesis of a CVM said, in order of time."""
        log, last = self.simulation.truth_log.genesis_log, self.simulation.last
        return (line for line in log if line.node == number and line.at <= last)

    def host_lines(self, number: int) -> Iterator[HostLine]:
        """What was noted for the logs of a host."""
        log, last = self.simulation.truth_log.host_log, self.simulation.last
        return (line for line in log if line.host == number and line.at <= last)

    def _genesis(self, node: Node) -> None:
        simulation, drawn, address = self.simulation, self.simulation.drawn, node.cvm.address
        clock = f"cvm:{address}"
        device_clock = self._clocks.device_clock(clock, simulation.options.zone)
        if self._led(node):
            text = genesis_text(self.genesis_lines(node.cvm.number), drawn.wording, drawn.header, device_clock)
        else:
            text = idle_text(range(self.start, simulation.last, IDLE_EVERY), drawn.header, device_clock, address)
        parts = list(self._parts(text))
        for place, part in enumerate(parts):
            first, whole = _peeked(part)
            old = "" if place == len(parts) - 1 else f".{_rotated(first)}"
            self._keep(f"{address}/genesis.out{old}", whole, "genesis", address, clock)

    def _parts(self, text: Iterator[str]) -> Iterator[Iterable[str]]:
        """The log as far as it was kept, in the files of its rotation."""
        evidence = self.evidence
        if evidence.keep_log == WHOLE and not evidence.rotate:
            yield text
            return
        lines = list(text)
        lines = lines[: max(1, len(lines) * evidence.keep_log // WHOLE)]
        every = evidence.rotate or len(lines)
        yield from (lines[start : start + every] for start in range(0, len(lines), every))

    def _host(self, node: Node) -> None:
        simulation, host = self.simulation, node.host
        clock = f"esxi:{host.address}"
        device_clock = self._clocks.device_clock(clock)
        noted = list(self.host_lines(host.number))
        replies = [client.replies for client in node.clients]
        noted += storage_lines(host.number, self.start, replies, simulation.last, host.stopped)
        off = zip_longest(host.stopped, host.booted, fillvalue=simulation.last)
        noted += chatter(host.number, self.start, simulation.last, off, str(simulation.seed))
        for log, kind in HOST_LOGS:
            lines: list[HostLine] = [line for line in noted if line.log == log]
            if lines:
                text = host_text(lines, simulation.drawn.esxi, device_clock)
                self._keep(f"{host.address}/{kind}.log", text, kind, host.address, clock)

    def _keep(self, name: str, lines: Iterable[str], what: LogKind, of: str, clock: str) -> None:
        """A log of the machine `of`."""
        name += ".gz" if self.evidence.compress == "gz" and "genesis.out." in name else ""
        self.write_log(name, (line.encode() for line in lines))
        self.vantages.append(TrueVantage(file=name, what=what, of=of, clock=clock))

    def write_log(self, name: str, lines: Iterable[bytes]) -> None:
        """Make the file of a log."""
        data = b"".join(lines)
        self.files[name] = compressed(data, "gz") if name.endswith(".gz") else data


def named(what: Vantage, number: int) -> str:
    """A capture's file name, without its ending."""
    return what if what == "span" or number == 1 else f"{what}-{number}"


def _device(what: Vantage, number: int) -> str:
    """What captures at a vantage point."""
    return what if what == "span" else f"{what}:{number}"


def _devices(nodes: list[Node]) -> Iterator[str]:
    """The names of all that has a clock."""
    yield "span"
    for node in nodes:
        yield f"cvm:{node.cvm.address}"
        yield f"esxi:{node.host.address}"
        yield f"vmk0:{node.host.number}"
        yield f"vmk1:{node.host.number}"


def _peeked(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """The first line, and all of them."""
    rest = iter(lines)
    first = next(rest, "")
    return first, chain((first,), rest)


def _rotated(first: str) -> str:
    """The suffix of a rotated genesis.out, by its first record: 20230831-171521Z, or without Z in local time."""
    stamp = "".join(sign for sign in first[:19] if sign.isdigit())
    return f"{stamp[:8]}-{stamp[8:]}" + ("Z" if "Z " in first[:26] else "")
