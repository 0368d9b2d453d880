"""A judged figure's scale: what it marks, and that no label lies over another or over a tick."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from msgspec.structs import replace

from analyzer.model.episode import Judgement
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Span
from analyzer.report.drawing.gauge import LEFT, LETTERS, RIGHT, TALL, TOP, WIDTH, gauge
from analyzer.report.drawing.lettering import width

OUTAGE = Judgement(
    verdict="MET",
    metric="outage",
    reason="within-expectation",
    measured=Span(27 * SECOND, 28 * SECOND),
    expected=36 * SECOND,
    bound=51 * SECOND,
)
DETECTION = replace(OUTAGE, metric="detection", expected=23 * SECOND, bound=40 * SECOND)
OWN = replace(OUTAGE, own=True, own_bound=True, expected=30 * SECOND, bound=45 * SECOND)


def drawn(judgement: Judgement) -> str:
    found = gauge(judgement)
    assert found is not None
    return found


def test_the_bar_of_an_outage_marks_what_a_host_does() -> None:
    said = drawn(OUTAGE)

    for mark in ("usual: up to 36 s", "APD starts by 51 s", "I/O fails from 2 min 56 s on", "measured 27.5 s ± 0.5 s"):
        assert f">{mark}</text>" in said
    assert "APD starts after 36 s to 51 s; I/O fails from 2 min 56 s on." in said, "to who hears it"


def test_a_users_own_limits_are_marked_beside_those_of_the_host() -> None:
    said = drawn(OWN)

    for mark in ("expected 30 s", "your bound 45 s", "APD starts by 51 s"):
        assert f">{mark}</text>" in said


def test_a_figure_without_an_upper_end_is_an_arrow() -> None:
    closed, open_ended = drawn(OUTAGE), drawn(replace(OUTAGE, measured=Span(12 * SECOND, UNBOUNDED)))

    assert "measured at least 12" in open_ended
    assert ("v12M" in closed, "v12M" in open_ended) == (True, False)
    assert f"M{RIGHT - 8}.0 {TOP - 17}v14l8 -7z" in open_ended


def test_a_detection_knows_no_apd() -> None:
    said = drawn(DETECTION)

    assert ">polling bound 40 s</text>" in said
    assert "APD" not in said


@pytest.mark.parametrize("judgement", [OUTAGE, DETECTION, OWN], ids=["outage", "detection", "own"])
@pytest.mark.parametrize("expected", [10 * SECOND, 19 * SECOND, 35 * SECOND, 36 * SECOND])
@pytest.mark.parametrize("most", [MILLISECOND, 36 * SECOND, 51 * SECOND, 600 * SECOND])
def test_no_tick_crosses_a_label_and_none_leaves_the_drawing(judgement: Judgement, expected: int, most: int) -> None:
    said = drawn(replace(judgement, expected=expected, measured=Span(0, most)))
    ticks = [(float(x), float(y)) for x, y in re.findall(rf"M([\d.]+) {TOP - 3}V([\d.]+)", said)]
    labels = [
        (float(x), float(y), width(words, LETTERS) / 2)
        for x, y, words in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', said)
        if float(y) > TOP + TALL
    ]

    assert len(labels) == len(ticks) >= 2
    assert all(x - half >= LEFT - 1 and x + half <= RIGHT + 1 for x, _, half in labels)
    assert not [(x, tick) for x, y, half in labels for tick, end in ticks if end > y - 10 and abs(x - tick) < half]
    rows: dict[float, list[tuple[float, float]]] = {}
    for x, y, half in labels:
        rows.setdefault(y, []).append((x - half, x + half))
    assert all(one[1] < other[0] for row in rows.values() for one, other in pairwise(sorted(row)))
    assert max(rows) < float(re.findall(rf'viewBox="0 0 {WIDTH} (\d+)"', said)[0])


def test_nothing_is_drawn_of_what_was_not_measured() -> None:
    assert gauge(replace(OUTAGE, measured=None)) is None
