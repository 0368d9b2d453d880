"""The first screen: the answer, a sentence an episode, what the run is about, and on what the verdict rests."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.about import About
from analyzer.model.over_time.coverage import Coverage, Lack
from analyzer.model.run import Run
from analyzer.model.told import Doubt
from analyzer.report import render_html
from analyzer.report.view.front.parts import Front
from analyzer.report.view.front.screen import DETECTION, MOST, OUTAGE, UNTOLD, front
from analyzer.report.view.labels import Labels
from analyzer.report.view.limits import Limits, worst
from analyzer.report.view.parts import Fact
from tests.report import builder
from tests.report.page import words

ABOUT = About(title="Plug of CVM A", ticket="CHG1", operator="K. Tanaka", zone="Asia/Tokyo", labels=(("phase", "2"),))


def screen(run: Run) -> Front:
    return front(run, Labels(run), worst(run, Limits().whole), worst(run, Limits().listed))


def test_what_a_run_is_about_stands_above_the_answer() -> None:
    told = screen(replace(builder.run(builder.episode()), about=ABOUT))

    assert told.title == "Plug of CVM A"
    assert told.about == (
        Fact("Ticket", "CHG1"),
        Fact("Operator", "K. Tanaka"),
        Fact("Case", "cvm-failure"),
        Fact("phase", "2"),
    )
    assert screen(builder.run()).title == "cvm-failure"


def test_an_episode_is_one_sentence_with_local_time_names_and_how_sure_it_is() -> None:
    (one,) = screen(replace(builder.run(builder.episode()), about=ABOUT)).sentences

    assert one.text.startswith(
        "CVM 192.168.1.26, which serves host esx-a (192.168.1.24), failed at 2026-11-22 07:04:23.059 UTC ± 2 ms"
        " (16:04:23 in Asia/Tokyo); "
    )
    assert "it was noticed after 23.6 s ± 0.5 s and storage was away for 27.071 s" in one.text
    assert (one.text.count(". "), one.href, one.confidence) == (0, "#episode-1", "high")


def test_the_answer_comes_first_in_the_text_of_the_page() -> None:
    text = words(render_html(replace(builder.run(builder.episode()), about=ABOUT)))

    assert (
        text.index("Acceptable: yes. Action: none.") < text.index("it was noticed after") < text.index("Episode 1 (E1)")
    )


def test_of_many_signs_and_doubts_it_says_how_many_more_there_are() -> None:
    lacks = tuple(Lack("elsewhere", f"192.168.1.{host}", (host, host + 1)) for host in range(UNTOLD + 2))
    doubts = (Doubt("not-repaired"), Doubt("return-unlogged"), Doubt("author-unlogged"), Doubt("command-failed"))
    measured = builder.episode()
    doubted = replace(measured, episode=replace(measured.episode, doubts=doubts))
    told = screen(builder.replaced(builder.run(doubted), coverage=Coverage(lacks=lacks)))
    all_told = screen(builder.replaced(builder.run(doubted), coverage=Coverage(lacks=lacks[:UNTOLD])))

    assert told.sentences[0].confidence.endswith("; and 2 more reasons")
    assert len(told.untold) == UNTOLD + 1
    assert told.untold[-1] == "2 more signs of this: see run.json."
    assert all_told.untold == told.untold[:UNTOLD]


def test_defaults_are_said_to_be_one_published_test() -> None:
    episode = builder.episode()
    first, *others = episode.judgements
    mine = replace(episode, judgements=(replace(first, own=True), *others))

    assert screen(builder.run(episode)).defaults == (
        f"No expectation of yours was given: {DETECTION}, and {OUTAGE}. Give yours with --expectations."
    )
    assert screen(builder.run(mine)).defaults.startswith(f"For the rest no expectation of yours was given: {OUTAGE}.")
    assert screen(builder.run()).defaults == "", "nothing was judged"


def test_who_is_not_sure_is_told_why() -> None:
    (one,) = screen(builder.run(builder.episode(confidence="low"))).sentences

    assert one.confidence == "low: no capture of vmk1; the log has whole-second stamps"


def test_of_many_episodes_the_worst_are_told_first_and_the_others_fold() -> None:
    late = [builder.episode(verdict="LATE")] * MOST
    run = builder.run(*late, *[builder.episode()] * 3, builder.episode(verdict="MISSED"))

    told = screen(run).sentences
    assert [one.number for one in told] == [*range(1, MOST + 5)]
    assert [one.number for one in told if one.folded] == [MOST, MOST + 1, MOST + 2, MOST + 3]
    assert "4 more episodes, none with a worse verdict" in words(render_html(run))
    assert not [one for one in screen(builder.run(*late)).sentences if one.folded]
