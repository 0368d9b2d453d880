"""Logs, notes and bundles that are made to cost much."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
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
