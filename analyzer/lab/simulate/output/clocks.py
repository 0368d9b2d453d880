"""The clocks of the devices that stamp evidence, and what each shows at a true time."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from zoneinfo import ZoneInfo

from analyzer.errors import UsageError
from analyzer.lab.simulate.scenario.clock_settings import settings_of
from analyzer.model.truth import TrueClock


class Watch:
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
