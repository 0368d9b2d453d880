"""The clocks of the devices that stamp evidence: how far each is ahead and how fast it drifts, and how that is told.

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
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from analyzer.errors import UsageError
from analyzer.model.truth import TrueClock

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
    """What is told of a device's clock; `about` and `roughly`: any value up to that size, either way, by the seed."""

    device: str
    offset: int
    drift: int
    about: bool
    roughly: bool


class Watch:
    """A device's clock, which `true` describes. Its zone is for stamps without one."""

    __slots__ = ("true", "zone")

    def __init__(self, true: TrueClock) -> None:
        self.true = true
        self.zone = ZoneInfo(true.zone)

    def reads(self, at: int) -> int:
        """What it shows at `at` (both ns since the epoch)."""
        return self.true.reads(at)


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


class Clocks:
    """The clocks of `devices` (their names), as far as they are asked for; all are right at `since` but for what is
    told of them.
    """

    def __init__(self, told: Iterable[str], devices: Iterable[str], seed: int, since: int) -> None:
        """Raises :class:`UsageError` for a clock of no device."""
        self._settings = settings_of(told)
        self._seed, self._since = seed, since
        self._watches: dict[str, Watch] = {}
        known = tuple(devices)
        names = {*known, *(_kind(device) for device in known)}
        for one in self._settings:
            if one.device not in names:
                raise UsageError(f"--clock {one.device}: no such device; there are {', '.join(known)}")

    def watch(self, device: str, zone: str = "UTC") -> Watch:
        """The clock of the device; what is told of it alone counts before what is told of all of its kind."""
        if device not in self._watches:
            self._watches[device] = Watch(self._true(device, zone))
        return self._watches[device]

    def true(self) -> tuple[TrueClock, ...]:
        """The clocks that stamped something, those of logs first."""
        clocks = [watch.true for watch in self._watches.values()]
        order = ("cvm", "esxi", "span", "vmk0", "vmk1")
        return tuple(sorted(clocks, key=lambda clock: order.index(_kind(clock.clock))))

    def _true(self, device: str, zone: str) -> TrueClock:
        told = [one for one in self._settings if one.device == device]
        told = told or [one for one in self._settings if one.device == _kind(device)]
        if not told:
            return TrueClock(clock=device, ahead=0, zone=zone, since=self._since)
        setting, random = told[-1], Random(f"{self._seed}/clock/{device}")  # noqa: S311 - a simulation
        ahead, drift = (_upto(size, random) for size in (setting.offset, setting.drift))
        return TrueClock(
            clock=device,
            ahead=ahead if setting.about else setting.offset,
            drift=drift if setting.roughly else setting.drift,
            zone=zone,
            since=self._since,
        )


def _kind(device: str) -> str:
    return device.partition(":")[0]


def _upto(size: int, random: Random) -> int:
    return random.randrange(-abs(size), abs(size) + 1)
