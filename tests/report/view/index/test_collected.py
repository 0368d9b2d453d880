"""An index: the worst answer for all, who must act, each test by ticket with its first screen, and no dead links."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.about import About
from analyzer.model.instant import SECOND, Instant
from analyzer.model.run import Acceptable, Action, Run
from analyzer.report import render_index
from analyzer.report.view.index.collected import MOST_BARS, TITLE, Entry, index
from tests.report import builder
from tests.report.page import read, words


def run(case: str, acceptable: Acceptable = "yes", about: About | None = None, later: int = 0) -> Run:
    made = replace(builder.run(builder.episode()), case=case, acceptable=acceptable, about=about or About())
    moved = tuple(
        replace(one, first=Instant("c", one.first.least + later, one.first.most + later) if one.first else None)
        for one in made.sources
    )
    return replace(made, sources=moved, actions=(Action("find-outage", ("E1",)),) if acceptable == "no" else ())


def test_the_worst_answer_is_that_of_all() -> None:
    mixed = index([Entry("", run("a")), Entry("", run("b", "no")), Entry("", run("c", "unknown"))])

    assert (mixed.acceptable.word, mixed.answer) == (
        "Acceptable: no",
        "3 tests: 1 not acceptable, 1 unknown (UNDECIDED), 1 acceptable.",
    )
    assert [test for _, test, _ in mixed.actions] == ["b"]
    assert index([Entry("", run("a"))]).acceptable.word == "Acceptable: yes"
    assert index([]).answer == "No run was found."


def test_tests_are_grouped_by_ticket_in_the_order_in_which_they_were_made() -> None:
    one, other = About(ticket="CHG1"), About(ticket="CHG2")
    made = index(
        [
            Entry("late", run("late", about=one, later=100 * SECOND)),
            Entry("other", run("other", about=other, later=50 * SECOND)),
            Entry("first", run("first", about=one)),
            Entry("none", run("none", later=10 * SECOND)),
        ]
    )

    assert [(change.ticket, [card.front.title for card in change.cards]) for change in made.changes] == [
        ("CHG1", ["first", "late"]),
        ("", ["none"]),
        ("CHG2", ["other"]),
    ]
    assert made.title == TITLE


def test_it_is_called_as_all_of_them_are() -> None:
    title, ticket = About(title="DR test", ticket="CHG1"), About(ticket="CHG1")

    assert index([Entry("", run("a", about=title)), Entry("", run("b", about=title))]).title == "DR test"
    assert index([Entry("", run("a", about=title)), Entry("", run("b", about=ticket))]).title == f"{TITLE} of CHG1"


def test_the_page_alone_says_what_happened_and_no_link_leads_nowhere() -> None:
    html = render_index(
        [("a b/report.html", run("a", about=About(zone="Asia/Tokyo"))), ("", run("b", "no"))], ["x: no"]
    )
    page, text = read(html), words(html)

    within = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert within
    assert within <= set(page.ids)
    assert not page.wrong
    assert [link for link in page.links if link.endswith(".html")] == ["./a%20b/report.html"]
    for part in (
        "Acceptable: no. 2 tests: 1 not acceptable, 1 acceptable.",
        "b : the team that runs the cluster should look at the virtual machines of host esx-a (192.168.1.24)",
        "it was noticed after 23.6 s ± 0.5 s and storage was away for 27.071 s",
        "2026-11-22 07:03 UTC (2026-11-22 16:03 in Asia/Tokyo)",
        "x: no",
    ):
        assert part in text, part


def test_bars_end_where_a_page_would_get_too_large() -> None:
    count = MOST_BARS // 2 + 10
    made = index([Entry(f"{number:03}", run(f"{number:03}")) for number in range(count)])
    drawn = [row.bar is not None for change in made.changes for card in change.cards for row in card.front.rows]

    assert sum(drawn) == MOST_BARS
    assert len(drawn) == 2 * count
    assert all(drawn[:MOST_BARS])
    assert made.undrawn == 10


def test_an_index_says_of_how_many_tests_it_draws_no_bars() -> None:
    entries = [("", run(f"{number:03}")) for number in range(MOST_BARS // 2 + 10)]

    assert "Of 10 tests no bars are drawn here: the reports have them." in words(render_index(entries, []))
    assert "no bars are drawn" not in words(render_index(entries[:3], []))
