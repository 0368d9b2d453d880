"""Small runs to fill a store with: each number is another test, of one of some clusters, an hour after the last, with
durations of its own by the number.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace
from sqlalchemy import insert

from analyzer.history.documents import packed
from analyzer.history.identity import inputs_of, key_of_run, key_of_test
from analyzer.history.opening import Store
from analyzer.history.tables import DOCUMENT
from analyzer.history.upkeep import rebuild
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.measurement import KnownMeasurement, Measurement
from analyzer.model.run import Run
from analyzer.store import encode_run
from tests.history import made

_AT_ONCE = 500


def small_run(number: int, clusters: int = 1) -> Run:
    """The run of test `number`."""
    drawn = random.Random(number)  # noqa: S311 - for a test
    plain = made.run(number, cluster=f"cluster-{number % clusters}")
    return replace(plain, episodes=tuple(_other_durations(one, drawn) for one in plain.episodes))


def _other_durations(one: MeasuredEpisode, drawn: random.Random) -> MeasuredEpisode:
    return replace(
        one,
        stages=tuple(_other(each, drawn) for each in one.stages),
        measurements=tuple(_other(each, drawn) for each in one.measurements),
    )


def _other(measured: Measurement, drawn: random.Random) -> Measurement:
    """The measurement, up to 3 s longer."""
    if not isinstance(measured, KnownMeasurement):
        return measured
    longer = drawn.randrange(3_000) * MILLISECOND
    return replace(measured, span=Span(measured.span.least + longer, measured.span.most + longer))


def fill(store: Store, runs: int, clusters: int) -> int:
    """Put so many runs in at once, as an import one by one would; how many are in the index then."""
    with store.writing() as connection:
        for rows in _batches(range(runs), clusters):
            connection.execute(insert(DOCUMENT), rows)
    return rebuild(store).runs


def _batches(numbers: Iterable[int], clusters: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for number in numbers:
        batch.append(_row(small_run(number, clusters)))
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(run: Run) -> dict[str, Any]:
    test, kept = key_of_test(inputs_of(run, run.case)), packed(encode_run(run))
    return {
        "run": key_of_run(run, test),
        "test": test,
        "digest": kept.digest,
        "size": kept.size,
        "packed": kept.content,
    }
