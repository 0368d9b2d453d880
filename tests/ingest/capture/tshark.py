"""What tshark counts in a capture: the oracle of the totals.

The pass is the one that the corpus reference calls forced: NFS is looked for on port 2049 from the first frame, also
in a stream that is joined in the middle, and fragmented NFS over UDP is not taken for DNS.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.ingest.capture.procedures import NFS, procedure_name

FIELDS = ("tcp.flags.reset", "rpc.msgtyp", "rpc.program", "rpc.programversion", "rpc.procedure", "rpc.time")
FORCED = ("-d", "tcp.port==2049,rpc", "-d", "udp.port==2049,rpc", "--disable-protocol", "dns")


@dataclass
class Counts:
    """tshark's counts; procedures are (program, version, procedure), times ns."""

    frames: int = 0
    resets: int = 0
    calls: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    replies: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    times: list[int] = field(default_factory=list)

    @staticmethod
    def nfs(counts: Counter[tuple[int, int, int]]) -> dict[str, int]:
        """The NFS part by version and procedure name."""
        return {
            named(version, procedure_name(program, version, number)): count
            for (program, version, number), count in counts.items()
            if program == NFS
        }


def named(version: int, procedure: str) -> str:
    """A procedure as the totals have it: of another version than NFSv3 with its version."""
    return procedure if version == 3 else f"v{version} {procedure}"


def count(capture: Path) -> Counts:
    """Run tshark over `capture`."""
    fields = [argument for name in FIELDS for argument in ("-e", name)]
    command = ["tshark", "-n", "-r", str(capture), *FORCED, "-T", "fields", "-E", "occurrence=a", *fields]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    counts = Counts()
    for line in lines:
        counts.frames += 1
        reset, *rpc = (value.split(",") if value else [] for value in line.split("\t"))
        counts.resets += "1" in reset or "True" in reset
        _messages(counts, *rpc)
    return counts


def _messages(
    counts: Counts, kinds: list[str], programs: list[str], versions: list[str], procedures: list[str], times: list[str]
) -> None:
    """The messages of one frame; a reply without its call has a type and nothing else, so it counts nowhere."""
    if len(programs) < len(kinds):
        unmatched = len(kinds) - len(programs)
        for _ in range(unmatched):
            kinds.remove("1")
    elapsed = iter(times)
    versions = versions[:: len(versions) // max(1, len(programs)) or 1]  # shown by RPC, and again by its program
    for kind, *procedure in zip(kinds, programs, versions, procedures, strict=True):
        program, version, number = map(int, procedure)
        (counts.calls if kind == "0" else counts.replies)[program, version, number] += 1
        if kind == "1" and (time := next(elapsed, None)) is not None and program == NFS:
            counts.times.append(nanoseconds(time))


def nanoseconds(text: str) -> int:
    """`1.000206000` s as ns, without a float."""
    whole, _, fraction = text.partition(".")
    sign = -1 if whole.startswith("-") else 1
    return int(whole) * 1_000_000_000 + sign * int(fraction.ljust(9, "0")[:9])
