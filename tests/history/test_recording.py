"""A run is stored whole, once; a newer analysis of the same inputs is a run of the same test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.errors import EvidenceError, UsageError
from analyzer.history.identity import evidence_of
from analyzer.history.opening import Store
from analyzer.history.place import Place, Server
from analyzer.history.queries import document, listed, runs_of
from analyzer.history.recording import record
from analyzer.history.upkeep import check
from analyzer.model.about import About
from analyzer.store import encode_run
from tests.conftest import ROOT
from tests.history.made import CLUSTER, put, run


def test_a_run_is_there_byte_for_byte(store: Store) -> None:
    stored = put(store, run())

    assert (stored.outcome, stored.cluster, stored.tests, stored.shares) == ("new-test", CLUSTER, 1, ())
    assert document(store, stored.run) == encode_run(run())
    assert check(store) == ()


def test_what_is_there_changes_nothing(store: Store) -> None:
    first = put(store, run())
    before = listed(store)

    assert put(store, run()) == replace(first, outcome="known")
    assert listed(store) == before


def test_other_names_of_the_same_files_are_the_same_run(store: Store) -> None:
    put(store, run())
    elsewhere = tuple(replace(source, name=f"elsewhere/{source.name}") for source in run().sources)

    again = put(store, run(sources=elsewhere, case="another", about=About(cluster="b", title="again")))
    assert again.outcome == "known"
    assert [(each.case, each.cluster, each.about.title) for each in listed(store)] == [("test-0", CLUSTER, None)]


def test_a_newer_program_makes_the_run_that_counts(store: Store) -> None:
    first = put(store, run())
    newer = put(store, run(program="0.10.0"))

    assert (newer.outcome, newer.test, newer.tests) == ("newer-run", first.test, 1)
    assert [(each.run, each.runs) for each in listed(store)] == [(newer.run, 2)]


def test_an_older_one_that_comes_later_does_not_count(store: Store) -> None:
    newer = put(store, run(program="0.10.0"))
    older = put(store, run(program="0.9.1"))

    assert (older.outcome, older.test) == ("older-run", newer.test)
    assert [each.run for each in listed(store)] == [newer.run]
    assert [(each.run, each.counts) for each in runs_of(store, newer.test)] == [(newer.run, True), (older.run, False)]


def test_the_same_program_told_something_else_is_another_run(store: Store) -> None:
    first = put(store, run())
    told = put(store, run(settings=replace(run().settings, log_timezone="Asia/Tokyo")))

    assert (told.outcome, told.test) == ("newer-run", first.test)


def test_another_answer_is_another_run(store: Store) -> None:
    first = put(store, run())
    other = put(store, run(verdict="MISSED", acceptable="no"))

    assert (other.outcome, other.test) == ("newer-run", first.test)
    assert listed(store)[0].verdict == "MISSED"


def test_one_without_names_never_counts_before_one_with_them(store: Store) -> None:
    named = put(store, run())
    redacted = run(program="9", settings=replace(run().settings, redacted=3), about=About(cluster="x", title="y"))

    assert put(store, redacted).outcome == "older-run"
    (test,) = listed(store)
    assert (test.run, test.cluster, test.about.title, test.redacted) == (named.run, CLUSTER, None, False)


def test_what_only_an_older_analysis_was_told_stays(store: Store) -> None:
    put(store, run(about=About(cluster=CLUSTER, ticket="CHG7", labels=(("phase", "2"),))))
    put(store, run(program="2", about=About(cluster=CLUSTER, aos_version="6.8", labels=(("phase", "3"),))))

    (test,) = listed(store)
    assert test.about == About(cluster=CLUSTER, ticket="CHG7", aos_version="6.8", labels=(("phase", "3"),))


def test_an_unknown_cluster_is_asked_for_and_nothing_is_stored(store: Store) -> None:
    with pytest.raises(UsageError, match=r"^test-0: nothing says of which cluster it is; name it with --cluster NAME$"):
        put(store, run(cluster=None))

    assert (listed(store), check(store)) == ((), ())


def test_a_cluster_is_said_only_of_a_run_that_does_not_say_it(store: Store) -> None:
    assert put(store, run(cluster=None), cluster="b").cluster == "b"
    assert put(store, run(1), cluster="b").cluster == CLUSTER
    assert put(store, run(cluster=None, program="2")).cluster == "b"


def test_what_was_told_elsewhere_comes_with_it_and_not_before_what_was_told_here(store: Store) -> None:
    test = put(store, run()).test
    put(store, run(1), told={put(store, run(2)).test: {"ticket": "CHG9"}})
    put(store, run(program="2"), told={test: {"cluster": "b", "step": "AOS 6.8"}})
    put(store, run(program="3"), told={test: {"cluster": "c"}})

    found = {each.case: each for each in listed(store)}
    assert (found["test-0"].cluster, found["test-0"].about.labels) == ("b", (("step", "AOS 6.8"),))
    assert found["test-2"].about.ticket == "CHG2"


def test_what_was_told_elsewhere_is_stored_as_far_as_a_database_takes_it(store: Store) -> None:
    test = put(store, run()).test
    told = {"k\0": LONG, "k\ufffd": "1", LONG: "2"}
    put(store, run(program="2"), told={test: told})

    assert [name for name, _ in listed(store)[0].about.labels] == ["k\ufffd", "x" * 300]
    assert check(store) == ()


def test_another_test_with_an_input_in_common_is_named(store: Store) -> None:
    first = put(store, run())
    more = put(store, run(1, sources=(*run().sources, *run(1).sources)))

    assert (more.outcome, more.shares) == ("new-test", (first.run,))
    assert [each.wrong for each in check(store)] == ["shared"] * len(evidence_of(run()))


def test_an_input_that_is_alike_in_many_tests_makes_them_no_same_test(store: Store) -> None:
    release = replace(run().sources[-1], name="etc/release_version", kind="release", digest="sha256:alike")
    first, second = (run(number, sources=(*run(number).sources, release)) for number in (0, 1))

    assert [put(store, one).shares for one in (first, second)] == [(), ()]
    assert check(store) == ()


def test_a_run_without_digests_is_no_test(store: Store) -> None:
    bare = run(settings=replace(run().settings, hash="none"))
    with pytest.raises(UsageError, match="its inputs have no digests"):
        put(store, bare)
    with pytest.raises(UsageError, match="made from no evidence"):
        put(store, run(sources=()))


def test_what_is_no_run_is_not_stored(store: Store) -> None:
    with pytest.raises(EvidenceError, match=r"^x: is no run\.json"):
        record(store, b"{}", "x")


def test_what_killed_writers_acknowledged_is_there_once(place: Place) -> None:
    """A slice of `make history`: three writers, one of which is killed again and again."""
    command = [sys.executable, "-m", "bench.history", "--only", "killed", "--store", str(place_text(place))]
    command += ["--runs", "18", "--writers", "3", "--every", "0.02", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    said = re.fullmatch(
        r"18 runs acknowledged, (\d+) writers killed: each is there once, and check is clean\n", done.stdout
    )
    assert said, done.stdout + done.stderr
    assert int(said[1]) > 0
    assert done.returncode == 0


def place_text(place: Place) -> str | Path:
    return place.url if isinstance(place, Server) else place.path


LONG = "x" * 5000
ODD = {
    "case": run(case="a\0b"),
    "cluster": run(about=About(cluster=f"c\0{LONG}")),
    "labels": run(about=About(cluster="c", labels=(("k\0", "1"), ("k\ufffd", "2"), (LONG, LONG)))),
    "program": run(program="1\0"),
    "names": run(
        sources=tuple(replace(one, name=f"{one.name}\0", digest=f"{one.digest}\0{LONG}") for one in run().sources)
    ),
    "host": run(episodes=tuple(replace(one, episode=replace(one.episode, host="\0")) for one in run().episodes)),
    "metric": run(
        episodes=tuple(
            replace(one, stages=tuple(replace(each, metric="\0") for each in one.stages)) for one in run().episodes
        )
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_texts_that_no_database_takes_are_indexed_as_far_as_it_does(store: Store, name: str) -> None:
    stored = put(store, ODD[name])

    assert document(store, stored.run) == encode_run(ODD[name])
    assert (len(listed(store)), check(store)) == (1, ())
    assert put(store, ODD[name]).outcome == "known"
