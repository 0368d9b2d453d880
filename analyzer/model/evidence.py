"""All that ingestion hands on: sources, events in order, what captures count, what was skipped; and frames of captures
for those who write some anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from types import UnionType

import msgspec

from analyzer.model.event import Detail, Event, StorageTraffic
from analyzer.model.source import Origin, Release, Skipped, Source
from analyzer.model.traffic import CaptureTotals, Operation, TrafficSeries


class FramePlaces(msgspec.Struct, frozen=True):
    """Where some frames of a large capture begin, so that any other is found without reading all that lies before.

    `frames` are numbers and `offsets` those of their records in the decompressed bytes, both rising. `headers` are the
    offsets of blocks that describe how later ones are to be read (pcapng's sections and interfaces).
    """

    source: str
    frames: tuple[int, ...]
    offsets: tuple[int, ...]
    headers: tuple[int, ...] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Events are in order of (clock, least, source, number). `operations` are those worth keeping: unanswered, sent
    again, slower than 100 ms, and the first ones after each pause or new connection (where clients replay XIDs).
    `rings` are the captures that one program wrote as several files, one after the other; totals and traffic over time
    of all stand with the first. `backward` are captures with stamps before that of an earlier frame: their names, and
    by how much at most, ns. `releases` are those that files name, each once, in order.
    """

    sources: tuple[Source, ...]
    events: tuple[Event, ...]
    captures: tuple[CaptureTotals, ...] = ()
    operations: tuple[Operation, ...] = ()
    traffic: tuple[TrafficSeries, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    places: tuple[FramePlaces, ...] = ()
    rings: tuple[tuple[str, ...], ...] = ()
    backward: tuple[tuple[str, int], ...] = ()
    releases: tuple[Release, ...] = ()

    def of(self, kinds: type[msgspec.Struct] | UnionType) -> tuple[Event, ...]:
        """The events whose detail is one of `kinds`, in order: as isinstance would find them, without looking at all.

        Most questions are about the few lines of the logs, or about one kind of traffic.
        """
        found = [kind for kind in self._places if issubclass(kind, kinds)]
        if len(found) == 1:
            return self._by_kind[found[0]]
        places = sorted(chain.from_iterable(self._places[kind] for kind in found))
        return tuple(map(self.events.__getitem__, places))

    @cached_property
    def ways(self) -> tuple[Event, ...]:
        """The first run of storage traffic of each kind between the same ends in each source, in order: for questions
        about who sends to whom. The runs of a connection share their ends; some ways may be told more than once.
        """
        found: dict[tuple[str, str, int], Event] = {}
        for event in self.of(StorageTraffic):
            if isinstance(event.detail, StorageTraffic):
                found.setdefault((event.origin.source, event.detail.what, id(event.detail.ends)), event)
        return tuple(found.values())

    @cached_property
    def _by_kind(self) -> Mapping[type[Detail], tuple[Event, ...]]:
        return {kind: tuple(map(self.events.__getitem__, places)) for kind, places in self._places.items()}

    @cached_property
    def _places(self) -> Mapping[type[Detail], Sequence[int]]:
        """Where in `events` those with each kind of detail stand."""
        found: dict[type[Detail], array[int]] = {}
        for place, event in enumerate(self.events):
            kind = type(event.detail)
            if kind not in found:
                found[kind] = array("q")
            found[kind].append(place)
        return found


class CaptureInterface(msgspec.Struct, frozen=True):
    """What a capture says of an interface. `source` is the capture; `snaplen` is 0 without a limit; `tsresol` is the
    unit of its stamps as pcapng's if_tsresol has it; `offset` is added to them, s; `name` is the capturing system's.
    """

    source: str
    link_type: int
    snaplen: int
    tsresol: int = 6
    offset: int = 0
    name: str = ""


class CapturedFrame(msgspec.Struct, frozen=True, kw_only=True):
    """One captured frame: the `len(data)` captured of `length` original bytes. `stamp` is its time as recorded, in its
    interface's units, and `ts` the same in ns since the epoch; None where the capture has none.
    """

    origin: Origin
    interface: CaptureInterface
    ts: int | None
    stamp: int | None
    length: int
    data: bytes


EXCERPT = "autopath: frames that the run "
"""How the comment of a capture begins that has frames kept by an earlier run."""
PARTIAL = "Frames between these were left out: what seems silent here may not have been."
"""The line in it that says that it is not whole."""


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of time of a capture, by its stamps: ns since the epoch."""

    source: str
    first: int
    last: int


class ChosenFrames(msgspec.Struct, frozen=True):
    """Frames to be read again, the most important first, and when what is around them lies."""

    frames: tuple[Origin, ...]
    stretches: tuple[Stretch, ...] = ()


class CapturedFrames(msgspec.Struct, frozen=True):
    """Frames that were read again, each capture's in order. Of those asked for, `unread` are not there or have no time,
    and `left_out` are beyond the limits; of those around them, `further` are. `whole`: in each capture there is nothing
    between the first and the last that would tell more.
    """

    frames: tuple[CapturedFrame, ...] = ()
    unread: tuple[Origin, ...] = ()
    left_out: tuple[Origin, ...] = ()
    further: int = 0
    whole: bool = False
