"""What is wrong stands right under the answer: the gravest first, each once, with a way to the whole of it."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.finding import CaptureQuality, Finding
from analyzer.report import render_html
from analyzer.report.view.front.problems import LONGEST, MOST, problems
from analyzer.report.view.labels import Labels
from tests.report import builder
from tests.report.page import read, words

WARNING = Finding(code="AP104", severity="warning", title="A redirect", sentence="One was sent to 192.168.1.24")
PROBLEM = Finding(code="AP102", severity="problem", title="Lost", sentence="x" * (LONGEST + 10))
INFO = Finding(code="AP404", severity="info", sentence="Copies")


def test_problems_come_before_warnings_and_what_is_good_to_know_does_not() -> None:
    run = replace(builder.run(), findings=(INFO, WARNING, PROBLEM))
    shown, more = problems(run, Labels(run), ())

    assert [(one.code, one.href) for one in shown] == [("AP102", "#finding-3"), ("AP104", "#finding-2")]
    assert shown[0].sentence == "x" * LONGEST + " …."
    assert shown[1].sentence == "One was sent to esx-a (192.168.1.24)."
    assert more == 0


def test_the_same_of_two_episodes_is_said_once() -> None:
    episode = replace(builder.episode(), findings=(WARNING,))
    run = builder.run(episode, episode)
    shown, _ = problems(run, Labels(run), (1, 2))

    assert [(one.code, one.href) for one in shown] == [("AP104", "#e1-finding-1")]


def test_a_capture_that_is_not_fully_trustworthy_is_a_warning() -> None:
    run = replace(builder.run(), quality=(CaptureQuality(builder.SPAN, "with-care", ("frames-lost",)),))
    (one,) = problems(run, Labels(run), ())[0]

    assert (one.severity, one.sentence) == ("warning", "span.pcap: with care: it lost frames.")


def test_of_very_many_the_rest_is_counted() -> None:
    findings = tuple(replace(WARNING, sentence=f"Redirect {number}") for number in range(MOST + 3))
    run = replace(builder.run(builder.episode()), findings=findings)

    assert problems(run, Labels(run), (1,))[1] == 4, "the episode has one of its own"
    html = render_html(run)
    within = {link.removeprefix("#") for link in read(html).links if link.startswith("#")}
    assert within <= set(read(html).ids)
    assert "4 more below." in words(html)


def test_where_there_is_none_the_page_says_so() -> None:
    assert "Problems and warnings: none." in words(render_html(builder.run()))


def test_lines_that_were_not_understood_come_first_and_whole() -> None:
    long = "3 log lines with HA evidence were not understood by any rule: " + "a line · " * LONGEST
    unread = Finding(code="AP301", severity="info", title="lines that no rule takes", sentence=long)
    graver = Finding(
        code="AP302", severity="warning", title="lines that may tell of a failover", sentence="10 log lines"
    )
    problem = Finding(code="AP102", severity="problem", title="a datastore was lost", sentence="it was lost")

    alone = replace(builder.run(), findings=(problem, unread))
    both = replace(builder.run(), findings=(problem, unread, graver))

    shown, _ = problems(alone, Labels(alone), None)
    assert [one.code for one in shown][:2] == ["AP301", "AP102"]
    assert len(shown[0].sentence) > LONGEST
    assert [one.code for one in problems(both, Labels(both), None)[0]][:2] == ["AP302", "AP102"]
