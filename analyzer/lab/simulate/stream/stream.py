"""Long captures in constant memory: the steady traffic before a story, repeated as often as needed, then the story.

What a capture loses, has twice or in another order is so in each repetition alike.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.simulate.output.captures import written
from analyzer.lab.simulate.output.simulated import Simulated, truth_of
from analyzer.lab.simulate.output.taps import Frames, tapped
from analyzer.lab.simulate.output.writer import Writer, named
from analyzer.lab.simulate.scenario import evidence as rules
from analyzer.lab.simulate.scenario.clock_settings import settings_of
from analyzer.lab.simulate.scenario.evidence import Evidence, Vantage
from analyzer.lab.simulate.scenario.options import Options, shown
from analyzer.lab.simulate.scenario.scenario import Scenario
from analyzer.lab.simulate.simulation import Simulation
from analyzer.lab.simulate.stream.capture_stream import CaptureStream
from analyzer.lab.simulate.stream.files import compressed_into, put, written_to
from analyzer.lab.simulate.stream.goal import Filling, Goal, Lasting
from analyzer.lab.simulate.stream.template import Block, Stamping
from analyzer.lab.simulate.truth.truth_log import GenesisLine, HostLine, HostLog
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.truth import TrueService

SLACK = 4 * SECOND  # where in the quiet before the story the block may begin
LARGE = 32_768  # bytes of a READ or WRITE when only bytes count
STORY_BYTES = 32_000_000  # about what a story may hold when only bytes count
STORY_LENGTH = 110
Tap = tuple[Vantage, int]


def stream(
    scenario: Scenario,
    seed: int,
    folder: Path,
    goal: Goal,
    options: Options | None = None,
    evidence: Evidence | None = None,
) -> Simulated:
    """Write captures and logs into `folder`; the truth comes back.

    Raises :class:`UsageError` for what a stream can't have, such as less than its story, and OSError when a file can't
    be written.
    """
    options, evidence = options or Options(), evidence or Evidence()
    rules.check(evidence)
    settings_of(options.clock)
    if options.period % MILLISECOND:
        raise UsageError("a stream's --period must be whole ms, as the clock of TCP's timestamps ticks in them")
    options = _sized(scenario.cluster(options), goal)
    simulation = Simulation(scenario, seed, options, frozenset(evidence.taps(options.nodes)))
    simulation.run()
    return _Stream(simulation, evidence, folder).write(goal)


def _sized(options: Options, goal: Goal) -> Options:
    """Time for a block before the story; when only bytes count, large operations."""
    options = msgspec.structs.replace(options, lead=max(options.lead, options.period + SLACK + SECOND))
    plain = Options()
    if isinstance(goal, Lasting) or any(
        getattr(options, name) != getattr(plain, name) for name in ("rate", "size", "rsize", "wsize")
    ):
        return options
    size = goal.size
    rate = max(1, min(STORY_BYTES, size // 4) // (STORY_LENGTH * LARGE))
    return msgspec.structs.replace(options, rate=rate, size=LARGE if size > 4 * LARGE * STORY_LENGTH else plain.size)


class _Stream(Writer):
    """A simulation's captures with its first quiet period repeated before them."""

    def __init__(self, simulation: Simulation, evidence: Evidence, folder: Path) -> None:
        super().__init__(simulation, evidence)
        self._folder = folder
        self._period = simulation.options.period
        frames: dict[Tap, Frames] = {
            (what, number): tapped(what, simulation.nodes[number - 1], simulation.public, simulation.nodes, evidence)
            for what, number in evidence.taps(len(simulation.nodes))
        }
        self._quiet = self._quiet_moment(frames)
        self._captures = {tap: self._capture_stream(tap, passing) for tap, passing in frames.items()}
        self._times = 0

    def write(self, goal: Goal) -> Simulated:
        """Write everything; see `stream`."""
        self._times = self._repetitions(goal)
        back = self._times * self._period
        self.start -= back
        self.first = self._quiet - back + self.evidence.late
        self.last = max(self.first, self.simulation.last - self.evidence.early)
        rules.check_window(self.evidence, self._quiet - back, self.simulation.last)
        rules.check_stamps(self.start, self.last, "a stream of this length")
        for tap in self._captures:
            self.device_clock(*tap)
        for tap, capture in self._captures.items():
            self._capture(tap, capture)
        truth_log = self.simulation.truth_log
        truth_log.services[:] = [self._longer(one) for one in truth_log.services]
        self.logs()
        return Simulated(files=self.files, truth=truth_of(self))

    def _capture_stream(self, tap: Tap, frames: Frames) -> CaptureStream:
        start, period = self._quiet, self._period
        story = [item for item in frames if start <= item[0] <= self.simulation.last]
        device_clock = self.device_clock(*tap)
        stamping = Stamping(device_clock.true, mirrored=tap[0] == "span")
        return CaptureStream(story, Block(start, period), self.evidence, stamping, self.random)

    def _quiet_moment(self, taps: dict[Tap, Frames]) -> int:
        """A moment in the pause between frames, such that a period later there is a pause too."""
        begin, period = self.simulation.first, self._period
        times = sorted(at for frames in taps.values() for at, _ in frames)
        best = (0, begin)
        for place in range(bisect_right(times, begin), bisect_left(times, begin + SLACK)):
            middle = (times[place - 1] + times[place]) // 2 if place else begin
            later = bisect_left(times, middle + period)
            neighbours = [*times[max(0, later - 1) : later + 1], times[place]]
            room = min(abs(neighbours[-1] - middle), *(abs(at - middle - period) for at in neighbours[:-1]))
            best = max(best, (room, middle))
        return best[1]

    def _repetitions(self, goal: Goal) -> int:
        """How often the block comes before the story; :class:`UsageError` when that alone is more than the goal."""
        match goal:
            case Lasting(duration):
                return self._lasting(duration)
            case Filling(size):
                return self._filling(size)

    def _lasting(self, duration: int) -> int:
        least = self.simulation.last - self._quiet
        if duration < least:
            raise UsageError(f"--duration is {shown(duration)}; the story alone lasts {least // SECOND + 1}s")
        return -(-(duration - least) // self._period)

    def _filling(self, size: int) -> int:
        block = sum(capture.template.size for capture in self._captures.values())
        if not block:
            return 0
        least = sum(len(written(capture.story, self.evidence)) for capture in self._captures.values())
        if size < least:
            raise UsageError(f"--bytes is {size}; the story alone has {least}")
        return -(-(size - least) // block)

    # --- captures ---------------------------------------------------------------------------------------------------

    def _capture(self, tap: Tap, capture: CaptureStream) -> None:
        """The capture's file, or the files of its ring buffer."""
        evidence = self.evidence
        ending = ".pcapng" if evidence.format == "pcapng" else ".pcap"
        ending += "" if evidence.compress == "none" else f".{evidence.compress}"
        step = evidence.ring or self.last + 1 - self.first
        made = 0
        for least in range(self.first, self.last + 1, step):
            span = least, min(least + step, self.last + 1)
            times = capture.times(*span)
            if times is None and evidence.ring:
                continue
            made += 1
            name = named(*tap) + (f"_{made:05d}" if evidence.ring else "") + ending
            with written_to(self._folder / name, evidence.compress) as file:
                for part in capture.file(*span):
                    put(file, memoryview(part))
            self.seen(*tap, name, *(times or span))

    # --- logs -------------------------------------------------------------------------------------------------------

    def genesis_lines(self, number: int) -> Iterator[GenesisLine]:
        """The check of the block, in each repetition; what was logged before moves to the beginning."""
        start, period = self._quiet, self._period
        own = list(super().genesis_lines(number))
        block = [line for line in own if start <= line.at < start + period]
        yield from (_moved(line, -self._times * period) for line in own if line.at < start)
        for turn in range(self._times, 0, -1):
            yield from (_moved(line, -turn * period) for line in block)
        yield from (line for line in own if line.at >= start)

    def host_lines(self, number: int) -> Iterator[HostLine]:
        """What was logged before the block moves to the beginning."""
        back = self._times * self._period
        for line in super().host_lines(number):
            yield HostLine(line.at - back, *_rest(line)) if line.at < self._quiet else line

    def write_log(self, name: str, lines: Iterable[bytes]) -> None:
        """Write the log into the folder, line by line."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file, compressed_into(file, "gz" if path.suffix == ".gz" else "none") as log:
            log.writelines(lines)

    def _longer(self, one: TrueService) -> TrueService:
        """A service that was there in the block has served through all repetitions."""
        start, end = self._quiet, self._quiet + self._period
        node = next(node for node in self.simulation.nodes if node.host.address == one.host)
        if not one.first_reply <= end or one.last_reply < start or one.first_reply > start:
            return one
        inside = sum(start <= at < end for client in node.clients for at in client.replies) // len(node.clients)
        moved = one.first_reply - self._times * self._period
        return msgspec.structs.replace(one, first_reply=moved, replies=one.replies + self._times * inside)


def _moved(line: GenesisLine, by: int) -> GenesisLine:
    return GenesisLine(line.at + by, line.node, line.level, line.message, line.values)


def _rest(line: HostLine) -> tuple[int, HostLog, str, int]:
    return line.host, line.log, line.text, line.pid
