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
                f"the clock {what.clock} was set {way} during the test, by about {lasting(what.by)}, "
                f"before line {what.line} of {what.source}: the lines before and after are treated as two clocks"
            )
        case "set-between":
            return (
                f"the clock {what.clock} was set during the test, by about {lasting(what.by)}: "
                "the lines before and after fit the captures with two different offsets"
            )
        case "host-set":
            return (
                f"the clock {what.clock} was set while its log was written, or lines are missing from the log: with no"
                f" offset "
                "do its route changes fit the rest, so they are not used to say when anything happened"
            )
        case "another-zone":
            return _another_zone(what)
        case "given-offset":
            return f"--clock puts {what.clock} {what.by // MILLISECOND} ms ahead, but the captures {_bound(what)}"
        case "cause-and-effect":
            return (
                f"{what.clock} and the captures contradict each other (an effect before its cause): check the clock "
                "and its zone"
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
        return "what they show of the hosts fits together only minutes apart"
    if what.name == "captures-at-once":
        return f"one host seems to be served on both of its paths at the same time, for {what.by // SECOND} s"
    return "a call seems to be sent again on the other path before it was last sent on the first"


def assumption_words(what: Assumption) -> str:
    """What was taken for granted."""
    match what.name:
        case "port-by-turns":
            return f"{_inside(what)}: it was served when the other was not"
        case "port-that-left":
            return f"{_inside(what)}: the only one that used another path"
        case "port-that-is-left":
            return f"{_inside(what)} (the only one)"
        case "port-that-stalled":
            return f"{_inside(what)}: both were interrupted at the same time"
        case "log-of-commanded":
            return f"{what.what} is assumed to be the host {what.of}'s: the only one whose route Genesis changed"
        case "log-of-remaining":
            return f"{what.what} is assumed to be the log of the CVM {what.of}, the only one without another log"
        case "log-beside-prompt":
            return f"{what.what} is assumed to be the host {what.of}'s: the only one whose tables are in its folder"


def _inside(what: Assumption) -> str:
    return f"{what.what} on the internal switch is assumed to be the host {what.of}'s"
