"""Logs, notes and bundles that are made to cost much."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count as numbers
from pathlib import Path

BEGIN = datetime(2026, 1, 1)  # noqa: DTZ001 - the text of a stamp
_CVMS = "['192.168.1.26', '192.168.1.27', '192.168.1.28']"
_WELL = (
    f"INFO ha_service.py:489 All stargates are up: {_CVMS}",
    "INFO ha_service.py:531 Forwarding on host 192.168.1.24 is correct (local CVM 192.168.1.26)",
)
_FAILOVER = (
    *_WELL,
    "WARNING ha_service.py:497 Stargate is down on ['192.168.1.26'], up on ['192.168.1.27', '192.168.1.28']",
    "WARNING ha_service.py:561 No forwarding on host 192.168.1.24 while local CVM 192.168.1.26 is down",
    "INFO ha_service.py:612 Creating task to add route on host 192.168.1.24: 192.168.5.2 via remote CVM 192.168.1.28",
    "INFO hypervisor_ha.py:187 Executing on 192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28",
    "INFO hypervisor_ha.py:201 Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.24",
)


def _lines(says: tuple[str, ...], period: int, within: float) -> Iterator[str]:
    """A story again and again, each `period` seconds, its lines `within` s of each other."""
    for nth in numbers():
        for place, one in enumerate(says):
            at = BEGIN + timedelta(seconds=nth * period + place * within)
            yield f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}Z {one}\n"


def _log(folder: Path, lines: Iterator[str], size: int) -> Path:
    path = folder / "genesis.out"
    with path.open("w") as file:
        while file.tell() < size:
            file.writelines(next(lines) for _ in range(1000))
    return path


def failovers(folder: Path, size: int) -> Path:
    """HA lines with a failover each 9 s."""
    return _log(folder, _lines(_FAILOVER, 9, 1), size)


def checks(folder: Path, size: int) -> Path:
    """A check each 30 s that found all well."""
    return _log(folder, _lines(_WELL, 30, 0.04), size)


def _address(first: int, number: int) -> str:
    return f"{first}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _each(folder: Path, size: int, says: Callable[[int], str], period: float) -> Path:
    """A log with another line each time."""
    stamps = (BEGIN + timedelta(seconds=nth * period) for nth in numbers())
    return _log(folder, (f"{at:%Y-%m-%d %H:%M:%S}Z {says(nth)}\n" for nth, at in enumerate(stamps)), size)


def hosts(folder: Path, size: int) -> Path:
    """Checks of which each names another host."""
    says = "INFO ha_service.py:531 Forwarding on host {} is correct (local CVM {})"
    return _each(folder, size, lambda nth: says.format(_address(10, nth), _address(11, nth)), 1)


def cvms(folder: Path, size: int) -> Path:
    """Checks of which each finds another CVM down."""
    says = "WARNING ha_service.py:497 Stargate is down on ['{}'], up on ['192.168.1.27', '192.168.1.28']"
    return _each(folder, size, lambda nth: says.format(_address(11, nth)), 30)


def set_back(folder: Path, size: int) -> Path:
    """A clock that is set back by an hour at each second line."""
    stamps = (BEGIN + timedelta(seconds=30 * nth - 3600 * (nth % 2)) for nth in numbers())
    return _log(folder, (f"{at:%Y-%m-%d %H:%M:%S}Z {_WELL[1]}\n" for at in stamps), size)


def loops(folder: Path, size: int) -> Path:
    """Typed lines with loops in one another, beside a log."""
    command = "esxcfg-route -d 192.168.5.2/32 192.168.1.28"
    for _ in range(12):
        command = f"while true; do {command}; done"
    line = f"2026-01-01T00:00:00Z shell[35521]: [root]: {command}\n"
    (folder / "shell.log").write_text(line * (size // len(line)))
    return _beside(folder)


def typed(folder: Path, count: int) -> Path:
    """Routes that are typed on two hosts, one command a second, and of which the kernel logs none but the last."""
    for last, host in ((24, "192.168.1.24"), (25, "192.168.1.25")):
        (folder / host).mkdir()
        with (folder / host / "shell.log").open("w") as file:
            for nth in range(count // 2):
                at = BEGIN + timedelta(seconds=nth)
                file.write(
                    f"{at:%Y-%m-%dT%H:%M:%S}Z shell[35521]: [root]: esxcfg-route -a 192.168.5.2/32 192.168.1.28\n"
                )
        end = BEGIN + timedelta(seconds=count, milliseconds=last)
        (folder / host / "vmkernel.log").write_text(
            f"{end:%Y-%m-%dT%H:%M:%S}.{last:03d}Z cpu0:34627)Tcpip: 1414: add dstAddr=0x205a8c0, netMask=0xffffffff, "
            "gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0\n"
        )
    return _beside(folder)


def watched(folder: Path, size: int) -> Path:
    """Lists of routes with their times, of which each has another gateway, beside a log."""
    with (folder / "routes.txt").open("w") as file:
        for nth in numbers():
            if file.tell() >= size:
                break
            at = BEGIN + timedelta(seconds=3 * nth)
            gateway = f"192.168.1.{20 + nth % 9}"
            file.write(
                f"{at:%a %b %d %H:%M:%S} UTC {at:%Y}\nVMkernel Routes:\n192.168.5.2 255.255.255.255 {gateway} vmk0\n"
            )
    return _beside(folder)


def newlines(folder: Path, size: int) -> Path:
    """Nothing but ends of lines, beside a log."""
    (folder / "lines.txt").write_bytes(b"\n" * size)
    return _beside(folder)


def notes(folder: Path, count: int) -> Path:
    """Manual notes without end, beside a log."""
    one = '[[mark]]\ntime = "2026-01-01 00:00:00"\nzone = "UTC"\naction = "cvm-power-off"\ntarget = "192.168.1.26"\n\n'
    (folder / "notes.toml").write_text(one * count)
    return _beside(folder)


def rows(folder: Path, count: int) -> Path:
    """A `cluster status` of so many CVMs, beside a log."""
    cvms = (f"CVM: 10.{n >> 16}.{n >> 8 & 255}.{n & 255} Up\n" for n in range(count))
    (folder / "status.txt").write_text("".join(cvms))
    return _beside(folder)


def tables(folder: Path, count: int) -> Path:
    """So many lists of routes, each with a time, beside a log."""
    one = "2026-01-01 00:00:00 UTC\nVMkernel Routes:\n192.168.1.0 255.255.255.0 Local Subnet vmk0\n"
    (folder / "routes.txt").write_text(one * count)
    return _beside(folder)


def files(folder: Path, count: int) -> Path:
    """A folder of so many small files, beside a log."""
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"nothing {number}\n")
    return _beside(folder)


def members(folder: Path, count: int) -> Path:
    """A zip of so many empty files, beside a log."""
    with zipfile.ZipFile(folder / "many.zip", "w") as bundle:
        for number in range(count):
            bundle.writestr(zipfile.ZipInfo(f"{number}"), b"")
    return _beside(folder)


def claims(folder: Path, size: int) -> Path:
    """A tar whose member claims to be so large, and of which nothing follows, beside a log."""
    header = tarfile.TarInfo("genesis.out")
    header.size = size
    buffer = io.BytesIO(header.tobuf())
    (folder / "claims.tar").write_bytes(buffer.getvalue())
    return _beside(folder)


def _beside(folder: Path) -> Path:
    _log(folder, _lines(_WELL, 30, 0.04), 20_000)
    return folder
