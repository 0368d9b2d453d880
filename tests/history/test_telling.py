"""What is said of a test later counts before what its runs say, for every analysis of it."""

from __future__ import annotations

import pytest

from analyzer.config import LONGEST_WORDS, MOST_LABELS
from analyzer.errors import UsageError
from analyzer.history.opening import Store
from analyzer.history.queries import Asked, listed
from analyzer.history.telling import tell
from analyzer.history.upkeep import check, rebuild
from analyzer.model.about import About
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
