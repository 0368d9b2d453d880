"""What is said of a test later counts before what its runs say, for every analysis of it."""

from __future__ import annotations

import pytest

from analyzer.config import LONGEST_WORDS, MOST_LABELS
from analyzer.errors import UsageError
from analyzer.history.changes import tell_of_cluster, told_of_cluster
from analyzer.history.opening import Store
from analyzer.history.queries import Asked, listed
from analyzer.history.telling import tell
from analyzer.history.upkeep import check, rebuild
from analyzer.model.about import About
from analyzer.model.instant import Span
from analyzer.model.over_time.looks import Change, Line
from tests.history.made import CLUSTER, put, run


def test_it_is_said_of_the_test_and_stays(store: Store) -> None:
    stored = put(store, run(about=About(cluster=CLUSTER, ticket="CHG1", labels=(("phase", "1"),))))
    assert tell(store, stored.run[:8], {"cluster": "b", "aos": "6.8", "step": "AOS 6.8", "phase": "2"}) == stored.run
    put(store, run(program="2", about=About(cluster=CLUSTER, aos_version="6.7", ticket="CHG2")))
    rebuild(store)

    (test,) = listed(store, Asked(labels=(("step", "AOS 6.8"),)))
    labels = (("phase", "2"), ("step", "AOS 6.8"))
    assert test.about == About(cluster="b", ticket="CHG2", aos_version="6.8", labels=labels)
    assert check(store) == ()


def test_what_was_told_of_changes_goes_with_the_last_test_of_a_renamed_cluster(store: Store) -> None:
    runs = [put(store, run(number)).run for number in range(3)]
    change = Change(figure=("cvm-failure", "repair"), time=5, direction="longer", by=Span(1, 2), told_after="a" * 64)
    line = Line(said="found", earlier=5, change=change)
    tell_of_cluster(store, CLUSTER, [line], 0)
    for one in runs[:2]:
        tell(store, one, {"cluster": "renamed"})
    assert told_of_cluster(store, CLUSTER).lines == (line,)
    assert told_of_cluster(store, "renamed").lines == ()

    tell(store, runs[2], {"cluster": "renamed"})
    assert told_of_cluster(store, CLUSTER).lines == ()
    assert told_of_cluster(store, "renamed").lines == (line,)
    rebuild(store)
    assert told_of_cluster(store, "renamed").lines == (line,)


def test_it_is_taken_back(store: Store) -> None:
    stored = put(store, run())
    tell(store, stored.run, {"cluster": "b", "step": "x"})
    tell(store, stored.run, {"cluster": None, "step": None, "never": None})

    (test,) = listed(store)
    assert (test.cluster, test.about.labels) == (CLUSTER, ())
    assert check(store) == ()


def test_a_test_always_has_a_cluster(store: Store) -> None:
    stored = put(store, run(cluster=None), cluster="b")
    with pytest.raises(UsageError, match="of no cluster then; give cluster=NAME"):
        tell(store, stored.run, {"cluster": None, "ticket": "lost"})

    assert [(each.cluster, each.about.ticket) for each in listed(store)] == [("b", "CHG0")]


def test_there_is_room_for_words_and_not_for_a_text(store: Store) -> None:
    stored = put(store, run())
    with pytest.raises(UsageError, match=f"more than {LONGEST_WORDS} characters"):
        tell(store, stored.run, {"note": "x" * LONGEST_WORDS})
    with pytest.raises(UsageError, match=f"more than {MOST_LABELS} labels"):
        tell(store, stored.run, {f"label-{number}": "x" for number in range(MOST_LABELS + 1)})

    assert listed(store)[0].about.labels == ()


def test_a_run_that_is_not_there(store: Store) -> None:
    with pytest.raises(UsageError, match="no run in"):
        tell(store, "abcdef", {"step": "x"})
