"""A look after a run that was recorded: over the store, with runs that differ left out, and told once."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli.history import looking
from analyzer.cli.history.looking import look_after
from analyzer.errors import StoreError
from analyzer.history.changes import standing, tell_of_cluster, told_of_cluster
from analyzer.history.opening import Store, opened
from analyzer.history.place import SqliteFile
from analyzer.history.telling import tell
from analyzer.history.values import Stored
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement, Note
from analyzer.model.over_time.looks import AsBefore, Change, Changed, Few, Line, Look
from analyzer.model.run import Run
from analyzer.report.over_time.looked import look_line, revised_words
from tests.compare.drawn import history, moved
from tests.history import made

BEFORE, AFTER = history(1, 14), moved(history(2, 9), 5 * SECOND)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return opened(SqliteFile(tmp_path / "history.sqlite"), make=True)


def run(number: int, span: Span, note: Note | None = None) -> Run:
    """Test `number`, whose only figure that is looked at is the repair."""
    whole = made.run(number)
    figure = KnownMeasurement("repair", span, (), note)
    return replace(whole, episodes=tuple(replace(one, stages=(figure,), measurements=()) for one in whole.episodes))


def look(store: Store, stored: Stored) -> Look:
    return look_after(store, stored.cluster, stored.test)


def test_a_change_is_told_once_and_again_where_the_run_is_recorded_again(store: Store) -> None:
    found = [look(store, made.put(store, run(number, span))) for number, span in enumerate([*BEFORE, *AFTER])]

    assert found[3].outlook == Few(4, 12)
    assert found[13].outlook == AsBefore()
    assert look_line(found[13]) == "run 14 of cluster a: as before"
    told = next(place for place, one in enumerate(found) if isinstance(one.outlook, Changed))
    assert told <= 20
    said = look_line(found[told])
    assert said.startswith(f"run {told + 1} of cluster a: second run in a row that is slower: CVM failure, repair")
    assert "since run 15 (2026-11-22)" in said
    assert [line.said for line in told_of_cluster(store, "a").lines] == ["found"]
    assert "as since the change that was told" in look_line(found[-1])

    again = look(store, made.put(store, run(told, AFTER[told - 14])))
    assert "second run in a row that is slower" in look_line(again)
    assert f"run {told + 1} of {len(found)} of cluster a" in look_line(again)
    assert len(told_of_cluster(store, "a").lines) == 1


def test_a_step_that_is_labelled_is_not_told(store: Store) -> None:
    stored = [made.put(store, run(number, span)) for number, span in enumerate([*BEFORE, *AFTER])]
    tell(store, stored[14].run, {"step": "AOS 6.8"})
    found = look(store, stored[-1])
    assert found.outlook == Few(9, 12)
    assert found.lines == ()
    assert found.series[0].steps[0][1] == "AOS 6.8"


def test_runs_that_differ_are_left_out_and_said(store: Store) -> None:
    for number in range(5):
        changed = replace(run(number, BEFORE[number]).settings, nfs_port=2050)
        made.put(store, replace(run(number, BEFORE[number]), settings=changed))
    made.put(store, replace(run(5, BEFORE[5]), check_period=Span(10 * SECOND, 10 * SECOND)))
    made.put(store, run(6, BEFORE[6], note="several-silences"))
    made.put(store, run(7, BEFORE[7], note="not-over"))
    last = replace(run(8, BEFORE[8]), check_period=Span(30 * SECOND, 30 * SECOND))
    found = look(store, made.put(store, last))

    assert found.outlook == Few(2, 12)
    assert [(one.name, one.runs) for one in found.apart] == [("check-period", 1), ("nfs-port", 5)]
    assert look_line(found) == (
        "run 9 of cluster a: too few runs like it to compare: 2 of the 12 that it takes (not compared, as their "
        "settings differ: 1 run for the period of HA's checks (10.000 s against 30.000 s), 5 runs for the NFS port "
        "(2050 against 2049))"
    )


def test_a_run_without_an_episode_has_nothing_to_compare(store: Store) -> None:
    found = look(store, made.put(store, replace(made.run(0), episodes=())))
    assert "nothing to compare" in look_line(found)


def test_what_is_found_no_more_is_said(store: Store) -> None:
    *_, stored = [made.put(store, run(number, span)) for number, span in enumerate(history(3, 14))]
    told = look(store, stored)
    first = told.series[0].runs[7]
    change = Change(
        figure=("cvm-failure", "repair"), time=first.time, direction="longer", by=Span(1, 2), told_after="x" * 64
    )
    tell_of_cluster(store, "a", [Line(said="found", earlier=first.time, change=change)], 0)

    found = look(store, stored)
    assert list(revised_words(found.lines)) == [
        "CVM failure, repair (the route is changed), slower since 2026-11-22, as was told, is found no more"
    ]
    assert [line.said for line in told_of_cluster(store, "a").lines] == ["found", "withdrawn"]
    assert not look(store, stored).lines


def test_others_that_tell_all_the_time_are_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.history.changes.tell_of_cluster", lambda *_: False)
    monkeypatch.setattr(looking, "ATTEMPTS", 2)
    stored = [made.put(store, run(number, span)) for number, span in enumerate([*BEFORE, *AFTER])]
    with pytest.raises(StoreError, match="others have been recording runs of cluster a"):
        look(store, stored[-1])


def test_fifty_looks_at_a_history_without_a_change_tell_none(store: Store) -> None:
    found = [look(store, made.put(store, run(number, span))) for number, span in enumerate(history(11, 50))]

    assert [one.outlook for one in found if isinstance(one.outlook, Changed)] == []
    assert told_of_cluster(store, "a").lines == ()
    assert look_line(found[-1]) == "run 50 of cluster a: as before"


def test_no_change_that_was_told_vanishes_without_its_line(store: Store) -> None:
    """A level that comes, goes and comes again: at every look a change that stood stands, or a line says otherwise."""
    spans = [*history(1, 14), *moved(history(2, 8), 6 * SECOND), *history(3, 16), *moved(history(4, 8), 6 * SECOND)]
    before: set[int] = set()
    said: list[str] = []
    for number, span in enumerate(spans):
        one = look(store, made.put(store, run(number, span)))
        now = {change.time for change in one.standing}
        gone = {line.earlier for line in one.lines if line.said != "found"}
        new = {line.change.time for line in one.lines if line.said != "withdrawn"}
        assert now == (before - gone) | new
        assert standing(told_of_cluster(store, "a").lines) == one.standing
        before, said = now, [*said, *(line.said for line in one.lines)]

    assert said.count("found") >= 1
    assert {"moved", "withdrawn"} & {*said}
