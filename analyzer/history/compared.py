"""The tests of a history as they are compared."""

from __future__ import annotations

from analyzer.compare.runs.durations import CLEAR, longest
from analyzer.history.opening import Store
from analyzer.history.queries import ALL, Asked, conditions_in, durations_in, listed_in
from analyzer.history.values import SHOWN
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure


def compared_tests(store: Store, asked: Asked = ALL) -> tuple[ComparedTest, ...]:
    """The tests that are asked for, each by the run of it that counts: the earliest first, those without a time before
    all; of one state of the store.
    """
    with store.reading() as connection:
        rows, conditions = listed_in(connection, asked), conditions_in(connection, asked)
        durations: dict[str, list[tuple[Figure, Span]]] = {}
        for run, kind, name, note, span in durations_in(connection, asked):
            if note in CLEAR:
                durations.setdefault(run, []).append(((kind, name), span))
    return tuple(
        ComparedTest(
            run=row.run,
            name=row.run[:SHOWN],
            time=row.time,
            verdict=row.verdict,
            about=row.about,
            conditions=conditions[row.run],
            durations=tuple(longest(durations.get(row.run, ())).items()),
        )
        for row in rows
    )
