"""Other programs that read the same captures, as far as they are installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

STORAGE = "192.168.5.2"

DPKT = """
import dpkt, sys
frames = size = 0
with open(sys.argv[1], "rb") as file:
    for _, data in dpkt.pcap.Reader(file):
        frame = dpkt.ethernet.Ethernet(data)
        if isinstance(frame.data, dpkt.ip.IP) and isinstance(frame.data.data, dpkt.tcp.TCP):
            frames += 1
            size += len(frame.data.data.data)
"""
PYSHARK = """
import pyshark, sys
with pyshark.FileCapture(sys.argv[1], display_filter="ip.addr==192.168.5.2", keep_packets=False) as capture:
    for packet in capture:
        packet.ip.src
"""

Command = tuple[str, list[str]]


def readers(capture: Path) -> list[Command]:
    """Fast ones, that read the whole capture."""
    return _installed(
        ("cat", ["cat", str(capture)]),
        (f"tcpdump, filter: host {STORAGE}", ["tcpdump", "-r", str(capture), "-w", "/dev/null", "host", STORAGE]),
    )


def digests(capture: Path) -> list[Command]:
    """Programs that hash it and do nothing else."""
    return _installed(
        ("sha256sum", ["sha256sum", str(capture)]),
        ("openssl dgst -sha256", ["openssl", "dgst", "-sha256", str(capture)]),
    )


def dissectors(large: Path, small: Path) -> list[tuple[str, list[str], Path, int]]:
    """Slow ones, with the slice that each gets and how often autopath should be as fast (0: not said)."""
    fields = ["-Y", f"ip.addr=={STORAGE}", "-T", "fields", "-e", "frame.number", "-e", "ip.src", "-e", "tcp.len"]
    commands = (
        ("dpkt, a loop over the frames", [sys.executable, "-c", DPKT, str(large)], large, 60),
        (f"tshark -Y ip.addr=={STORAGE} -T fields", ["tshark", "-n", "-r", str(large), *fields], large, 100),
        ("pyshark, the same filter", [sys.executable, "-c", PYSHARK, str(small)], small, 0),
    )
    return [one for one in commands if shutil.which(one[1][0])]


def decompressors(path: Path) -> list[Command]:
    """Programs that decompress it and do nothing else."""
    programs = ("igzip", "libdeflate-gunzip", "pigz", "gzip") if path.suffix == ".gz" else ("zstd",)
    return _installed(*((f"{program} -dc", [program, "-dc", str(path)]) for program in programs))


def _installed(*commands: Command) -> list[Command]:
    return [(name, command) for name, command in commands if shutil.which(command[0])]
