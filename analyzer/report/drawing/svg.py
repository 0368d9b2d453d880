"""Writing SVG: elements whose text is escaped, colours that work without a style sheet and that one can override.

Coordinates are px; they come from integers of ns by `Axis`, in tenths of a px: the same drawing everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

import msgspec
from markupsafe import Markup

from analyzer.report.words import visible

__all__ = [
    "Axis",
    "Element",
    "discs",
    "drawing",
    "finished",
    "group",
    "hatch",
    "lettering",
    "line",
    "link",
    "number",
    "outline",
    "rect",
    "shape",
    "text",
    "title",
]

INK, SOFT, FAINT, PAPER = "#1b2430", "#4d5a6a", "#c9d1db", "#ffffff"
LOCAL, REMOTE, DEAD, UNKNOWN = "#1f6fb2", "#b4530a", "#6b2737", "#7b8794"
MET, LATE, MISSED = "#1a7f45", "#9a6700", "#c22f2f"

# What a page's style sheet calls each colour. It finds them by the attribute: without it they are as they are.
NAMES = {
    INK: "ink",
    SOFT: "soft",
    FAINT: "faint",
    PAPER: "paper",
    LOCAL: "local",
    REMOTE: "remote",
    DEAD: "dead",
    UNKNOWN: "unknown",
    MET: "met",
    LATE: "late",
    MISSED: "missed",
}


_IN_QUOTES = str.maketrans({'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"})


class Axis(msgspec.Struct, frozen=True):
    """From ns in [start, end] to px in [left, right]."""

    start: int
    end: int
    left: int
    right: int

    def px(self, ns: int) -> float:
        """Where `ns` lies, in tenths of a px, kept within the axis."""
        ns = min(max(ns, self.start), self.end)
        length = max(self.end - self.start, 1)
        return self.left + (ns - self.start) * (self.right - self.left) * 10 // length / 10


def drawing(
    width: int, height: int, *, label: str = "", css: str = "", stretch: bool = False, own: bool = False
) -> Element:
    """An empty drawing; with a label it is an image to a screen reader, without it is decoration.

    It takes the width that is there, or its `own` one where no style sheet says otherwise. One that is stretched holds
    no words.
    """
    wide = str(width) if own else "100%"
    svg = Element("svg", {"viewBox": f"0 0 {width} {height}", "width": wide, "class": css or "drawing"})
    if stretch:
        svg.set("preserveAspectRatio", "none")
        svg.set("height", str(height))
    else:
        svg.set("font-family", "system-ui, sans-serif")
    if label:
        svg.set("role", "img")
        svg.set("aria-label", visible(label))
    else:
        svg.set("aria-hidden", "true")
    return svg


def group(parent: Element, fill: str = "", **more: str) -> Element:
    """A place for elements that are drawn later and lie below what follows; they inherit what it says."""
    return _element(parent, "g", {"fill": fill} if fill else {}, more)


def link(parent: Element, href: str, label: str = "") -> Element:
    """A place of elements that lead to another page or another part of this one; `label` is what a screen reader calls
    it, where no words stand in it.
    """
    return _element(parent, "a", {"href": href} | ({"aria-label": visible(label)} if label else {}), {})


def with_links(drawn: Element) -> None:
    """Say that a drawing has parts of its own to a screen reader, which would take it for one image."""
    drawn.set("role", "group")


def lettering(parent: Element, fill: str = INK, size: int = 13) -> Element:
    """A place of words, above everything else. On a screen the page's style sheet gives each a halo of the paper: not
    the drawing itself, as what knows no `paint-order` (paper's typesetters) would draw the halo over the words.
    """
    words = group(parent, fill, font_size=str(size))
    words.set("class", "halo")
    return words


def rect(parent: Element, box: tuple[float, float, float, float], fill: str, **more: str) -> Element:
    """A filled box of (left, top, width, height); `fill` is one of the colours or `url(#…)`, or empty where it is as
    its group says.
    """
    left, top, width, height = box
    if "rx" not in more:  # a path is the shorter half
        d = f"M{number(left)} {number(top)}h{number(max(width, 0))}v{number(height)}H{number(left)}z"
        return _element(parent, "path", {"d": d, **({"fill": fill} if fill else {})}, more)
    place = {"x": number(left), "y": number(top), "width": number(max(width, 0)), "height": number(height)}
    return _element(parent, "rect", {**place, **({"fill": fill} if fill else {})}, more)


def line(parent: Element, ends: tuple[float, float, float, float], stroke: str, **more: str) -> Element:
    """A line from (x1, y1) to (x2, y2)."""
    x1, y1, x2, y2 = map(number, ends)
    way = f"H{x2}" if y1 == y2 else f"V{y2}" if x1 == x2 else f"L{x2} {y2}"
    return _element(parent, "path", {"d": f"M{x1} {y1}{way}", "stroke": stroke}, more)


def shape(parent: Element, d: str, fill: str, **more: str) -> Element:
    """A filled path."""
    return _element(parent, "path", {"d": d, "fill": fill}, more)


def outline(parent: Element, d: str, **more: str) -> Element:
    """A path that is a line, or whatever else its group makes of it."""
    return _element(parent, "path", {"d": d}, more)


def discs(parent: Element, middles: Iterable[tuple[float, float]], radius: float, fill: str) -> Element:
    """Discs as one path: a line of no length with a round end for each."""
    ends = {"stroke": fill, "stroke-width": number(2 * radius), "stroke-linecap": "round"}
    return _element(parent, "path", {"d": "".join(f"M{number(x)} {number(y)}h0" for x, y in middles), **ends}, {})


def text(parent: Element, at: tuple[float, float], words: str, fill: str = INK, **more: str) -> Element:
    """Words at (x, baseline); in a group they are as that says."""
    place = {"x": number(at[0]), "y": number(at[1])}
    plain = {} if parent.tag == "g" else {"fill": fill, "font-size": "13"}
    element = _element(parent, "text", {**place, **plain}, more)
    element.text = visible(words)
    return element


def title(parent: Element, words: str) -> None:
    """A tooltip of the element."""
    SubElement(parent, "title").text = visible(words)


def hatch(parent: Element, name: str, colour: str, *, crossed: bool = False) -> str:
    """A pattern of lines in the colour, as a `fill`; `name` must be unique on the page."""
    defs = next(iter(parent.iterfind("defs")), None)
    defs = SubElement(parent, "defs") if defs is None else defs
    size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    pattern = SubElement(defs, "pattern", {"id": name, **size})
    rect(pattern, (0, 0, 8, 8), colour)
    outline(pattern, "M0 0v8" + "M0 0h8" * crossed, stroke=PAPER, stroke_width="3", stroke_opacity="0.35")
    return f"url(#{name})"


def finished(svg: Element) -> Markup:
    """The drawing as text that a page takes as it is: every name and word in it is escaped."""
    parts: list[str] = []
    _write(svg, parts)
    return Markup("".join(parts))  # noqa: S704 - every name and word in it is escaped here


def _write(element: Element, parts: list[str]) -> None:
    """What ElementTree's own `tostring` writes, without its look-ups of namespaces, which take most of its time, and
    without a blank before the end of an element that holds nothing.
    """
    parts.append(f"<{element.tag}")
    parts.extend(f' {name}="{_quoted(value)}"' for name, value in element.items())
    if element.text or len(element):
        parts.append(f">{_escaped(element.text)}" if element.text else ">")
        for child in element:
            _write(child, parts)
        parts.append(f"</{element.tag}>")
    else:
        parts.append("/>")


def _escaped(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _quoted(text: str) -> str:
    text = _escaped(text)
    return text if text.isprintable() and '"' not in text else text.translate(_IN_QUOTES)


def _element(parent: Element, tag: str, attributes: dict[str, str], more: dict[str, str]) -> Element:
    return SubElement(parent, tag, attributes | {name.replace("_", "-"): value for name, value in more.items()})


def number(value: float) -> str:
    """Px, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
