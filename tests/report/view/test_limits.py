"""A page is never larger than it may be, says what it leaves to run.json, and none of its links leads nowhere."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.model.episode import Claim, Evident, Statement
from analyzer.model.finding import Finding
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.report import render_html
from analyzer.report.html import LARGEST
from analyzer.report.view.limits import SMALLER, Limits
from analyzer.report.view.page import page
from tests.report import builder
from tests.report.page import read, words

LONG = "<b>" + "x" * 1_000_000


def claimed(number: int) -> Run:
    """An episode with so many claims, each with a line of its own, and as many findings that rest on them."""
    claims = tuple(
        Claim(Statement("as-told", told=f"claim {n}"), (Origin(builder.GENESIS, n),)) for n in range(1, number + 1)
    )
    findings = tuple(
        Finding(code="AP104", severity="info", sentence=f"finding {n}", origins=(Origin(builder.GENESIS, n),))
        for n in range(1, number + 1)
    )
    measured = builder.episode()
    episode = msgspec.structs.replace(measured.episode, claims=claims)
    evidence = tuple(
        Evident(Origin(builder.GENESIS, n), builder.instants()[0].at, f"line {n}")  # type: ignore[union-attr]
        for n in range(1, number + 1)
    )
    run = builder.run(msgspec.structs.replace(measured, episode=episode))
    return builder.replaced(run, evidence=evidence, findings=findings)


def test_what_fits_is_shown_and_nothing_is_said_of_it() -> None:
    view = page(claimed(200))

    assert view.capped == ()
    assert len(view.episodes[0].claims) == 200


def test_what_does_not_fit_is_counted() -> None:
    view = page(claimed(300))

    assert view.capped == (
        "200 of 300 findings of the run",
        "200 of 300 claims of episode 1",
        "200 of 300 frames and lines",
    )
    assert len(view.episodes[0].claims) == len(view.findings) == sum(len(group.rows) for group in view.proof) == 200


def test_no_link_of_a_shortened_page_leads_nowhere() -> None:
    reader = read(render_html(claimed(300)))

    assert {link.removeprefix("#") for link in reader.links if link.startswith("#")} <= set(reader.ids)
    assert "It shows 200 of 300 findings of the run; " in words(render_html(claimed(300)))


def test_what_claims_rest_on_is_quoted_before_what_nothing_rests_on() -> None:
    run = claimed(5)
    unused = tuple(msgspec.structs.replace(run.evidence[0], origin=Origin(builder.GENESIS, n)) for n in range(-300, 0))

    view = page(builder.replaced(run, evidence=(*unused, *run.evidence)))

    assert {f"line {n}" for n in range(1, 6)} <= {row.place for group in view.proof for row in group.rows}


def test_of_very_many_episodes_the_overview_names_the_worst() -> None:
    late, missed = builder.episode(), builder.episode(verdict="MISSED")
    many = builder.run(*[late] * 1_000, missed)

    view = page(many)

    assert len(view.front.sentences) == Limits().listed
    assert view.front.sentences[-1].number == 1_001
    assert view.unlisted == 1_001 - Limits().listed
    assert f"{view.unlisted} of those are not listed above." in render_html(many)


@pytest.mark.parametrize(
    "run",
    [
        builder.run(*[builder.episode()] * 1_000),
        claimed(3_000),
        builder.replaced(
            claimed(300), case=LONG, findings=(Finding(code="AP1", severity="info", sentence=LONG),) * 300
        ),
        builder.replaced(
            builder.run(*[builder.episode()] * 100),
            sources=tuple(builder.replaced_source(builder.sources()[0], name=f"{n}{'n' * 5_000}") for n in range(500)),
        ),
    ],
    ids=["episodes", "claims", "long texts", "sources"],
)
def test_no_page_is_larger_than_it_may_be(run: Run) -> None:
    assert len(render_html(run).encode()) <= LARGEST


def test_the_run_that_a_page_carries_is_never_cut() -> None:
    carried = "m" * 1_300_000

    html = render_html(builder.run(*[builder.episode()] * 100), carried)

    assert carried in html
    assert len(html.encode()) <= LARGEST


def test_the_smallest_limits_still_show_the_worst_episode() -> None:
    view = page(builder.run(builder.episode(), builder.episode(verdict="MISSED")), SMALLER[-1])

    assert [episode.number for episode in view.episodes] == [2]
