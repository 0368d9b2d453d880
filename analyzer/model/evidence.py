"""All that ingestion hands on: sources, events in order, what captures count, what was skipped."""

from __future__ import annotations

import msgspec

from analyzer.model.event import Event
from analyzer.model.source import Skipped, Source
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


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Events are in order of (clock, least, source, number). `operations` are those worth keeping: unanswered, sent
    again, slower than 100 ms, and the first ones after each pause or new connection (where clients replay XIDs).
    `rings` are the captures that one program wrote as several files, one after the other; totals and traffic over time
    of all stand with the first.
    """

    sources: tuple[Source, ...]
    events: tuple[Event, ...]
    captures: tuple[CaptureTotals, ...] = ()
    operations: tuple[Operation, ...] = ()
    traffic: tuple[TrafficSeries, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    places: tuple[FramePlaces, ...] = ()
    rings: tuple[tuple[str, ...], ...] = ()
