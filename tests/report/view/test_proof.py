"""The register of evidence: each row says what uses it, and what quotes a row leads to it and is reached from it."""

from __future__ import annotations

import re

from msgspec.structs import replace

from analyzer.model.measurement import MissingInstant
from analyzer.model.run import Run
from analyzer.report import render_html
from analyzer.report.view.page import page
from tests.report import builder
from tests.report.page import read


def run() -> Run:
    return builder.run(builder.episode(), builder.episode())


def test_no_row_of_the_register_is_used_by_nothing() -> None:
    rows = [row for group in page(run()).proof for row in group.rows]

    assert rows
    assert [row.id for row in rows if not row.used_by] == []
    assert "longest operation (E1)" in {used.label for row in rows for used in row.used_by}


def test_a_line_that_nothing_uses_any_more_says_so() -> None:
    bare = builder.episode()
    episode = replace(bare.episode, claims=(), instants=())
    alone = builder.run(replace(bare, episode=episode, stages=(), measurements=(), longest=None, findings=()))

    assert {used.label for group in page(alone).proof for row in group.rows for used in row.used_by} >= {
        "kept beside what is shown"
    }


def test_claims_and_rows_link_both_ways() -> None:
    view = page(run())
    rows = {row.id: row for group in view.proof for row in group.rows}
    links = {
        (claim.id, line.ref.href.removeprefix("#"))
        for episode in view.episodes
        for claim in episode.claims
        for line in claim.lines
        if line.ref.href
    }

    assert links
    for claim, row in links:
        assert f"#{claim}" in {used.href for used in rows[row].used_by}


def test_every_link_within_the_page_leads_somewhere() -> None:
    reader = read(render_html(run()))
    within = {link.removeprefix("#") for link in reader.links if link.startswith("#")}

    assert {"e1-fault", "e1-outage", "e1-longest-operation"} <= within
    assert within <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))


def test_rows_that_do_not_apply_are_folded_away() -> None:
    one = builder.episode()
    instants = tuple(
        MissingInstant("terminated", "not-applicable", "nothing-to-end") if instant.name == "terminated" else instant
        for instant in one.episode.instants
    )
    html = render_html(builder.run(replace(one, episode=replace(one.episode, instants=instants))))

    apart = "".join(re.findall(r'<details class="apart">.*?</details>', html, re.DOTALL))
    assert "1 key time that does not apply" in apart
    assert 'id="e1-terminated"' in apart
    assert 'id="e1-fault"' not in apart
    assert html.count('id="e1-terminated"') == 1


def test_expectations_of_kinds_that_did_not_happen_are_folded_away() -> None:
    settings = builder.run().settings
    (wanted,) = settings.expectations
    others = replace(settings, expectations=(wanted, replace(wanted, kind="route-deletion")))
    html = render_html(replace(builder.run(builder.episode()), settings=others))

    (apart,) = re.findall(r'<details class="apart">.*?</details>', html, re.DOTALL)
    assert "Route deletion in a failure" in apart
    assert ">CVM failure</th>" not in apart


def test_a_filter_is_selected_whole_by_one_click() -> None:
    html = render_html(run())

    assert re.search(r'<p class="filter">[^<]*<code>frame\.number in \{', html)
    assert re.search(r"\.filter code\{[^}]*-webkit-user-select: all;user-select: all;", html)
