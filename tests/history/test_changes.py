"""What was told of changes is kept as it was told, line by line."""

from __future__ import annotations

from analyzer.history.changes import standing, tell_of_cluster, told_of_cluster
from analyzer.history.opening import Store
from analyzer.history.upkeep import rebuild
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.looks import Change, Line, Said

FOUND = Change(
    figure=("cvm-failure", "repair"),
    time=10 * SECOND,
    direction="longer",
    by=Span(2 * SECOND, 2**62),
    told_after="a" * 64,
)


def line(said: Said, time: int, earlier: int = 0) -> Line:
    return Line(
        said=said,
        earlier=earlier or time,
        change=Change(figure=FOUND.figure, time=time, direction="shorter", by=Span(-2, -1), told_after="b" * 64),
    )


def test_lines_are_kept_in_their_order_and_by_cluster(store: Store) -> None:
    first = Line(said="found", earlier=FOUND.time, change=FOUND)
    assert told_of_cluster(store, "a") == ((), 0)
    assert tell_of_cluster(store, "a", [first], 0)
    told = told_of_cluster(store, "a")
    assert told.lines == (first,)
    assert tell_of_cluster(store, "b", [line("found", 3)], 0)
    assert tell_of_cluster(store, "a", [line("withdrawn", FOUND.time)], told.last)

    assert told_of_cluster(store, "a").lines == (first, line("withdrawn", FOUND.time))
    rebuild(store)
    assert told_of_cluster(store, "a").lines == (first, line("withdrawn", FOUND.time))


def test_who_did_not_see_the_last_line_tells_nothing(store: Store) -> None:
    assert tell_of_cluster(store, "a", [line("found", 3)], 0)
    assert not tell_of_cluster(store, "a", [line("found", 4)], 0)
    assert len(told_of_cluster(store, "a").lines) == 1


def test_what_stands_is_what_was_not_withdrawn_where_it_was_moved_to() -> None:
    lines = [line("found", 3), line("found", 9), line("moved", 4, earlier=3), line("withdrawn", 9)]
    assert [one.time for one in standing(lines)] == [4]
    assert standing(lines[:2]) == (lines[0].change, lines[1].change)
