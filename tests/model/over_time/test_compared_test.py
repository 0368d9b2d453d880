"""What is taken from a run to compare it: one duration a figure, and none that may be of something else."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.over_time.compared_test import compared_test, longest, time_of_test
from tests.compare.runs.made import OUTAGE, run, sample
from tests.history.made import run as small_run
from tests.report import builder

RUN = small_run()


def test_of_several_episodes_in_a_run_the_longest_counts() -> None:
    assert compared_test(run(3, episodes=3), "it").durations == ((OUTAGE, Span(5 * SECOND, 6 * SECOND)),)
    assert longest([(OUTAGE, Span(1, 9)), (OUTAGE, Span(4, 5))]) == ((OUTAGE, Span(4, 9)),)


def test_a_figure_that_may_be_of_something_else_does_not_count() -> None:
    assert compared_test(run(3, note="other-path-unseen"), "it").durations == ()
    assert compared_test(run(3, note="calls-outstanding"), "it").durations


def test_stages_and_headlines_of_a_sample() -> None:
    names = {metric for (kind, metric), _ in compared_test(sample(), "it").durations if kind == "cvm-failure"}

    assert {"detection", "outage", "wait", "repair", "resume"} <= names


def test_what_is_told_of_a_test() -> None:
    about = replace(RUN.about, labels=(("phase", "1"), ("step", "AOS 6.8")))

    assert compared_test(RUN, "it").step == ""
    assert compared_test(replace(RUN, about=about), "it").step == "AOS 6.8"
    assert compared_test(RUN, "it").cluster == "a"
    assert compared_test(replace(RUN, about=replace(about, cluster=None)), "it").cluster == ""


def test_the_time_of_a_test_is_that_of_its_first_episode() -> None:
    assert time_of_test(RUN) == builder.FAULT
    assert time_of_test(replace(RUN, episodes=(*small_run(1).episodes, *RUN.episodes))) == builder.FAULT


def test_without_an_episode_it_is_when_the_captures_begin_else_the_logs() -> None:
    capture, _, log, _ = RUN.sources
    early = replace(log, first=Instant("cvm", 5, 5))
    healthy = replace(RUN, episodes=(), sources=(early, capture))

    assert time_of_test(healthy) == builder.START
    assert time_of_test(replace(healthy, sources=(early, replace(early, first=Instant("cvm", 3, 9))))) == 3
    assert time_of_test(replace(healthy, sources=(replace(early, first=None),))) is None
