"""The clocks of the devices that stamp evidence: how far each is ahead and how fast it drifts, as it is set.

`--clock DEVICE=OFFSET[,DRIFT]` has the shape of `autopath analyze --clock`, and CVMs and hosts the same names there:

    span=+1.7s                   the analyser at the SPAN port
    vmk1=-250ms                  every capture of a vmk1; vmk1:2 is that of node 2
    cvm:192.168.1.26=-2s,40ppm   the CVM that writes this genesis.out; cvm is every CVM
    esxi=~3s,~50ppm              every host's logs, each off by up to this much, by the seed
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
    (?:,\s*(?P<roughly>~?)(?P<drift>{_NUMBER})\s*ppm)?""",
    re.VERBOSE,
)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What is set of a device's clock; `about` and `roughly`: any value up to that size, either way, by the seed."""

    device: str
    offset: int
    drift: int
    about: bool
    roughly: bool


def settings_of(texts: Iterable[str]) -> tuple[Setting, ...]:
    """What `--clock` says; :class:`UsageError` for what is no clock."""
    return tuple(_setting(text) for text in texts)


def _setting(text: str) -> Setting:
    match = _SETTING.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"--clock {text}: expected DEVICE=OFFSET[,DRIFT], such as span=1.7s or cvm=-2s,40ppm")
    offset = Decimal(match["offset"]) * _UNITS[match["unit"] or "s"]
    drift = Decimal(match["drift"] or 0) * NS_PER_S_OF_PPM
    if offset != int(offset) or drift != int(drift):
        raise UsageError(f"--clock {text}: is finer than a nanosecond, or than a nanosecond a second")
    return Setting(
        device=match["device"],
        offset=int(offset),
        drift=int(drift),
        about=bool(match["about"]),
        roughly=bool(match["roughly"]),
    )
