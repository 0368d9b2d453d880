"""What is read: captures that the simulator streams, slices and compressed copies of them, and long logs."""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase

from bench.speed.running import AUTOPATH, ROOT

STEADY = ("--rate", "60", "--size", "32768")
"""READs and WRITEs of 32 KiB, 2 MB/s on one connection: frames of MTU size, and many bins of time for a gigabyte."""
_OTHER = "2026-03-23 11:02:{:02d},{:03d}Z INFO MainThread service_monitor.py:{} StartupProgress: service {} is ok\n"
_KERNEL = "2026-03-23T11:02:{:02d}.{:03d}Z cpu{}:34627)ScsiDeviceIO: 2338: Cmd(0x{:x}) 0x28 to dev naa.6589 succeeded\n"
_OTHERS = 20_000
_HA, _ALL_UP, _STAMP = "ha_", "ha_service.py:489", len("2026-03-23 11:02:00,000Z")
_PERIOD, _ONE_CHECK = 30_000, 5_000
_FIRST, _APART = 30, 35
"""When the first of many faults is, and how far apart they are, s."""
_TEN_YEARS = 10 * 365 * 86_400
_HEADERS = 280
"""Of a frame that begins a message: those of the packet, of RPC and of NFS."""


def capture(folder: Path, size: int, *options: str, seed: int = 1) -> Path:
    """A capture on vmk1 of about `size` bytes, in a folder with its logs."""
    command = (*AUTOPATH, "simulate", "healthy", "--bytes", str(size), "--seed", str(seed), *STEADY, *options)
    subprocess.run([*command, "-o", folder], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return max(folder.glob("vmk1.*"), key=lambda path: path.stat().st_size)


def many_faults(folder: Path, count: int) -> Path:
    """A simulated test of `count` injected routes, on three hosts in turn, in a folder: captures, and all logs."""
    acts = (
        f'[[fault]]\ndo = "route-add"\non = {1 + i % 3}\ngateway = {1 + (i % 3 + 1) % 4}\nat = {_FIRST + i * _APART}\n'
        for i in range(count)
    )
    scenario = folder.with_suffix(".toml")
    scenario.write_text("\n".join(('name = "many"\nnodes = 4\n', *acts)))
    options = ("--seed", "3", "--esxi-logs", "--rate", "1", "--busy-hosts", "3", "--tail", "15")
    command = (*AUTOPATH, "simulate", str(scenario), "-o", str(folder), *options)
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return folder


def far_stamp(to: Path) -> Path:
    """A sample's capture whose clock steps by ten years: all frames from the middle on are stamped so much later."""
    data = bytearray((ROOT / "samples" / "cvm-failure" / "vmk1.pcap").read_bytes())
    places, following = [], 24
    while following < len(data):
        places.append(following)
        following += 16 + int.from_bytes(data[following + 8 : following + 12], "little")
    for place in places[len(places) // 2 :]:
        seconds = int.from_bytes(data[place : place + 4], "little") + _TEN_YEARS
        data[place : place + 4] = seconds.to_bytes(4, "little")
    to.write_bytes(data)
    return to


def head_of(path: Path, size: int, to: Path) -> Path:
    """The whole frames in the first `size` bytes of a little-endian pcap, as a file of its own.

    Of the peers' memory the system counts what this process had when it made them: little is held here at once.
    """
    with path.open("rb") as source, to.open("wb") as copy:
        end, following = 0, 24
        while following <= size:
            end = following
            source.seek(end)
            following += 16 + int.from_bytes(source.read(16)[8:12], "little")
        source.seek(0)
        while end:
            end -= copy.write(source.read(min(end, 1 << 20)))
    return to


def written_on(path: Path, to: Path) -> Path:
    """A copy of a little-endian pcap in which what is read and written are words, where the simulator has a pattern.

    A pattern decompresses as fast as memory is filled, which nobody's datastore does; words come to about a third.
    """
    words = _words()
    drawn = random.Random(2)  # noqa: S311 - the same bytes each time
    with path.open("rb") as source, to.open("wb") as copy:
        copy.write(source.read(24))
        while head := source.read(16):
            frame = source.read(int.from_bytes(head[8:12], "little"))
            copy.write(head)
            copy.write(frame[:_HEADERS])
            start = drawn.randrange(len(words) - len(frame))
            copy.write(words[start : start + len(frame[_HEADERS:])])
    return to


def _words() -> bytes:
    drawn = random.Random(1)  # noqa: S311
    known = ["".join(drawn.choices(ascii_lowercase, k=drawn.randint(2, 9))) for _ in range(3000)]
    return " ".join(drawn.choices(known, k=1_500_000)).encode()


def compressed(path: Path, to: Path) -> Path:
    """A copy as `to`'s suffix says: .gz or .zst."""
    if to.suffix == ".zst" and shutil.which("zstd"):
        subprocess.run(["zstd", "-q", "-3", "-f", path, "-o", to], check=True)
    elif to.suffix == ".gz":
        with path.open("rb") as source, gzip.open(to, "wb", compresslevel=6) as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    else:
        sys.exit(f"bench: no program here that makes {to.suffix}")
    return to


def logs(folder: Path) -> Path:
    """The logs of a test with a failover, of CVMs and hosts, in `folder`."""
    command = (*AUTOPATH, "simulate", "cvm-failure", "--esxi-logs", "-o", folder)
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return folder


def log(kind: str, short: Path, size: int, to: Path) -> Path:
    """A log of about `size` bytes: what else is written there, and at the end what `short` holds."""
    if kind == "genesis":
        others = "".join(_OTHER.format(n // 1000 % 60, n % 1000, n % 400, n) for n in range(_OTHERS))
    else:
        others = "".join(_KERNEL.format(n // 1000 % 60, n % 1000, n % 64, n * 4096) for n in range(_OTHERS))
    to.parent.mkdir(exist_ok=True)
    with to.open("wb") as file:
        for _ in range(max(1, size // len(others))):
            file.write(others.encode())
        file.write(short.read_bytes())
    return to


def checks(short: Path, size: int, to: Path) -> Path:
    """A leader's genesis.out of about `size` bytes: checks that found all well, and in their midst all of `short`.

    Each is a check of `short`, 30 s after the one before it.
    """
    lines = [line for line in short.read_text().splitlines() if _HA in line]
    first = next(n for n, line in enumerate(lines) if _ALL_UP in line)
    one = [(at, line[_STAMP:]) for line in lines[first:] if (at := _time(line)) - _time(lines[first]) < _ONE_CHECK]
    count = size // sum(_STAMP + len(text) + 1 for _, text in one)
    begin, over = _time(lines[0]), _time(lines[-1])
    to.parent.mkdir(exist_ok=True, parents=True)
    with to.open("w") as file:
        for number in range(count):
            if number == count // 2:
                file.writelines(f"{line}\n" for line in lines)
            after = number - count // 2
            start = begin + after * _PERIOD if after < 0 else over + (after + 1) * _PERIOD
            file.writelines(f"{_stamp(start + (at - one[0][0]) + number % 50)}{text}\n" for at, text in one)
    return to


def _time(line: str) -> int:
    """The stamp of a line, ms."""
    at = datetime.fromisoformat(f"{line[: _STAMP - 5]}+00:00")
    return int(at.timestamp()) * 1000 + int(line[_STAMP - 4 : _STAMP - 1])


def _stamp(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%d %H:%M:%S},{ms % 1000:03d}Z"


def shown(size: Path | int) -> str:
    """A size, or that of a file, for people."""
    count = size.stat().st_size if isinstance(size, Path) else size
    return f"{count / 1e9:.2f} GB" if count >= 100_000_000 else f"{count / 1e6:.1f} MB"
