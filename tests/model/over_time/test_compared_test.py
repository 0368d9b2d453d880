"""What is known of a test that is compared."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.compare.runs.documents import compared_test
from analyzer.model.instant import Instant
from analyzer.model.over_time.compared_test import time_of_test
from tests.history.made import run as small_run
from tests.report import builder

RUN = small_run()


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
