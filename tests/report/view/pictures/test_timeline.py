"""What an episode's timeline shows of its paths: each once, from where it began to where it ended."""

from __future__ import annotations

import html
import re

import pytest

from analyzer.model.episode import EpisodeKind
from analyzer.report.view.pictures.timeline import timeline
from analyzer.report.view.pictures.timetable import timetable
from tests.report import builder


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        ("cvm-failure", ["local", "no reply", "remote"]),
        ("route-injection", ["local", "remote via 192.168.1.28", "local"]),
        ("cvm-recovery", ["remote via 192.168.1.28", "local"]),
    ],
)
def test_a_path_that_goes_on_is_one_band(kind: EpisodeKind, paths: list[str]) -> None:
    measured = builder.episode(kind)

    drawn = str(timeline(timetable(builder.run(measured)), measured, "e"))

    wide = drawn.partition("</svg>")[0]
    words = [html.unescape(word) for word in re.findall(r'text-anchor="middle"[^>]*>([a-z][^<]*)</text>', wide)]
    assert [word for word in words if word in {"local", "no reply", "remote", "remote via 192.168.1.28"}] == paths


def test_the_drawing_is_told_in_words_too() -> None:
    measured = builder.episode()

    drawn = str(timeline(timetable(builder.run(measured)), measured, "e"))

    assert 'aria-label="Timeline. fault 0 s; check +23.5 s; ' in drawn
    assert "restored +27.07 s" in drawn


def test_without_a_time_there_is_no_drawing() -> None:
    measured = builder.episode(absent=tuple(builder.AFTER))

    assert timeline(timetable(builder.run(measured)), measured, "e") is None
