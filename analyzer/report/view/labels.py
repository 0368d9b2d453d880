"""Short names of the sources, and the words that lead from a statement to the frames and lines it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import PurePosixPath

from analyzer.model.clock import OffsetNote
from analyzer.model.episode import Evident
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.report.parties import Parties
from analyzer.report.view.parts import Ref, Refs

SHOWN = 6
OF_CLOCKS = frozenset({"AP202", "AP203", "AP502"})
"""Findings whose sentences name clocks as the run does (`cvm:…`)."""
LONGEST = "longest-operation"
"""What the longest operation of an episode is called among its figures."""


class Labels:
    """How the page names a run's sources and origins, and which origins it shows (their anchors)."""

    def __init__(self, run: Run, shown: Mapping[Origin, Evident] | None = None) -> None:
        """`shown`: the evidence that the page shows; all of the run's where nothing is said."""
        names = [source.name for source in run.sources]
        self._order = {name: position for position, name in enumerate(dict.fromkeys(names))}
        self._short = short_names(self._order)
        self._captures = {source.name for source in run.sources if source.kind == "capture"}
        self.shown = {evident.origin: evident for evident in run.evidence} if shown is None else shown
        self.parties = Parties(run)
        self.zone = run.about.zone
        clocks = {*(source.clock for source in run.sources), *(clock.clock for clock in run.clocks)}
        self._clocks = clock_words(clocks, self._short)
        self._ids = _any_of(clock for clock in self._clocks if ":" in clock)

    def source(self, name: str) -> str:
        """The shortest end of the source's path that names only it."""
        return self._short.get(name, name)

    def clock(self, clock: str) -> str:
        """A clock in words: `captures`, `CVM 192.168.1.26`, `genesis log`, or the source that has it to itself."""
        return self.parties.text(self._clocks.get(clock, clock))

    def text(self, text: str) -> str:
        """A sentence of the analysis with hosts and CVMs by name, and without marks of code."""
        return self.parties.text(text.replace("`", ""))

    def note(self, note: OffsetNote | None) -> str:
        """What a clock's offset rests on, with other clocks in words; empty where nothing is noted."""
        return self.text(note.said(lambda clock: self._clocks.get(clock, clock))) if note else ""

    def finding(self, code: str, sentence: str) -> str:
        """A finding's sentence, in which quoted lines stay as they are; clocks are in words where it is about some."""
        if code in OF_CLOCKS and self._ids:
            sentence = self._ids.sub(lambda clock: self._clocks[clock[0]], sentence)
        return self.parties.finding(code, sentence.replace("`", ""))

    def party(self, address: str) -> str:
        """A host or CVM by the name that an inventory gives it, with its address."""
        return self.parties.party(address)

    def captured(self, name: str) -> bool:
        """Whether the source is a capture, so that its numbers are frames and not lines."""
        return name in self._captures

    def place(self, origin: Origin) -> str:
        """`frame 12` or `line 12`."""
        return f"{'frame' if self.captured(origin.source) else 'line'} {origin.number}"

    def anchor(self, origin: Origin) -> str:
        """The id of the origin's row in the register of evidence."""
        return f"at-{self._order.get(origin.source, len(self._order)) + 1}-{origin.number}"

    def ref(self, origin: Origin) -> Ref:
        """The origin in words, and where the page shows it."""
        label = f"{self.source(origin.source)} {self.place(origin)}"
        return Ref(label, f"#{self.anchor(origin)}" if origin in self.shown else None)

    def refs(self, origins: Iterable[Origin]) -> Refs:
        """The first origins, each once, and how many more; of those that follow another of their source the place
        alone.
        """
        each = tuple(dict.fromkeys(origins))
        first, more = [self.ref(o) for o in each[:SHOWN]], len(each) - SHOWN
        for place, (before, origin) in enumerate(pairwise(each[:SHOWN]), 1):
            if before.source == origin.source:
                first[place] = Ref(self.place(origin), first[place].href)
        return Refs(tuple(first), f"and {more:,} more in run.json" if more > 0 else "")

    def display_filter(self, source: str, origins: Iterable[Origin]) -> str:
        """Wireshark's filter for the frames of a capture among `origins`; empty when there are none."""
        numbers = sorted({o.number for o in origins if o.source == source}) if self.captured(source) else []
        return f"frame.number in {{{', '.join(map(str, numbers))}}}" if numbers else ""


def _any_of(clocks: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of the clocks, which come the longest first, as a word of its own; None where there are none."""
    each = "|".join(map(re.escape, clocks))
    return re.compile(rf"(?<![\w:./-])(?:{each})(?![\w/-]|[.:]\w)") if each else None


def within(number: int) -> str:
    """What the anchors of all that stands within episode `number` begin with: `e1`."""
    return f"e{number}"


def figure_id(prefix: str, metric: str) -> str:
    """The anchor of a stage or a measurement (`reconnect + resume` too) of the episode whose anchor is `prefix`."""
    return f"{prefix}-{re.sub(r'[^a-z]+', '-', metric)}"


def clock_words(clocks: Iterable[str], sources: Mapping[str, str]) -> dict[str, str]:
    """Each clock (`capture`, `cvm:…`, `esxi:…`, `log:…`, `capture:…`) in words, the longest first."""
    machines = short_names(clock.removeprefix("log:") for clock in clocks if clock.startswith("log:"))
    said = {"capture": "captures", "none": "none"}
    for clock in sorted(clocks, key=lambda clock: (-len(clock), clock)):
        family, _, name = clock.partition(":")
        if name in sources:
            said[clock] = sources[name]
        elif family in ("cvm", "esxi"):
            said[clock] = f"{'CVM' if family == 'cvm' else 'host'} {name}"
        elif family == "log":
            said[clock] = f"{machines[name]} log"
    return said


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Each name with its shortest end, by path parts, that no other name shares."""
    parts = {name: PurePosixPath(name).parts or (name,) for name in names}
    ends: dict[tuple[str, ...], int] = {}
    for each in parts.values():
        for depth in range(1, len(each) + 1):
            ends[each[-depth:]] = ends.get(each[-depth:], 0) + 1
    return {name: _shortest(name, each, ends) for name, each in parts.items()}


def _shortest(name: str, parts: tuple[str, ...], ends: dict[tuple[str, ...], int]) -> str:
    for depth in range(1, len(parts) + 1):
        if ends[parts[-depth:]] == 1:
            return str(PurePosixPath(*parts[-depth:])).removeprefix("/")
    return name
