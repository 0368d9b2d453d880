"""The clocks of the devices that stamp evidence: how far each is ahead, how fast it drifts, and when it is set.

`--clock DEVICE=OFFSET[,DRIFT][,SIZE@TIME]...` begins as that of `autopath analyze` does, and CVMs and hosts have the
same names there. `SIZE@TIME`: by so much the clock is set, that long after the captures begin (a stream's: its story).

    span=+1.7s                   the analyser at the SPAN port
    vmk1=-250ms                  every capture of a vmk1; vmk1:2 is that of node 2
    cvm:192.168.1.26=-2s,40ppm   the CVM that writes this genesis.out; cvm is every CVM
    esxi=~3s,~50ppm              every host's logs, each off by up to this much, by the seed
    span=0s,-9s@40s,+5min@70s    the analyser's clock is set back by 9 s after 40 s, and forward after 70 s
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from analyzer.errors import UsageError

NS_PER_S_OF_PPM = 1_000  # a clock that is a millionth too fast gains 1000 ns a second

_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9}
_NUMBER = r"[+-]?\d{1,9}(?:\.\d{1,9})?"
_SETTING = re.compile(
    rf"""(?P<device>[a-z]\w*(?::[\w.]+)?)=
    (?P<about>~?)(?P<offset>{_NUMBER})\s*(?P<unit>ns|us|µs|ms|s|min|h)?
    (?:,\s*(?P<roughly>~?)(?P<drift>{_NUMBER})\s*ppm)?
    (?P<steps>(?:,[^,]+)*)""",
    re.VERBOSE,
)
_TIME = rf"({_NUMBER})\s*(ns|us|µs|ms|s|min|h)?"
_STEP = re.compile(rf"\s*{_TIME}@{_TIME}")


class Step(msgspec.Struct, frozen=True):
    """A clock is set by `by` (ns), `after` (ns) since the captures began."""

    by: int
    after: int


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What is set of a device's clock; `about` and `roughly`: any value up to that size, either way, by the seed.

    `steps` are in order of time.
    """

    device: str
    offset: int
    drift: int
    about: bool
    roughly: bool
    steps: tuple[Step, ...] = ()


def settings_of(texts: Iterable[str]) -> tuple[Setting, ...]:
    """What `--clock` says; :class:`UsageError` for what is no clock."""
    return tuple(_setting(text) for text in texts)


def _setting(text: str) -> Setting:
    match = _SETTING.fullmatch(text.strip())
    steps = [_STEP.fullmatch(one) for one in match["steps"].split(",")[1:]] if match else []
    if match is None or None in steps:
        raise UsageError(
            f"--clock {text}: expected DEVICE=OFFSET[,DRIFT][,SIZE@TIME], such as span=1.7s, cvm=-2s,40ppm or "
            "vmk1=0s,-9s@40s"
        )
    return Setting(
        device=match["device"],
        offset=_whole(text, match["offset"], _UNITS[match["unit"] or "s"]),
        drift=_whole(text, match["drift"] or "0", NS_PER_S_OF_PPM),
        about=bool(match["about"]),
        roughly=bool(match["roughly"]),
        steps=tuple(sorted((_step(text, *one.groups()) for one in steps if one), key=lambda step: step.after)),
    )


def _step(text: str, by: str, unit: str | None, after: str, of: str | None) -> Step:
    return Step(_whole(text, by, _UNITS[unit or "s"]), _whole(text, after, _UNITS[of or "s"]))


def _whole(text: str, number: str, unit: int) -> int:
    """So many units of `unit` ns."""
    value = Decimal(number) * unit
    if value != int(value):
        raise UsageError(f"--clock {text}: is finer than a nanosecond, or than a nanosecond a second")
    return int(value)
