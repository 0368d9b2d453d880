"""All that one capture holds of a stream: the repetitions of a block, then the story that begins with that block."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from analyzer.lab.simulate.output.captures import record_shape, stamped, written
from analyzer.lab.simulate.output.encapsulation import encapsulated
from analyzer.lab.simulate.output.taps import Frames, impaired
from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.lab.simulate.stream.template import Block, Stamping, Template


class CaptureStream:
    """The frames of a tap in true time; `story` is what the capture has of them from `start` on."""

    def __init__(self, frames: Frames, block: Block, evidence: Evidence, stamping: Stamping, random: Random) -> None:
        """`frames` pass the tap from the start of `block` on."""
        self._evidence, self._clock = evidence, stamping.clock
        steady = [item for item in frames if item[0] < block.start + block.period]
        self.template = Template(steady, impaired(steady, evidence, random), block, evidence, stamping)
        passed = impaired(frames, evidence, random)
        self.story = encapsulated(passed, evidence) if stamping.mirrored else passed
        self._times = list(accumulate((at for at, _ in self.story), max))

    def times(self, least: int, most: int) -> tuple[int, int] | None:
        """When the first and the last frame in [least, most) passed, ns; None when none did."""
        template = self.template
        first, last = self._numbers(least, most)
        begin, end = self._places(least, most)
        known = [template.time(first), template.time(last - 1)] if first < last else []
        known += [self._times[begin], self._times[end - 1]] if begin < end else []
        return (known[0], known[-1]) if known else None

    def file(self, least: int, most: int) -> Iterator[bytes | memoryview]:
        """A capture file of the frames in [least, most), in pieces; each is to be used before the next is made."""
        begin, end = self._places(least, most)
        story = written(stamped(self.story[begin:end], self._clock.reads), self._evidence)
        head = record_shape(self._evidence)[0]
        yield story[:head]
        yield from self.template.records(*self._numbers(least, most))
        yield memoryview(story)[head:]

    def _numbers(self, least: int, most: int) -> tuple[int, int]:
        """The records of the repetitions: all that are before the story."""
        number = self.template.number
        return (number(least), min(0, number(most))) if self.template.count else (0, 0)

    def _places(self, least: int, most: int) -> tuple[int, int]:
        return bisect_left(self._times, least), bisect_left(self._times, most)
