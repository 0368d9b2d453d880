"""What the tables say of a run, made from its document alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from analyzer.config import LONGEST_WORDS
from analyzer.decoder import decoder_of
from analyzer.history.identity import evidence_of, inputs_of, key_of_run, key_of_test
from analyzer.model.about import About
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import KnownMeasurement, Measurement
from analyzer.model.over_time.compared_test import time_of_test
from analyzer.model.over_time.conditions import conditions_of
from analyzer.model.run import Run

Row = dict[str, Any]
"""The columns of a table's row; a database takes what it takes."""


class RunRows(NamedTuple):
    """The rows of one run; those of `episodes` and `figures` lack the run's id, as `run` does. `evidence` are the
    digests of the inputs that are of its test alone.
    """

    run: Row
    inputs: tuple[tuple[str, str], ...]
    episodes: tuple[Row, ...]
    figures: tuple[Row, ...]
    evidence: frozenset[str]


def rows_of(run: Run, name: str) -> RunRows:
    """The rows of a run that is called `name`; raises what :func:`~analyzer.history.identity.inputs_of` does."""
    inputs = inputs_of(run, name)
    test = key_of_test(inputs)
    row: Row = {
        "key": key_of_run(run, test),
        "test": test,
        "program": run.autopath_version,
        "redacted": isinstance(run.settings.redacted, int),
        "case_name": run.case,
        "verdict": run.verdict,
        "acceptable": run.acceptable,
        "time": time_of_test(run),
        "about": _json(run.about),
        "conditions": _json(conditions_of(run)),
    }
    episodes = tuple(_stored(_episode(number, one)) for number, one in enumerate(run.episodes))
    figures = tuple(_stored(row) for number, one in enumerate(run.episodes) for row in _figures(number, one))
    known = {indexed(digest): storable(called) for digest, called in inputs}
    return RunRows(_stored(row), tuple(known.items()), episodes, figures, frozenset(map(indexed, evidence_of(run))))


def storable(text: str) -> str:
    """A text as any database takes it: without NUL, and without what is no character."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def indexed(text: str) -> str:
    """A text as a column with an index takes it: PostgreSQL's hold some 2,700 bytes in a row."""
    return storable(text)[:LONGEST_WORDS]


def _stored(row: Row) -> Row:
    return {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}


def version_order(program: str) -> tuple[int, ...]:
    """What versions of the program are sorted by: their numbers."""
    return tuple(map(int, re.findall(r"\d+", program)))


def about_in(text: str) -> About:
    """What a run's row has of what it is about."""
    return decoder_of(About).decode(text)


def _episode(number: int, one: MeasuredEpisode) -> Row:
    return {
        "episode": number,
        "kind": one.episode.kind,
        "host": one.episode.host,
        "verdict": one.verdict,
    }


def _figures(number: int, one: MeasuredEpisode) -> Iterator[Row]:
    measured = (*((each, True) for each in one.stages), *((each, False) for each in one.measurements))
    for place, (each, stage) in enumerate(measured):
        begin = {"episode": number, "place": place, "kind": one.episode.kind, "name": each.metric, "stage": stage}
        yield begin | _span(each)


def _span(measured: Measurement) -> Row:
    if isinstance(measured, KnownMeasurement):
        return {"least": measured.span.least, "most": measured.span.most, "absence": None, "note": measured.note}
    return {"least": None, "most": None, "absence": measured.absence, "note": None}


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
