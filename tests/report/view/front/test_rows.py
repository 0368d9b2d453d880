"""A row with a bar for each judgement: of many episodes those of the worst, and each bar once on the page."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.episode import Verdict
from analyzer.model.run import Run
from analyzer.report import render_html
from analyzer.report.view.front.rows import MOST, in_front, rows
from analyzer.report.view.labels import Labels
from tests.report import builder


def many(count: int, worst: int) -> Run:
    late, missed = builder.episode(), builder.episode(verdict="MISSED")
    return builder.run(*(missed if number == worst else late for number in range(1, count + 1)))


def test_each_judgement_has_its_row() -> None:
    run = builder.run(builder.episode())
    shown = rows(run, Labels(run), {1})

    assert [row.metric for row in shown] == ["Detection latency", "Outage"]
    assert shown[0].expected == "expected 23 s"
    assert all(row.bar for row in shown)
    assert {row.episode for row in (*shown, *rows(run, Labels(run), ()))} == {""}, "there is one"


def test_what_was_not_judged_has_no_bar_and_says_why() -> None:
    episode = builder.episode()
    unjudged = tuple(replace(one, verdict="NOT-JUDGED", reason="no-expectation") for one in episode.judgements)
    run = builder.run(replace(episode, judgements=unjudged))

    assert [(row.bar, bool(row.sentence)) for row in rows(run, Labels(run), {1})] == [(None, True), (None, True)]


def test_of_many_the_worst_have_theirs_here_and_the_others_in_their_episode() -> None:
    run = many(MOST, worst=MOST)

    assert MOST in in_front(run)
    assert 1 < len(in_front(run)) < MOST
    assert len(rows(run, Labels(run), range(1, MOST + 1))) <= MOST
    drawn = sum(len(one.judgements) for one in run.episodes)
    assert render_html(run).count('class="gauge"') == drawn


def test_what_is_not_acceptable_stands_first() -> None:
    verdicts: tuple[Verdict, ...] = ("LATE", "UNDECIDED", "MET", "MISSED")
    detection, outage = builder.episode().judgements
    each = ((replace(detection, verdict="MET"), replace(outage, verdict=verdict)) for verdict in verdicts)
    run = builder.run(
        *(replace(builder.episode(verdict=pair[1].verdict), judgements=pair) for pair in each), verdict="MISSED"
    )
    shown = [(row.episode[-1], row.badge.word) for row in rows(run, Labels(run), ())]

    assert shown[:2] == [("4", "MISSED"), ("2", "UNDECIDED")]
    assert [number for number, _ in shown[2:]] == ["1", "1", "2", "3", "3", "4"]


def test_one_episode_with_many_judgements_has_them_all() -> None:
    one = builder.episode()
    run = builder.run(replace(one, judgements=one.judgements * MOST))

    assert in_front(run) == {1}
