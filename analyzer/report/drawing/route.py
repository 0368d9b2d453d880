"""How a host reaches its storage, as a diagram: VMkernel ports, its own CVM, the switch, what stands behind that."""

from __future__ import annotations

from typing import Literal

import msgspec
from markupsafe import Markup

from analyzer.report.drawing import svg
from analyzer.report.drawing.lettering import cut

WIDE, TALL = 380, 256
Box = tuple[int, int, int, int]
HOST: Box = (2, 2, 376, 142)
INSIDE: Box = (12, 50, 116, 36)  # the VMkernel port on the internal switch
OUTSIDE: Box = (12, 98, 116, 36)
OWN: Box = (208, 28, 164, 110)
ETH1: Box = (214, 50, 152, 36)
ETH0: Box = (214, 94, 152, 36)
SWITCH: Box = (12, 162, 360, 24)
FAR: Box = (12, 210, 220, 42)
BETWEEN, DOWN, ACROSS = 160, 70, 68  # px: the middle of the internal switch, the outer way, the inner way

_COLOURS = {"local": svg.LOCAL, "remote": svg.REMOTE, "dead": svg.DEAD}


class Part(msgspec.Struct, frozen=True):
    """A box's two lines."""

    name: str
    address: str = ""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The parts, and which way the host's traffic takes: inside to its own CVM, or outside; None where nothing shows
    it. `far` is what stands behind the switch, None where nothing does.
    """

    label: str
    kind: Literal["local", "remote", "dead", "unknown"]
    way: Literal["inside", "outside"] | None
    host: str
    inside: Part
    outside: Part
    own: str
    eth1: Part
    eth0: Part
    switch: str
    far: Part | None


def draw(route: Route) -> Markup:
    """The diagram; the way is a thick line in the colour of its kind, broken and crossed where nobody answers."""
    drawn = svg.drawing(WIDE, TALL, label=route.label, css="route", own=True)
    shapes = svg.group(drawn, svg.PAPER, stroke=svg.UNKNOWN, stroke_linejoin="round")
    words, soft = svg.lettering(drawn, size=12), svg.lettering(drawn, svg.SOFT, 12)
    svg.outline(shapes, _boxes(HOST, OWN), stroke=svg.FAINT)
    svg.shape(shapes, _boxes(SWITCH), svg.FAINT, stroke="none", fill_opacity="0.5")
    svg.text(words, (12, 21), cut(route.host, HOST[2] - 24, bold=True), font_size="13", font_weight="600")
    svg.text(words, (OWN[0] + 8, 44), cut(route.own, OWN[2] - 16, 12, bold=True), font_weight="600")
    svg.text(words, (110, SWITCH[1] + 16), cut(route.switch, 250, 12))
    for y, word in ((ACROSS - 7, "internal"), (ACROSS + 16, "switch")):
        svg.text(soft, (BETWEEN, y), word, text_anchor="middle")
    _links(shapes, far=route.far is not None)
    _way(shapes, route)
    used = {"inside": (INSIDE, ETH1), "outside": (OUTSIDE, FAR), None: ()}[route.way]
    parts = ((INSIDE, route.inside), (OUTSIDE, route.outside), (ETH1, route.eth1), (ETH0, route.eth0))
    shown = (*parts, *(((FAR, route.far),) if route.far else ()))
    svg.outline(shapes, _boxes(*(box for box, _ in shown if box not in used)))
    if used:
        svg.outline(shapes, _boxes(*(box for box, _ in shown if box in used)), **_taken(route))
    for box, part in shown:
        _named((words, soft), box, part)
    return svg.finished(drawn)


def _links(shapes: svg.Element, *, far: bool) -> None:
    """What is wired to what."""
    across = f"M{INSIDE[0] + INSIDE[2]} {ACROSS}H{ETH1[0]}"
    down = f"M{DOWN} {OUTSIDE[1] + OUTSIDE[3]}V{SWITCH[1]}M{ETH0[0] + ETH0[2] // 2} {ETH0[1] + ETH0[3]}V{SWITCH[1]}"
    further = f"M{DOWN} {SWITCH[1] + SWITCH[3]}V{FAR[1]}" if far else ""
    svg.outline(shapes, f"{across}{down}{further}", fill="none")


def _way(shapes: svg.Element, route: Route) -> None:
    """From the port to who should serve: an arrow, or a broken line that ends in a cross."""
    if route.way is None:
        return
    colour, dead = _COLOURS.get(route.kind, svg.UNKNOWN), route.kind == "dead"
    more = {"stroke_width": "5", **({"stroke_dasharray": "7 5"} if dead else {})}
    if route.way == "inside":
        x, y, head = ETH1[0], ACROSS, "l-12 -8v16z"
        svg.line(shapes, (INSIDE[0] + INSIDE[2], y, x - 10, y), colour, **more)
        cross = (x - 14, y)
    else:
        x, y, head = DOWN, FAR[1] if route.far else SWITCH[1], "l-8 -12h16z"
        svg.line(shapes, (x, OUTSIDE[1] + OUTSIDE[3], x, y - 10), colour, **more)
        cross = (x, y - 12)
    if dead:
        svg.outline(
            shapes,
            f"M{cross[0] - 7} {cross[1] - 7}l14 14m0 -14l-14 14",
            fill="none",
            stroke=colour,
            stroke_width="4",
        )
    else:
        svg.shape(shapes, f"M{x} {y}{head}", colour, stroke="none")


def _taken(route: Route) -> dict[str, str]:
    """How a box looks that is on the way."""
    return {"stroke": _COLOURS.get(route.kind, svg.UNKNOWN), "stroke_width": "3"}


def _boxes(*boxes: Box) -> str:
    """The boxes as one path."""
    return "".join(f"M{left} {top}h{wide}v{tall}h-{wide}z" for left, top, wide, tall in boxes)


def _named(letterings: tuple[svg.Element, svg.Element], box: Box, part: Part) -> None:
    left, top, wide, tall = box
    for lettering, wording, below in zip(letterings, (part.name, part.address), (-4, 12), strict=True):
        if wording:
            svg.text(lettering, (left + 7, top + tall / 2 + below), cut(wording, wide - 12, 12))
