"""Logs and folders of n: a leader's genesis.out of so many days, alone or among other services' lines; many files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

BEGIN = datetime(2026, 1, 1)  # noqa: DTZ001 - the text of a stamp
_PERIOD, _DAY = 30, 86_400
_CVMS = "['192.168.1.26', '192.168.1.27', '192.168.1.28']"
_WELL = (
    f"INFO ha_service.py:489 All stargates are up: {_CVMS}",
    "INFO ha_service.py:531 Forwarding on host 192.168.1.24 is correct (local CVM 192.168.1.26)",
    "INFO ha_service.py:531 Forwarding on host 192.168.1.25 is correct (local CVM 192.168.1.27)",
    "INFO ha_service.py:531 Forwarding on host 192.168.1.23 is correct (local CVM 192.168.1.28)",
)
_FAILOVER = (
    "WARNING ha_service.py:497 Stargate is down on ['192.168.1.26'], up on ['192.168.1.27', '192.168.1.28']",
    "WARNING ha_service.py:561 No forwarding on host 192.168.1.24 while local CVM 192.168.1.26 is down",
    "INFO ha_service.py:612 Creating task to add route on host 192.168.1.24: 192.168.5.2 via remote CVM 192.168.1.28",
    "INFO hypervisor_ha.py:187 Executing on 192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28",
    "INFO hypervisor_ha.py:201 Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.24",
)
_OTHERS = tuple(f"INFO service_monitor.py:{61 + n} StartupProgress: service {n} is ok" for n in range(4))
CHECKS_A_DAY = _DAY // _PERIOD


@lru_cache(maxsize=4096)
def _minute(number: int) -> str:
    return f"{BEGIN + timedelta(minutes=number):%Y-%m-%d %H:%M}"


def _lines(says: tuple[str, ...], second: int, ms: int) -> Iterator[str]:
    """Lines 40 ms from each other."""
    for place, one in enumerate(says):
        more, below = divmod(ms + 40 * place, 1000)
        minute, left = divmod(second + more, 60)
        yield f"{_minute(minute)}:{left:02d},{below:03d}Z {one}\n"


def leader(folder: Path, days: int) -> Path:
    """A leader's genesis.out of so many days: checks, as many lines of other services, and a failover in its midst."""
    count = days * CHECKS_A_DAY
    with (folder / "genesis.out").open("w") as file:
        for number in range(count):
            file.writelines(_lines(_WELL, number * _PERIOD, 100 + number % 50))
            file.writelines(_lines(_OTHERS, number * _PERIOD + 9, number % 700))
            if number == count // 2:
                file.writelines(_lines(_FAILOVER, number * _PERIOD + 15, 0))
    return folder


def checks(folder: Path, days: int) -> Path:
    """A genesis.out of so many days of checks that found all well, and nothing else."""
    with (folder / "genesis.out").open("w") as file:
        for number in range(days * CHECKS_A_DAY):
            file.writelines(_lines(_WELL, number * _PERIOD, 100 + number % 50))
    return folder


def files(folder: Path, count: int) -> Path:
    """A folder of so many small logs of others, beside a genesis.out of a day."""
    for number in range(count - 1):
        (folder / f"service-{number}.log").write_text(f"2026-01-01 00:00:01 service {number} is ok\n")
    return checks(folder, 1)
