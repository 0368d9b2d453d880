"""The tests of a history as they are compared: the same as from their documents."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.compare.runs.documents import compared_test
from analyzer.history.compared import compared_tests
from analyzer.history.opening import Store
from analyzer.history.queries import Asked
from analyzer.history.telling import tell
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import KnownMeasurement, Note
from analyzer.model.over_time.compared_test import STEP
from tests.history.made import put, run


def with_note(one: MeasuredEpisode, note: Note) -> MeasuredEpisode:
    return replace(
        one,
        measurements=tuple(
            replace(each, note=note) if isinstance(each, KnownMeasurement) else each for each in one.measurements
        ),
    )


def test_a_test_of_a_history_is_that_of_its_document(store: Store) -> None:
    keys = [put(store, run(number)).run for number in (1, 0)]

    found = compared_tests(store)
    assert [one.run for one in found] == [keys[1], keys[0]]
    for one, number in zip(found, (0, 1), strict=True):
        alone = compared_test(run(number), one.name)
        assert replace(one, run="", durations=()) == replace(alone, durations=())
        assert dict(one.durations) == dict(alone.durations)
    assert [one.run for one in compared_tests(store, Asked(cluster="nobody's"))] == []


def test_figures_that_may_be_of_something_else_are_not_compared(store: Store) -> None:
    whole = run(0)
    doubtful = replace(whole, episodes=tuple(with_note(one, "host-unheard") for one in whole.episodes))
    put(store, doubtful)

    (found,) = compared_tests(store)
    assert dict(found.durations) == dict(compared_test(doubtful, "it").durations)
    assert len(found.durations) < len(compared_test(whole, "it").durations)


def test_what_was_told_later_is_there(store: Store) -> None:
    tell(store, put(store, run(0)).run, {STEP: "AOS 6.8", "cluster": "b"})

    (found,) = compared_tests(store)
    assert (found.step, found.cluster) == ("AOS 6.8", "b")
