"""Short names of the sources, and the words that lead from a statement to the frames and lines it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from os.path import commonpath
from pathlib import PurePosixPath

from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.report.view.parts import Ref, Refs

SHOWN = 6


class Labels:
    """How the page names a run's sources and origins, and which origins it shows (their anchors)."""

    def __init__(self, run: Run) -> None:
        names = [source.name for source in run.sources]
        self._order = {name: position for position, name in enumerate(dict.fromkeys(names))}
        self._short = short_names(self._order)
        self._captures = {source.name for source in run.sources if source.kind == "capture"}
        self.shown = {evident.origin: evident for evident in run.evidence}
        self._folder = shared_folder(self._order)

    def source(self, name: str) -> str:
        """The shortest end of the source's path that names only it."""
        return self._short.get(name, name)

    def path(self, name: str) -> str:
        """The source's path as given; an absolute one without the folder that all of them share."""
        return name.removeprefix(self._folder)

    def clock(self, clock: str) -> str:
        """A clock's name, which can hold a source's path (`log:…`)."""
        return clock.replace(f":{self._folder.lstrip('/')}", ":") if len(self._folder) > 1 else clock

    def text(self, text: str) -> str:
        """A sentence of the analysis without folders of the machine that made it, and without marks of code."""
        return self.clock(text.replace(self._folder, "") if len(self._folder) > 1 else text).replace("`", "")

    def captured(self, name: str) -> bool:
        """Whether the source is a capture, so that its numbers are frames and not lines."""
        return name in self._captures

    def place(self, origin: Origin) -> str:
        """`frame 12` or `line 12`."""
        return f"{'frame' if self.captured(origin.source) else 'line'} {origin.number}"

    def anchor(self, origin: Origin) -> str:
        """The id of the origin's row in the register of evidence."""
        return f"evidence-{self._order.get(origin.source, len(self._order)) + 1}-{origin.number}"

    def ref(self, origin: Origin) -> Ref:
        """The origin in words, and where the page shows it."""
        label = f"{self.source(origin.source)} {self.place(origin)}"
        return Ref(label, f"#{self.anchor(origin)}" if origin in self.shown else None)

    def refs(self, origins: Iterable[Origin]) -> Refs:
        """The first origins, each once, and how many more."""
        each = tuple(dict.fromkeys(origins))
        more = len(each) - SHOWN
        return Refs(tuple(self.ref(o) for o in each[:SHOWN]), f"and {more:,} more in run.json" if more > 0 else "")

    def display_filter(self, source: str, origins: Iterable[Origin]) -> str:
        """Wireshark's filter for the frames of a capture among `origins`; empty when there are none."""
        numbers = sorted({o.number for o in origins if o.source == source}) if self.captured(source) else []
        return f"frame.number in {{{', '.join(map(str, numbers))}}}" if numbers else ""


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


def shared_folder(names: Iterable[str]) -> str:
    """The folder, with its slash at the end, that all absolute names share; empty when none is absolute."""
    # What is behind `!/` is inside a bundle: the bundle's own name must stay.
    absolute = [name.partition("!/")[0] for name in names if name.startswith("/")]
    return commonpath([str(PurePosixPath(name).parent) for name in absolute]).rstrip("/") + "/" if absolute else ""
