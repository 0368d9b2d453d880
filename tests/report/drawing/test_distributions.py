"""Runs of groups and their estimates in one drawing."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Mass
from analyzer.report.drawing import svg
from analyzer.report.drawing.distributions import LEFT, RIGHT, WIDE, Dot, Sample, distributions

BOX = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)H[\d.]+z")


def sample(name: str, *spans: Span, href: str = "#run-1") -> Sample:
    dots = tuple(Dot(span, f"{name} {span.least}", href) for span in spans)
    return Sample(name, dots, tuple(Mass(span.least, span.most, 0.0, 1.0) for span in spans[:1]))


def test_every_run_is_there_and_linked() -> None:
    groups = [sample("A", Span(SECOND, 2 * SECOND), Span(3 * SECOND, UNBOUNDED)), sample("B", Span(0, 0), href="")]
    drawn = etree.fromstring(distributions(groups, "it"))

    assert drawn.get("aria-label") == "it"
    assert len(drawn.findall(".//a")) == 2
    assert [one.text for one in drawn.iter("title")] == ["A 1000000000", "A 3000000000", "B 0"]
    assert {one.text for one in drawn.iter("text")} >= {"A", "B", "0 s"}


def test_nothing_lies_outside() -> None:
    groups = [sample("A" * 200, *(Span(at * SECOND, (at + 40) * SECOND) for at in range(150)))]
    drawn = etree.fromstring(distributions(groups, "it"))
    height = float((drawn.get("viewBox") or "").split()[3])

    found = (BOX.fullmatch(one.get("d") or "") for one in drawn.findall(".//a/path"))
    boxes = [[float(part) for part in box.groups()] for box in found if box]

    assert len(boxes) == 300
    assert [left for left, _, wide, _ in boxes if not LEFT - 2 <= left <= left + wide <= RIGHT + 3 <= WIDE] == []
    assert [top for _, top, _, tall in boxes if not 0 <= top <= top + tall <= height] == []


def test_no_colour_is_needed_to_tell_the_curves_apart() -> None:
    groups = [sample(name, Span(SECOND, 2 * SECOND)) for name in ("A", "B")]
    drawn = etree.fromstring(distributions(groups, "it"))

    lines = [one for one in drawn.iter("path") if one.get("stroke") in (svg.LOCAL, svg.REMOTE)]
    dashes = [one.get("stroke-dasharray") for one in lines]
    assert dashes[:2] == [None, None]  # the first one's curve, and the piece of it before its name
    assert dashes[2] is not None
    assert dashes[2:] == [dashes[2]] * 2
    assert {"0 %", "100 %"} <= {one.text for one in drawn.iter("text")}


@pytest.mark.parametrize("most", [2, 900, 2_000, 1_500_000, 3 * SECOND])
def test_no_two_graduations_are_alike(most: int) -> None:
    drawn = etree.fromstring(distributions([sample("A", Span(0, most))], "it"))

    scale = [one.text for one in drawn.iter("text")][-3:]
    assert len(set(scale)) == 3
