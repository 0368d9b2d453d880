"""What measuring and judging wrote in version 1 of the schema, as version 2 has it."""

from __future__ import annotations

from itertools import groupby

from analyzer.store.document import Document, Json, tables


def series_as_runs(document: Document) -> Document:
    """Replies over time: runs of bins that have some, where version 1 has every bin from the first to the last."""
    return document | {"series": [_as_runs(series) for series in tables(document.get("series"))]}


def _as_runs(series: Document) -> Document:
    start, width, replies = series.get("start"), series.get("width"), series.get("replies")
    runs: list[Json] = []
    if isinstance(start, int) and isinstance(width, int) and isinstance(replies, list):
        for some, bins in groupby(enumerate(replies), key=lambda one: bool(one[1])):
            numbers, counts = zip(*bins, strict=True)
            if some:
                runs.append({"start": start + numbers[0] * width, "replies": [*counts]})
    return {"host": series.get("host"), "path": series.get("path"), "width": width, "runs": runs}
