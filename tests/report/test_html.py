"""The page's colours: text and what it stands on differ enough for WCAG 2.1 AA (1.4.3), light and dark."""

from __future__ import annotations

import re

import pytest

from analyzer.report.drawing import svg
from analyzer.report.html import environment, style, templates

ENOUGH = 4.5
STYLE = (templates() / "style.css").read_text(encoding="utf-8")
SCHEMES = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL), strict=False))
PAIRS = [
    *[(text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "panel")],
    *[("on", ground) for ground in ("met", "late", "undecided", "missed", "not-judged")],
    *[("paper", ground) for ground in ("met", "late", "missed")],
]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colours(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", SCHEMES[scheme]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_can_be_read(scheme: str, pair: tuple[str, str]) -> None:
    palette = colours(scheme)
    assert contrast(palette[pair[0]], palette[pair[1]]) >= ENOUGH


def test_drawings_have_the_light_colours_without_a_style_sheet() -> None:
    palette = colours("light")
    assert {name: colour for colour, name in svg.NAMES.items()}.items() <= palette.items()


@pytest.mark.parametrize("kind", ["fill", "stroke"])
def test_every_colour_that_a_drawing_uses_turns_dark(kind: str) -> None:
    styled = dict(re.findall(rf'\[{kind}="(#\w+)"\] \{{ {kind}: var\(--([\w-]+)\); \}}', STYLE))
    zones = {svg.MET, svg.LATE, svg.MISSED}
    assert styled == {each: name for each, name in svg.NAMES.items() if kind == "fill" or each not in zones}


def test_what_is_written_from_the_right_keeps_the_rest_in_its_place() -> None:
    shown = environment().from_string("{{ name }} (10.0.0.1)").render(name="host \u0645\u0636\u064a\u0641 \u0627")

    assert shown == "host \u2068\u0645\u0636\u064a\u0641 \u0627\u2069 (10.0.0.1)"
    assert environment().from_string("{{ name }}").render(name="\u2068мой, 仮想\u2069") == "\\u2068мой, 仮想\\u2069"


def test_a_page_has_the_style_sheet_without_what_is_for_its_readers() -> None:
    held = environment().get_template("style.css").render()

    assert re.sub(r"\s", "", held) == re.sub(r"\s", "", style())
    assert max(map(len, re.findall(r"\s+", held))) == 1
    assert 'content: "After the fault: ";' in held
