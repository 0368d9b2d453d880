"""A stretch of HA checks that found all well, packed so that weeks of them take little room, and nothing is lost.

What each check said is held once; of each line, its stamp and its number; the lines' texts are compressed, in pages.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from analyzer.model.event import Event, Forwarding, HealthyChecks, StargateStates, repeated
from analyzer.model.instant import Instant
from analyzer.model.source import Origin

PAGE = 512  # checks whose texts are compressed at once
_LEVEL = 1  # the fastest: the lines differ in their stamps only


class Said(msgspec.Struct, frozen=True):
    """A line that every check of a stretch writes: what it says, and by which rule it was read."""

    detail: StargateStates | Forwarding
    rule: str | None


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Checks of one log without a pause: `lines` is what each said, `times` and `numbers` have the stamp (ns) and the
    number of each line, check by check; a stamp means the `resolution` ns from it on. `pages` are the texts. `ends` is
    how many of the first and of the last checks bound faults that may be beside the stretch.
    """

    source: str
    clock: str
    resolution: int
    lines: tuple[Said, ...]
    times: array[int]
    numbers: array[int]
    pages: tuple[bytes, ...]
    ends: tuple[int, int]

    @property
    def firsts(self) -> array[int]:
        """The stamps of each check's first line, ns."""
        return self.times[:: len(self.lines)]

    def events(self, begin: int, end: int) -> Iterator[Event]:
        """The lines of the checks from place `begin` to before `end`, each as it was read."""
        texts: list[str] = []
        for check in range(begin, end):
            page, place = divmod(check, PAGE)
            if not texts or not place:
                texts = zlib.decompress(self.pages[page]).decode().split("\n")
            for nth, said in enumerate(self.lines):
                index = check * len(self.lines) + nth
                yield Event(
                    at=self._at(index),
                    detail=said.detail,
                    origin=Origin(self.source, self.numbers[index]),
                    rule=said.rule,
                    text=texts[place * len(self.lines) + nth],
                )

    def folded(self, begin: int, end: int) -> Event:
        """The checks from place `begin` to before `end` as one event, at the first one's first line."""
        first = next(self.events(begin, begin + 1))
        chosen = slice(begin * len(self.lines), end * len(self.lines), len(self.lines))
        detail = HealthyChecks(
            lines=tuple(said.detail for said in self.lines),
            steps=repeated(_steps(self.times[chosen])),
            apart=repeated(_steps(self.numbers[chosen])),
        )
        return msgspec.structs.replace(first, detail=detail)

    def _at(self, index: int) -> Instant:
        least = self.times[index]
        return Instant(self.clock, least, least + self.resolution)


def _steps(numbers: Sequence[int]) -> Iterator[int]:
    """The distances."""
    return (later - earlier for earlier, later in pairwise(numbers))


class Packer:
    """Packs the checks of one stretch, one after the other; `check` is one of them."""

    def __init__(self, check: Sequence[Event]) -> None:
        at = check[0].at
        self._source, self._clock, self._resolution = check[0].origin.source, at.clock, at.most - at.least
        self._lines = tuple(
            Said(event.detail, event.rule) for event in check if isinstance(event.detail, StargateStates | Forwarding)
        )
        self._times, self._numbers = array("q"), array("q")
        self._texts: list[str] = []
        self._pages: list[bytes] = []

    @property
    def firsts(self) -> array[int]:
        """The stamps of each check's first line, ns."""
        return self._times[:: len(self._lines)]

    def add(self, times: Sequence[int], numbers: Sequence[int], texts: Sequence[str]) -> None:
        """One more check: of each line its stamp (ns), its number and its text."""
        self._times.extend(times)
        self._numbers.extend(numbers)
        self._texts.extend(texts)
        if len(self._texts) == PAGE * len(self._lines):
            self._close_page()

    def _close_page(self) -> None:
        self._pages.append(zlib.compress("\n".join(self._texts).encode(), _LEVEL))
        self._texts = []

    def packed(self, ends: tuple[int, int]) -> Stretch:
        """What was added, with how many checks are its `ends`; nothing is added any more."""
        if self._texts:
            self._close_page()
        return Stretch(
            source=self._source,
            clock=self._clock,
            resolution=self._resolution,
            lines=self._lines,
            times=self._times,
            numbers=self._numbers,
            pages=tuple(self._pages),
            ends=ends,
        )
