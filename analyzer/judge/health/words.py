"""What correlation tells by name, in the words of findings: contradictions and assumptions."""

from __future__ import annotations

from analyzer.model.correlation import Assumption, Contradiction
from analyzer.model.instant import MILLISECOND, SECOND

_TENTH = SECOND // 10
_MINUTE = 60 * SECOND
_HOUR = 60 * _MINUTE
_APART = "they are of devices whose clocks differ (give --clock FILE=OFFSET)"


def lasting(ns: int) -> str:
    """How long, in the unit that a reader would use: `850 ms`, `2.3 s`, `23 min 15 s`, `1 h 2 min`."""
    if ns < SECOND:
        return f"{ns // MILLISECOND} ms"
    if ns < 2 * _MINUTE:
        whole, tenths = divmod(ns // _TENTH, 10)
        return f"{whole}.{tenths} s" if tenths else f"{whole} s"
    if ns < 2 * _HOUR:
        return _two(ns // SECOND, 60, "min", "s")
    return _two(ns // _MINUTE, 60, "h", "min")


def _two(small: int, each: int, large: str, unit: str) -> str:
    whole, rest = divmod(small, each)
    return f"{whole} {large} {rest} {unit}" if rest else f"{whole} {large}"


def contradiction_words(what: Contradiction) -> str:
    """What contradicts what is held of clocks."""
    match what.name:
        case "set-back" | "set-forward":
            way = what.name.removeprefix("set-")
            return (
                f"the clock {what.clock} was set {way} while it was watched, by about {lasting(what.by)}, "
                f"before line {what.line} of {what.source}: what it stamped before and after is told on two clocks"
            )
        case "set-between":
            return (
                f"the clock {what.clock} was set while it was watched, by about {lasting(what.by)}: "
                "the lines before and after agree with the captures on two offsets"
            )
        case "host-set":
            return (
                f"the clock {what.clock} was set while its log was written, or the log lacks lines: no offset lets its "
                "route changes agree with the rest, so they are not used to tell when anything happened"
            )
        case "another-zone":
            return _another_zone(what)
        case "given-offset":
            return f"--clock puts {what.clock} {what.by // MILLISECOND} ms ahead, but the captures {_bound(what)}"
        case "cause-and-effect":
            return (
                f"{what.clock} and the captures contradict each other on cause and effect: check the clock and its zone"
            )
        case "captures-apart" | "captures-at-once" | "captures-sent-again":
            return f"{what.source} and {what.other}: {_between_captures(what)}; {_APART}"


def _another_zone(what: Contradiction) -> str:
    hours, minutes = divmod(abs(what.by) // _MINUTE, 60)
    zone = f"{hours:02d}:{minutes:02d}"
    way, sign = ("behind", "-") if what.by < 0 else ("ahead of", "+")
    return (
        f"the stamps of {what.clock} fit a zone {zone} h {way} the one that was given (UTC{sign}{zone} if that was UTC)"
    )


def _bound(what: Contradiction) -> str:
    if what.bound is None:
        return "contradict that"
    least, most = what.bound.least // MILLISECOND, -(-what.bound.most // MILLISECOND)
    return f"bound it to between {least} ms and {most} ms"


def _between_captures(what: Contradiction) -> str:
    if what.name == "captures-apart":
        return "their stories of the hosts fit together only minutes apart"
    if what.name == "captures-at-once":
        return f"one host is served on both of its paths at once, for {what.by // SECOND} s"
    return "a call was sent again on the other path before it was last sent on the first"


def assumption_words(what: Assumption) -> str:
    """What was taken for granted."""
    match what.name:
        case "port-by-turns":
            return f"{_inside(what)}: served when the other was not"
        case "port-that-left":
            return f"{_inside(what)}: the only one that went elsewhere"
        case "port-that-is-left":
            return f"{_inside(what)} (the only one)"
        case "port-that-stalled":
            return f"{_inside(what)}: both had their trouble at the same time"
        case "log-of-commanded":
            return f"{what.what} is taken as the host {what.of}'s: the only one whose route Genesis changed"
        case "log-of-remaining":
            return f"{what.what} is taken as the log of the CVM {what.of}, the only one without another"


def _inside(what: Assumption) -> str:
    return f"{what.what} on the internal switch is taken as the host {what.of}'s"
