"""When the tables of a support bundle were printed: its `commands/date.txt` says it, where their text does not."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.ingest.reading import Reading
from analyzer.model.instant import NO_TIME, SECOND, Instant

DATE = "date"
BUNDLED_WITHIN = 300 * SECOND  # vm-support runs its commands for minutes


def with_dates_beside(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, with what has no time at about that of the `date` in the same folder."""
    dates = {_folder(one): one.source.first for one in readings if one.source.kind == DATE and one.source.first}
    return [_dated(one, dates.get(_folder(one))) for one in readings]


def _folder(reading: Reading) -> str:
    return reading.source.name.rpartition("/")[0]


def _dated(reading: Reading, date: Instant | None) -> Reading:
    if date is None or all(event.at != NO_TIME for event in reading.events):
        return reading
    at = Instant(reading.source.clock, date.least - BUNDLED_WITHIN, date.most + BUNDLED_WITHIN)
    return replace(
        reading,
        source=replace(reading.source, first=reading.source.first or at, last=reading.source.last or at),
        events=tuple(replace(event, at=at) if event.at == NO_TIME else event for event in reading.events),
    )
