"""What an earlier run kept of captures (evidence.pcapng).

Among captures its frames would be there twice, and on a clock of their own, which makes everything less sure. Alone it
is evidence like any other, where it is whole: in one with holes nobody can tell which silences were some.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.ingest.reading import Reading
from analyzer.model.evidence import EXCERPT, PARTIAL
from analyzer.model.source import Reason, Skipped


def without_excerpts(readings: Sequence[Reading]) -> tuple[tuple[Reading, ...], tuple[Skipped, ...]]:
    """The readings, but for excerpts where there are other captures; and what was left out."""
    captures = [reading for reading in readings if reading.source.kind == "capture"]
    if all(map(_is_excerpt, captures)):
        return tuple(readings), ()
    excerpts = {reading.source.name for reading in captures if _is_excerpt(reading)}
    kept = tuple(reading for reading in readings if reading.source.name not in excerpts)
    return kept, tuple(Skipped(name, "file", Reason("excerpt")) for name in sorted(excerpts))


def _is_excerpt(reading: Reading) -> bool:
    return any(comment.startswith(EXCERPT) for comment in reading.source.comments[:1])


def with_holes(reading: Reading) -> bool:
    """Whether it is an excerpt of which frames in between were left out."""
    return _is_excerpt(reading) and PARTIAL in reading.source.comments[0].splitlines()
