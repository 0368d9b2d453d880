"""A comparison as its page shows it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.estimates import estimates
from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison, followed
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Comparison, Group
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import Change, Told
from analyzer.report.compared.page import comparison_page, span_words
from analyzer.report.compared.parts import LIMITS
from tests.compare.runs.made import DAY, OUTAGE, history_of, of_durations
from tests.report.compared.made import made, material

WAIT: Figure = ("cvm-failure", "wait")


def of(first: float, second: float, figure: Figure = OUTAGE) -> Comparison:
    each = (Span(round(one * SECOND), round((one + 1) * SECOND)) for one in (first, second))
    one, other = (of_durations({figure: span}) for span in each)
    sides = (Group("A", (one,)), Group("B", (other,)))
    return comparison(Grouping(sides), SECOND)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (of(3, 9), "WORSE"),
        (of(9, 3), "BETTER"),
        (of(3, 3.5), "CAN'T TELL"),
        (of(3, 3), "NO LARGER"),
        (of(3, 9, WAIT), "CAN'T TELL"),
    ],
    ids=["worse", "better", "vague", "the same", "the wait alone"],
)
def test_the_word_for_all_of_it(found: Comparison, word: str) -> None:
    assert comparison_page(found, estimates(found), {}, "0.1.0").badge.word == word


def test_of_clusters_over_time_it_says_whether_they_changed() -> None:
    calm, changed = Group("a", tuple(history_of([3.0] * 8))), Group("b", tuple(history_of([3.0] * 8 + [30.0] * 8)))

    for group, word in ((calm, "NO CHANGE SHOWN"), (changed, "CHANGED")):
        found = comparison(Grouping((group,)), SECOND, [followed(group)], "nothing")
        page = comparison_page(found, estimates(found), {}, "0.1.0")
        assert (page.badge.word, page.title) == (word, f"{group.name} over time")


def test_the_matrix_has_the_expectation() -> None:
    page = material().page

    assert page.kinds == ("CVM failure",)
    assert [row.group for row in page.matrix] == ["cluster a", "cluster b"]
    assert page.matrix[0].cells[0].lines[0].startswith("Outage: median ")
    assert "(expected 36 s" in page.matrix[0].cells[0].lines[0]


def test_every_run_is_in_the_table_up_to_a_limit() -> None:
    assert len(material().page.runs) == len(made().tests)
    assert material().page.runs[0].href == "reports/a%20b/report.html"

    many = replace(
        made(), groups=(Group("a", tuple(history_of([1.0] * (LIMITS[0].runs + 7)))),), versus=(), over_time=()
    )
    page = comparison_page(many, (), {}, "0.1.0")
    assert len(page.runs) == LIMITS[0].runs
    assert page.more_runs == "7 more runs in comparison.json."


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(-1_200_400_000, 3_400_000_001), "−1.201 s to 3.401 s"),
        (Span(-UNBOUNDED, UNBOUNDED), "no limit to no limit"),
        (Span(-36_577, 10_687), "−37 µs to 11 µs"),
    ],
)
def test_an_interval_in_words_holds_it(span: Span, words: str) -> None:
    assert span_words(span) == words


def test_a_page_that_shows_less_says_so() -> None:
    few = replace(LIMITS[0], runs=3, drawn=4, pictures=1)
    page = comparison_page(made(), estimates(made()), {}, "0.1.0", few)

    assert len(page.runs) == 3
    assert page.more_runs == "21 more runs in comparison.json."
    assert len(page.versus[0].pictures) == len(page.over_time[0].pictures) == 1
    assert "1 more figure not drawn: comparison.json has them" in page.versus[0].only
    assert "4 drawn" in page.versus[0].pictures[0].drawing


def test_a_figure_of_few_runs_is_not_said_to_have_no_change_point() -> None:
    few, enough = (Group(f"{runs}", tuple(history_of([3.0] * runs))) for runs in (2, 8))
    captions = []
    for group in (few, enough):
        found = comparison(Grouping((group,)), SECOND, [followed(group)], "nothing")
        page = comparison_page(found, estimates(found), {}, "0.1.0")
        captions.append(page.over_time[0].pictures[0].caption)

    assert captions == [
        "CVM failure, Outage, 2 runs: too few runs to show a change point among 1 figure (8 at least).",
        "CVM failure, Outage, 8 runs: no change point.",
    ]


@pytest.mark.parametrize(
    ("corrected", "explained", "kind"),
    [(0.01, "", "change"), (0.2, "", "perhaps chance"), (0.01, "AOS 6.8", "AOS 6.8")],
)
def test_what_may_be_chance_is_not_drawn_as_a_change(corrected: float, explained: str, kind: str) -> None:
    group = Group("a", tuple(history_of([3.0] * 8 + [30.0] * 8)))
    whole = followed(group)
    (course,) = whole.courses
    (step,) = course.steps
    shown = replace(whole, courses=(replace(course, steps=(replace(step, corrected=corrected, explained=explained),)),))
    found = comparison(Grouping((group,)), SECOND, [shown], "nothing")

    drawing = comparison_page(found, estimates(found), {}, "0.1.0").over_time[0].pictures[0].drawing
    assert f">{kind}</text>" in drawing


def test_a_change_that_was_told_and_stands_is_drawn_though_nothing_else_shows_it() -> None:
    group = Group("a", tuple(history_of([3.0] * 8)))
    change = Change(figure=OUTAGE, time=6 * DAY, direction="longer", by=Span(SECOND, 2 * SECOND), told_after="x")
    found = comparison(Grouping((group,)), SECOND, [followed(group, Told(standing=(change,)))], "nothing")
    (picture,) = comparison_page(found, estimates(found), {}, "0.1.0").over_time[0].pictures

    assert ">change as told</text>" in picture.drawing
    assert picture.caption.endswith("slower by 1.0 s to 2.0 s since 1970-01-07, as was told, stands.")


def test_single_runs_are_told_by_all_that_is_possible_and_as_the_head_does() -> None:
    """Nothing that matters is a difference, in no row and not in the head, however sure a microsecond is."""
    for second, longer in ((Span(SECOND, SECOND + 10), "that is possible"), (Span(SECOND - 2000, SECOND - 1000), "")):
        one, other = (of_durations({OUTAGE: each}) for each in (Span(SECOND, SECOND + 10), second))
        found = comparison(Grouping((Group("A", (one,)), Group("B", (other,)))), SECOND)
        page = comparison_page(found, estimates(found), {}, "0.1.0")
        (row,) = page.versus[0].rows
        assert longer in page.versus[0].longer
        assert row.badge == page.badge
        assert row.answer.startswith("no difference larger than ")


def test_the_method_tells_the_orders_and_the_seed() -> None:
    said = " ".join(material().page.method)

    assert "The orders are 1,000, drawn by the seed 6412." in said
    assert "p-values of change points by a sample of the orders of the runs, drawn by the seed 6412" in said
