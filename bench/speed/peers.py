"""Other programs that read the same captures, installed or not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

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


class Peer(msgspec.Struct, frozen=True):
    """A program, what is said of its row, and how it is run."""

    program: str
    name: str
    command: tuple[str, ...]

    @property
    def installed(self) -> bool:
        """Whether it can be run here."""
        return shutil.which(self.command[0]) is not None


class Dissector(msgspec.Struct, frozen=True):
    """A slow peer, with the slice that it gets, and how often autopath should be as fast (0: not said)."""

    peer: Peer
    path: Path
    bound: int


def readers(capture: Path) -> tuple[Peer, ...]:
    """Fast ones, that read the whole capture."""
    told = f"tcpdump, filter: host {STORAGE}"
    return (
        Peer("cat", "cat", ("cat", str(capture))),
        Peer("tcpdump", told, ("tcpdump", "-r", str(capture), "-w", "/dev/null", "host", STORAGE)),
    )


def two_readers(one: Path, other: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Commands that read two captures and do nothing else: one after the other, and both at once."""
    both = ("cat", str(one), str(other))
    return both, ("sh", "-c", 'cat "$0" & cat "$1" & wait', *both[1:])


def digests(capture: Path) -> tuple[Peer, ...]:
    """Programs that hash it and do nothing else."""
    return (
        Peer("sha256sum", "sha256sum", ("sha256sum", str(capture))),
        Peer("openssl", "openssl dgst -sha256", ("openssl", "dgst", "-sha256", str(capture))),
    )


def dissectors(large: Path, small: Path) -> tuple[Dissector, ...]:
    """Those that decode each frame; dpkt and pyshark are installed with autopath."""
    shown = f"ip.addr=={STORAGE}"
    fields = ("-Y", shown, "-T", "fields", "-e", "frame.number", "-e", "ip.src", "-e", "tcp.len")
    dpkt = Peer("dpkt", "dpkt, a loop over the frames", (sys.executable, "-c", DPKT, str(large)))
    tshark = Peer("tshark", f"tshark -Y {shown} -T fields", ("tshark", "-n", "-r", str(large), *fields))
    pyshark = Peer("pyshark", "pyshark, the same filter", (sys.executable, "-c", PYSHARK, str(small)))
    return Dissector(dpkt, large, 60), Dissector(tshark, large, 100), Dissector(pyshark, small, 0)


def decompressors(path: Path) -> tuple[Peer, ...]:
    """Programs that decompress it and do nothing else."""
    programs = ("igzip", "libdeflate-gunzip", "pigz", "gzip") if path.suffix == ".gz" else ("zstd",)
    return tuple(Peer(program, f"{program} -dc", (program, "-dc", str(path))) for program in programs)


def installed(peers: Iterable[Peer]) -> list[Peer]:
    """Those that can be run here."""
    return [peer for peer in peers if peer.installed]


def missing() -> tuple[str, ...]:
    """The programs that autopath would be compared with and that are not installed."""
    file, gz, zst = Path("f"), Path("f.gz"), Path("f.zst")
    slow = (one.peer for one in dissectors(file, file))
    every = (*readers(file), *digests(file), *slow, *decompressors(gz), *decompressors(zst))
    return tuple(peer.program for peer in every if not peer.installed)
