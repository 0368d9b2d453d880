"""What a look says in words, and what a report shows of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.looks import Apart, AsBefore, Change, Changed, Few, Line, Look, Looked, Series
from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import chosen
from analyzer.report.over_time.looked import look_line, revised_words
from analyzer.report.view.looked import SHOWN, look_view
from tests.compare.runs.made import one_test
from tests.report.builder import episode, run
from tests.report.page import read

DAY = 86_400 * SECOND
RUNS = tuple(
    Looked(number=each, time=each * DAY, run=f"{each}", span=Span(each * SECOND, (each + 1) * SECOND))
    for each in range(1, 13)
)
CHANGE = Change(
    figure=("cvm-failure", "repair"),
    time=8 * DAY,
    direction="longer",
    by=Span(3_140_000_000, 5_150_000_000),
    told_after="test",
)
LOOK = Look(
    cluster="a",
    number=12,
    tests=12,
    run="12",
    test="test",
    outlook=AsBefore(),
    series=(Series(figure=("cvm-failure", "repair"), runs=RUNS, steps=((3 * DAY, "AOS 6.8"),)),),
)
OTHERS = one_test(1).conditions
REPAIRED = "CVM failure, repair (the route is changed)"
SLOWER = f"{REPAIRED} slower"


def told(**changed: object) -> str:
    return look_line(replace(LOOK, **changed))


def test_a_strip_of_more_runs_than_it_shows_says_so() -> None:
    more = tuple(replace(RUNS[0], number=each, time=each * DAY, run=f"{each}") for each in range(1, 36))
    every, some = (look_view(replace(LOOK, series=(replace(LOOK.series[0], runs=runs),))) for runs in (RUNS, more))

    assert ", 12 runs: run " in every.strips[0].drawing
    assert f", {SHOWN} of 35 runs: run " in some.strips[0].drawing


def with_change(change: Change) -> dict[str, object]:
    return {"outlook": Changed((change,)), "standing": (change,)}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "as before"),
        ({"outlook": Few(4, 12)}, "too few runs like it to compare: 4 of the 12 that it takes"),
        ({"outlook": Few(0, 12)}, "nothing to compare: it has no episode with a duration that others have"),
        (
            with_change(CHANGE),
            f"second run in a row that is slower: {SLOWER} by 3.1 s to 5.2 s since run 8 (1970-01-09)",
        ),
        (
            {"outlook": Few(5, 12), "standing": (replace(CHANGE, told_after="earlier"),)},
            f"as since the change that was told: {SLOWER} by 3.1 s to 5.2 s since run 8 (1970-01-09)",
        ),
        (
            {"outlook": AsBefore((("cvm-failure", "repair"),))},
            f"perhaps changed: {REPAIRED}; where the next run shows it too, it is told as a change",
        ),
        (
            {"apart": (Apart("nfs-port", 1, (replace(OTHERS, nfs_port=2050),), OTHERS),)},
            "as before (not compared, as their settings differ: 1 run for the NFS port (2050 against 2049))",
        ),
    ],
    ids=["as before", "few", "nothing", "slower", "since", "perhaps", "apart"],
)
def test_a_line(changed: dict[str, object], said: str) -> None:
    assert told(**changed) == f"run 12 of cluster a: {said}"


@pytest.mark.parametrize(
    ("by", "direction", "said"),
    [
        (Span(-UNBOUNDED, UNBOUNDED), "longer", "slower since"),
        (Span(SECOND, UNBOUNDED), "longer", "slower by at least 1.0 s since"),
        (Span(-3 * SECOND, -500_000), "shorter", "faster by 0 s to 3.0 s since"),
        (Span(-1, 2 * SECOND), "longer", "slower by at most 2.0 s since"),
    ],
    ids=["without ends", "least", "faster", "most"],
)
def test_by_how_much(by: Span, direction: str, said: str) -> None:
    assert said in told(**with_change(replace(CHANGE, by=by, direction=direction)))


def test_changes_that_go_both_ways_are_different() -> None:
    other = replace(CHANGE, direction="shorter", by=Span(-4 * SECOND, -3 * SECOND))
    said = told(outlook=Changed((CHANGE, other)), standing=(CHANGE, other))
    assert "second run in a row that is different: " in said


def test_what_became_of_a_change() -> None:
    lines = [
        Line(said="found", earlier=CHANGE.time, change=CHANGE),
        Line(said="moved", earlier=5 * DAY, change=CHANGE),
        Line(said="withdrawn", earlier=CHANGE.time, change=CHANGE),
    ]
    name = f"{REPAIRED}, slower"
    assert list(revised_words(lines)) == [
        f"{name} not since 1970-01-06, as was told, but since 1970-01-09",
        f"{name} since 1970-01-09, as was told, is found no more",
    ]


def test_a_report_shows_the_line_and_a_strip_and_without_a_look_nothing() -> None:
    shown = replace(LOOK, series=(replace(LOOK.series[0], changes=(CHANGE,)),))
    files = documents(run(episode()), chosen(["html", "md", "summary"]), look=shown)
    page = read(files["report.html"].decode())

    assert page.wrong == []
    assert "history" in page.ids
    words = " ".join(page.text)
    assert "run 12, 1970-01-13: 12.5 s ± 0.5 s" in words
    assert "slower by 3.1 s to 5.2 s since run 8 (1970-01-09)" in words
    assert "AOS 6.8" in words
    for name in ("report.html", "report.md", "summary.md", "summary.txt"):
        assert "Run 12 of cluster a: as before." in files[name].decode()
    without = documents(run(episode()), chosen(["html", "md", "summary"]))
    assert not any(b"of cluster a" in content or b"Beside earlier" in content for content in without.values())
