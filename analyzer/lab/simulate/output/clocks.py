"""The clocks of the devices that stamp evidence, and what each shows at a true time."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from zoneinfo import ZoneInfo

from msgspec import UNSET

from analyzer.errors import UsageError
from analyzer.lab.simulate.scenario.clock_settings import settings_of
from analyzer.model.truth import ClockSet, TrueClock


class DeviceClock:
    """A device's clock, which `true` describes. Its zone is for stamps without one."""

    __slots__ = ("true", "zone")

    def __init__(self, true: TrueClock) -> None:
        self.true = true
        self.zone = ZoneInfo(true.zone)

    def reads(self, at: int) -> int:
        """What it shows at `at` (both ns since the epoch)."""
        return self.true.reads(at)


class Clocks:
    """The clocks of `devices` (their names), as far as they are asked for; all are right at `since` but for what is
    set of them. The captures begin at `first`; both ns.
    """

    def __init__(self, settings: Iterable[str], devices: Iterable[str], seed: int, since: int, first: int) -> None:
        """Raises :class:`UsageError` for a clock of no device."""
        self._settings = settings_of(settings)
        self._seed, self._since, self._first = seed, since, first
        self._device_clocks: dict[str, DeviceClock] = {}
        known = tuple(devices)
        names = {*known, *(_kind(device) for device in known)}
        for one in self._settings:
            if one.device not in names:
                raise UsageError(f"--clock {one.device}: no such device; there are {', '.join(known)}")

    def device_clock(self, device: str, zone: str = "UTC") -> DeviceClock:
        """The clock of the device; what is set of it alone counts before what is set of all of its kind."""
        if device not in self._device_clocks:
            self._device_clocks[device] = DeviceClock(self._true(device, zone))
        return self._device_clocks[device]

    def true(self) -> tuple[TrueClock, ...]:
        """The clocks that stamped something, those of logs first."""
        clocks = [device_clock.true for device_clock in self._device_clocks.values()]
        order = ("cvm", "esxi", "span", "vmk0", "vmk1")
        return tuple(sorted(clocks, key=lambda clock: order.index(_kind(clock.clock))))

    def _true(self, device: str, zone: str) -> TrueClock:
        set_of_it = [one for one in self._settings if one.device == device]
        set_of_it = set_of_it or [one for one in self._settings if one.device == _kind(device)]
        if not set_of_it:
            return TrueClock(clock=device, ahead=0, zone=zone, since=self._since)
        setting, random = set_of_it[-1], Random(f"{self._seed}/clock/{device}")  # noqa: S311 - a simulation
        ahead, drift = (_upto(size, random) for size in (setting.offset, setting.drift))
        return TrueClock(
            clock=device,
            ahead=ahead if setting.about else setting.offset,
            drift=drift if setting.roughly else setting.drift,
            zone=zone,
            since=self._since,
            steps=tuple(ClockSet(at=self._first + step.after, by=step.by) for step in setting.steps) or UNSET,
        )


def _kind(device: str) -> str:
    return device.partition(":")[0]


def _upto(size: int, random: Random) -> int:
    return random.randrange(-abs(size), abs(size) + 1)
