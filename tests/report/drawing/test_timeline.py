"""A timeline is drawn of whatever times there are: twice, each word within the drawing, the same each time."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.instant import SECOND
from analyzer.report.drawing.flags import Flag
from analyzer.report.drawing.lanes import Latency, Rate, Run, Stretch, Tick
from analyzer.report.drawing.lettering import width
from analyzer.report.drawing.strip import Strip
from analyzer.report.drawing.timeline import Timeline, draw

BEGIN = 1_795_331_026 * SECOND
NAMES = (
    "fault",
    "check",
    "detected",
    "decided",
    "terminated",
    "repaired",
    "reset",
    "connected",
    "restored",
    "recovered",
)
offsets = st.integers(10 * SECOND, 400_000 * SECOND)


@st.composite
def timelines(draw_from: st.DrawFn) -> Timeline:
    """Any: short and long, full and nearly empty."""
    length = draw_from(st.integers(1, 200_000)) * SECOND
    within = st.integers(0, length)
    times = sorted(draw_from(st.lists(within, max_size=10)))
    flags = tuple(
        Flag(name, BEGIN + at, BEGIN + at + draw_from(st.sampled_from((0, SECOND, length))), f"+{at // SECOND} s")
        for name, at in zip(NAMES, times, strict=False)
    )
    runs = tuple(
        Run(
            BEGIN + first,
            BEGIN + first + draw_from(offsets),
            tuple(draw_from(st.lists(st.integers(0, 10**6), min_size=1, max_size=9))),
        )
        for first in sorted(draw_from(st.lists(within, max_size=4)))
    )
    rates = (Rate("local", "a", runs),) if runs else ()
    latency = st.integers(0, 10**13)
    return Timeline(
        start=BEGIN,
        end=BEGIN + length,
        zero=BEGIN + draw_from(st.integers(-length, 2 * length)),
        since_fault=draw_from(st.booleans()),
        label="Timeline.",
        flags=flags,
        paths=(Stretch(BEGIN, BEGIN + draw_from(within), "remote", "remote via <192.168.1.28>"),),
        rates=rates,
        latencies=tuple(
            Latency(BEGIN + at, *sorted((draw_from(latency), draw_from(latency), draw_from(latency))))
            for at in draw_from(st.lists(within, max_size=5))
        ),
        ticks=(("Genesis log", tuple(Tick(BEGIN + at, "<line>") for at in draw_from(st.lists(within, max_size=60)))),),
        whole=Strip(
            start=BEGIN - draw_from(offsets), end=BEGIN + length + draw_from(offsets), rates=rates,
            episodes=((BEGIN, BEGIN + length),), words="The whole test, and more words", fewer="The whole test",
        ),
    )  # fmt: skip


@given(timelines())
def test_every_word_is_within_its_drawing(shown: Timeline) -> None:
    pictures = re.findall(r'<svg viewBox="0 0 (\d+) (\d+)".*?</svg>', str(draw(shown, "e")), re.DOTALL)
    parts = str(draw(shown, "e")).split("<svg ")[1:]

    assert len(pictures) == len(parts) == 2
    for (wide, tall), part in zip(pictures, parts, strict=True):
        for x, y, more, words in re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)"([^>]*)>([^<]*)</text>', part):
            room = width(html.unescape(words), 12)
            left = float(x) - (room / 2 if "middle" in more else room if "end" in more else 0)
            assert -room / 2 - 1 <= left <= int(wide)
            assert 0 < float(y) < int(tall)


@given(timelines())
def test_the_same_times_make_the_same_drawing(shown: Timeline) -> None:
    assert draw(shown, "e") == draw(shown, "e")
    assert "<line>" not in str(draw(shown, "e"))
