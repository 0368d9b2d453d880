"""Long captures in constant memory: the steady traffic before a story, repeated as often as needed, then the story."""

from __future__ import annotations

import gzip
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.simulate.captures import record_shape, written
from analyzer.lab.simulate.chronicle import LogLine
from analyzer.lab.simulate.evidence import Evidence, Vantage
from analyzer.lab.simulate.options import Options
from analyzer.lab.simulate.scenario import Scenario
from analyzer.lab.simulate.simulated import Simulated, Writer
from analyzer.lab.simulate.taps import Frames, tapped
from analyzer.lab.simulate.template import Template
from analyzer.lab.simulate.world import World
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueService, TrueVantage

SLACK = 4 * SECOND  # where in the quiet before the story the block may begin
LARGE = 32_768  # bytes of a READ or WRITE when only bytes count
STORY_BYTES = 64_000_000  # about what a story may hold when only bytes count
STORY_LENGTH = 110
Tap = tuple[Vantage, int]
ONE_FILE = ("ring", "late", "early", "vlan", "erspan", "duplicates", "loss", "reorder")


def stream(
    scenario: Scenario, seed: int, folder: Path, told: tuple[Options, Evidence], goal: tuple[int | None, int | None]
) -> Simulated:
    """Write the captures into `folder`; the logs and the truth come back.

    `goal` is (ns of all, bytes of all captures): either, or both: whichever takes longer. Raises :class:`UsageError`
    for what a stream can't have, and OSError when a file can't be written.
    """
    options, evidence = told
    plain = Evidence()
    for name in ONE_FILE:
        if getattr(evidence, name) != getattr(plain, name):
            raise UsageError(f"--{name}: not with --duration or --bytes; leave it out")
    if options.period % SECOND:
        raise UsageError("a stream's --period must be whole seconds")
    options = _sized(options, goal[1])
    world = World(scenario, seed, options, frozenset(evidence.taps(scenario.nodes or options.nodes)))
    world.run()
    return _Stream(world, evidence, folder).write(goal)


def _sized(options: Options, size: int | None) -> Options:
    """Time for a block before the story; when only bytes count, large operations."""
    options = msgspec.structs.replace(options, lead=max(options.lead, options.period + SLACK + SECOND))
    plain = Options()
    if size is None or (options.rate, options.size) != (plain.rate, plain.size):
        return options
    rate = max(1, min(STORY_BYTES, size // 4) // (STORY_LENGTH * LARGE))
    return msgspec.structs.replace(options, rate=rate, size=LARGE if size > 4 * LARGE * STORY_LENGTH else plain.size)


class _Stream(Writer):
    """A world's captures with its first quiet period repeated before them."""

    def __init__(self, world: World, evidence: Evidence, folder: Path) -> None:
        super().__init__(world, evidence)
        self._folder = folder
        self._period = world.options.period
        self._taps = evidence.taps(len(world.nodes))
        self._frames: dict[Tap, Frames] = {
            (what, number): tapped(what, world.nodes[number - 1], world.public, world.nodes, evidence)
            for what, number in self._taps
        }
        self._start = self._quiet_moment()
        self._times = 0

    def write(self, goal: tuple[int | None, int | None]) -> Simulated:
        """Write the captures; see `stream`."""
        blocks = {tap: self._between(tap, self._start, self._start + self._period) for tap in self._taps}
        templates = {tap: Template(block, self._period, self.evidence) for tap, block in blocks.items()}
        stories = {tap: self._between(tap, self._start, self.last) for tap in self._taps}
        self._times = self._repetitions(goal, templates, stories)
        self.first = self._start - self._times * self._period
        for what, number in self._taps:
            self._capture((what, number), templates[what, number], stories[what, number])
        self._repeat_logs()
        self.logs()
        return Simulated(files=self.files, truth=self.truth())

    def _between(self, tap: Tap, first: int, last: int) -> Frames:
        return [item for item in self._frames[tap] if first <= item[0] < last]

    def _quiet_moment(self) -> int:
        """A moment in the pause between frames, such that a period later there is a pause too."""
        begin, period = self.world.first, self._period
        times = sorted(at for frames in self._frames.values() for at, _ in frames)
        best = (0, begin)
        for place in range(bisect_right(times, begin), bisect_left(times, begin + SLACK)):
            middle = (times[place - 1] + times[place]) // 2 if place else begin
            later = bisect_left(times, middle + period)
            beside = [*times[max(0, later - 1) : later + 1], times[place]]
            room = min(abs(beside[-1] - middle), *(abs(at - middle - period) for at in beside[:-1]))
            best = max(best, (room, middle))
        return best[1]

    def _repetitions(
        self,
        goal: tuple[int | None, int | None],
        templates: dict[Tap, Template],
        stories: dict[Tap, Frames],
    ) -> int:
        """How often the block comes before the story."""
        duration, size = goal
        times = 0
        if duration is not None:
            times = -(-max(0, duration - (self.last - self._start)) // self._period)
        block = sum(template.size for template in templates.values())
        if size is not None and block:
            told = sum(len(written(frames, self.evidence)) for frames in stories.values())
            times = max(times, -(-max(0, size - told) // block))
        return times

    def _capture(self, tap: Tap, template: Template, story: Frames) -> None:
        what, number = tap
        evidence, node = self.evidence, self.world.nodes[number - 1]
        suffix = ".pcapng" if evidence.format == "pcapng" else ".pcap"
        name = what if what == "span" or number == 1 else f"{what}-{number}"
        name += suffix + ("" if evidence.compress == "none" else f".{evidence.compress}")
        last = written(story, evidence)
        head = record_shape(evidence)[0]
        with _writing(self._folder / name, evidence.compress) as file:
            file.write(last[:head])
            for part in template.repeated(-self._times, 0):
                file.write(part)
            file.write(last[head:])
        times = [at for at, _ in story] or [self._start]
        self.vantages.append(
            TrueVantage(
                file=name,
                what=what,
                of=None if what == "span" else node.host.address,
                first=times[0] - self._times * self._period,
                last=times[-1],
                snaplen=evidence.snaplen or None,
            )
        )

    def _repeat_logs(self) -> None:
        """The check of the block, in the log of each repetition; what was logged before moves to the beginning."""
        start, period, chronicle = self._start, self._period, self.world.chronicle
        back = self._times * period
        block = [line for line in chronicle.log if start <= line.at < start + period]
        earlier = [_moved(line, -back) for line in chronicle.log if line.at < start]
        again = [_moved(line, -turn * period) for turn in range(self._times, 0, -1) for line in block]
        chronicle.log[:] = earlier + again + [line for line in chronicle.log if line.at >= start]
        chronicle.services[:] = [self._longer(one, start, start + period) for one in chronicle.services]

    def _longer(self, one: TrueService, start: int, end: int) -> TrueService:
        """A service that was there in the block has served through all repetitions."""
        node = next(node for node in self.world.nodes if node.host.address == one.host)
        if not one.first_reply <= end or one.last_reply < start or one.first_reply > start:
            return one
        inside = sum(start <= at < end for client in node.clients for at in client.replies) // len(node.clients)
        moved = one.first_reply - self._times * self._period
        return msgspec.structs.replace(one, first_reply=moved, replies=one.replies + self._times * inside)


def _moved(line: LogLine, by: int) -> LogLine:
    return LogLine(line.at + by, line.by, line.level, line.says, line.values)


@contextmanager
def _writing(path: Path, how: str) -> Iterator[IO[bytes]]:
    """The file, compressed as it is written; unbuffered otherwise, as what is written is large."""
    with path.open("wb", buffering=0) as file:
        if how == "gz":
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=3, mtime=0) as squeezed:
                yield squeezed  # type: ignore[misc]
        elif how == "zst":
            import zstandard

            with zstandard.ZstdCompressor(level=1).stream_writer(file) as squeezed:
                yield squeezed
        else:
            yield file
