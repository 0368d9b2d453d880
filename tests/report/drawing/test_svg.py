"""A drawing is written as ElementTree writes it."""

from __future__ import annotations

from xml.etree.ElementTree import tostring

from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.drawing import svg

WORDS = st.text(st.sampled_from("ab<>&\"'\n\t\r\u202e é")) | st.text().filter(lambda text: "/" not in text)


@given(WORDS, WORDS, WORDS)
def test_a_drawing_is_written_as_elementtree_does(label: str, words: str, tooltip: str) -> None:
    drawn = svg.drawing(10, 20, label=label)
    box = svg.rect(drawn, (1, 2.25, 3, -4), svg.hatch(drawn, "p", svg.DEAD, crossed=True), stroke_dasharray=words)
    svg.title(box, tooltip)
    svg.text(svg.group(drawn), (1.5, 2), words)
    svg.rect(drawn, (1, 2.25, 3, -4), svg.INK, rx="3")
    svg.group(drawn)

    assert str(svg.finished(drawn)) == tostring(drawn, encoding="unicode").replace(" />", "/>")
