"""The strip of a whole test marks its episodes, and says so where it marks some of them."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.instant import SECOND
from analyzer.report.drawing.strip import Strip, draw
from tests.report.drawing.test_lanes import canvas

SHOWN = Strip(
    start=0,
    end=100 * SECOND,
    rates=(),
    episodes=((0, SECOND), (50 * SECOND, 60 * SECOND)),
    words="wide",
    fewer="narrow",
)


def titles(shown: Strip) -> list[str | None]:
    drawn = canvas(0, 10 * SECOND)
    draw(drawn, 0, shown)
    return [title.text for title in drawn.drawn.iter("title")]


def test_how_many_of_its_episodes_are_marked() -> None:
    assert titles(SHOWN) == []
    assert titles(replace(SHOWN, marks="2 of 1,000 episodes")) == ["2 of 1,000 episodes"]
