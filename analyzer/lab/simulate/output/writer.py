"""A world's history as files: the captures of its vantage points, genesis.out of its CVMs, the logs of its hosts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random
from typing import Literal

from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.output.captures import capture_files, compressed
from analyzer.lab.simulate.output.clocks import Clocks, Watch
from analyzer.lab.simulate.output.encapsulation import dressed
from analyzer.lab.simulate.output.host_logs import storage_lines
from analyzer.lab.simulate.output.logs import genesis_text, host_text, idle_text
from analyzer.lab.simulate.output.taps import Frames, impaired, tapped
from analyzer.lab.simulate.scenario.evidence import Evidence, Vantage, check_stamps
from analyzer.lab.simulate.simulation import World
from analyzer.lab.simulate.truth.truth_log import HostLine, HostLog, LogLine
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueClock, TrueVantage

IDLE_EVERY = 60 * SECOND
WHOLE = 1000  # per mille

LogKind = Literal["genesis", "vmkernel", "vobd", "shell", "auth"]
HOST_LOGS: tuple[tuple[HostLog, LogKind], ...] = (
    ("kernel", "vmkernel"),
    ("vobd", "vobd"),
    ("shell", "shell"),
    ("auth", "auth"),
)


class Writer:
    """Makes `files` (bytes by name) and says in `vantages` what each is. `first` and `last` bound the captures, and the
    logs begin at `start`: true time, ns.
    """

    def __init__(self, world: World, evidence: Evidence) -> None:
        """Raises :class:`~analyzer.errors.UsageError` for a clock of no device."""
        self.world, self.evidence = world, evidence
        self.files: dict[str, bytes] = {}
        self.start = world.drawn.start
        self.first = world.first + evidence.late
        self.last = max(self.first, world.last - evidence.early)
        self.vantages: list[TrueVantage] = []
        self._clocks = Clocks(world.options.clock, _devices(world.nodes), world.seed, self.start)
        self.random = Random(f"{world.seed}/evidence")  # noqa: S311 - a simulation

    def clocks(self) -> tuple[TrueClock, ...]:
        """The clocks that stamped the files."""
        return self._clocks.true()

    # --- captures ---------------------------------------------------------------------------------------------------

    def capture(self, what: Vantage, number: int) -> None:
        """The capture of one vantage point."""
        world, evidence = self.world, self.evidence
        frames: Frames = tapped(what, world.nodes[number - 1], world.public, world.nodes, evidence)
        frames = [item for item in frames if self.first <= item[0] <= self.last]
        frames = impaired(frames, evidence, self.random)
        if what == "span":
            frames = dressed(frames, evidence)
        reads = self.watch(what, number).reads
        name = named(what, number)
        for file, data, first, last in capture_files(frames, name, evidence, reads):
            self.files[file] = data
            self.seen(what, number, file, (first, last))

    def watch(self, what: Vantage, number: int) -> Watch:
        """The clock of the device that captures there; :class:`UsageError` when it would show what no capture can."""
        device = _device(what, number)
        watch = self._clocks.watch(device)
        check_stamps(watch.reads(self.first), watch.reads(self.last), device)
        return watch

    def seen(self, what: Vantage, number: int, file: str, times: tuple[int, int]) -> None:
        """Say what a capture file is; `times` are its first and last frame's, true, ns."""
        self.vantages.append(
            TrueVantage(
                file=file,
                what=what,
                of=None if what == "span" else self.world.nodes[number - 1].host.address,
                clock=_device(what, number),
                first=times[0],
                last=times[1],
                snaplen=self.evidence.snaplen or None,
            )
        )

    # --- logs -------------------------------------------------------------------------------------------------------

    def logs(self) -> None:
        """genesis.out of the CVMs and the logs of the hosts."""
        for node in self.world.nodes:
            if self.evidence.genesis == "all" or (self.evidence.genesis == "leaders" and self._led(node)):
                self._genesis(node)
            if self.evidence.esxi_logs:
                self._host(node)

    def _led(self, node: Node) -> bool:
        return any(line.by == node.cvm.number for line in self.world.chronicle.log)

    def genesis_lines(self, number: int) -> Iterator[LogLine]:
        """What Genesis of a CVM said, in order of time."""
        log, last = self.world.chronicle.log, self.world.last
        return (line for line in log if line.by == number and line.at <= last)

    def host_lines(self, number: int) -> Iterator[HostLine]:
        """What was noted for the logs of a host."""
        log, last = self.world.chronicle.host_log, self.world.last
        return (line for line in log if line.host == number and line.at <= last)

    def _genesis(self, node: Node) -> None:
        world, drawn, address = self.world, self.world.drawn, node.cvm.address
        clock = f"cvm:{address}"
        watch = self._clocks.watch(clock, world.options.zone)
        if self._led(node):
            text = genesis_text(self.genesis_lines(node.cvm.number), drawn.wording, drawn.header, watch)
        else:
            text = idle_text(range(self.start, world.last, IDLE_EVERY), drawn.header, watch, address)
        parts = list(self._parts(text))
        for place, part in enumerate(parts):
            first, whole = _peeked(part)
            old = "" if place == len(parts) - 1 else f".{_rotated(first)}"
            self._keep(f"{address}/genesis.out{old}", whole, "genesis", (address, clock))

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
        world, host = self.world, node.host
        clock = f"esxi:{host.address}"
        watch = self._clocks.watch(clock)
        noted = list(self.host_lines(host.number))
        replies = [client.replies for client in node.clients]
        noted += storage_lines(host.number, self.start, replies, world.last, host.stopped)
        for log, kind in HOST_LOGS:
            lines: list[HostLine] = [line for line in noted if line.log == log]
            if lines:
                text = host_text(lines, world.drawn.esxi, watch)
                self._keep(f"{host.address}/{kind}.log", text, kind, (host.address, clock))

    def _keep(self, name: str, lines: Iterable[str], what: LogKind, whose: tuple[str, str]) -> None:
        """A log; `whose` is (address, clock)."""
        name += ".gz" if self.evidence.compress == "gz" and "genesis.out." in name else ""
        self.write_log(name, (line.encode() for line in lines))
        self.vantages.append(TrueVantage(file=name, what=what, of=whose[0], clock=whose[1]))

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
