"""A log or a capture that was printed, pasted, fetched or given twice tells each thing once, on one clock."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

import gzip
import random
import re
import struct
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options
from analyzer.model.measurement import KnownInstant
from analyzer.pipeline import analyze
from tests.acceptance.brought import (
    ADD,
    DELETE,
    HOST,
    OWN,
    REMOTE,
    Brought,
    brought,
    checks,
    failure,
    kernel,
    route,
    session,
    told,
    typed,
)
from tests.judged import of_detection
from tests.lab.simulate.made import made, written

IDLE = "World: 12231: VC opID x maps to vmkernel opID y"
KERNEL = [
    kernel("09:50:00.000", IDLE),
    kernel("10:00:00.210", route("add")),
    kernel("10:00:31.400", route("delete")),
    kernel("10:20:00.000", IDLE),
]
TYPED, REPAIRED = [typed("10:00:00.100", ADD)], session("10:00:31.300", DELETE)
PROMPT = "nutanix@NTNX-B-CVM:192.168.1.27:~$ tail -40 data/logs/genesis.out"
FAILED, INJECTED = f"cvm-failure@{HOST}", "route-injection@None"
# fmt: off
TWICE: dict[str, Brought] = {
    "pasted twice": Brought({"192.168.1.27/genesis.out": failure() * 2}, "yes", (FAILED,)),
    "printed again later, on one terminal": Brought({"putty.log": [PROMPT, *failure()[:32], PROMPT, *failure()[10:]]}, "yes", (FAILED,)),
    "the older end behind the newer one": Brought({"ticket.txt": [*failure()[20:], *failure()[:30]]}, "yes", (FAILED,)),
    "healthy, pasted three times": Brought({"192.168.1.27/genesis.out": checks(8) * 3}, "yes"),
    "fetched again, under another name": Brought({"genesis-early.out": failure()[:30], "genesis.out": failure()}, "yes", (FAILED,)),
    "fetched on two days": Brought({"monday/genesis.out": failure()[:34], "tuesday/genesis.out": failure()[6:]}, "yes", (FAILED,)),
    "fetched again into the CVM's folder": Brought({"first.out": failure()[:34], f"cvm-{REMOTE}/genesis.out": failure()}, "yes", (FAILED,)),
    "a kernel's log fetched twice": Brought({"vmkernel-early.log": KERNEL[:3], "vmkernel.log": KERNEL, "shell.log": TYPED, "auth.log": REPAIRED}, "yes", (INJECTED,)),
    "a host's log, and a copy of it": Brought({f"{HOST}/vmkernel.log": KERNEL, "copy/vmkernel.log": KERNEL[:3], f"{HOST}/shell.log": TYPED, f"{HOST}/auth.log": REPAIRED}, "yes", (f"route-injection@{HOST}",)),
    "what was typed, pasted twice": Brought({f"{HOST}/vmkernel.log": KERNEL, f"{HOST}/shell.log": [typed("09:59:00.000", "esxcfg-route -l"), *TYPED] * 2, f"{HOST}/auth.log": REPAIRED * 2}, "yes", (f"route-injection@{HOST}",)),
}
# fmt: on


@pytest.mark.parametrize("case", TWICE)
def test_each_thing_is_told_once(case: str, tmp_path: Path) -> None:
    right = TWICE[case]
    run = brought(tmp_path, right)

    assert told(run) == (right.acceptable, right.episodes, right.forwarded, [])
    assert run is not None
    assert {"told-again", "same-lines"} & {one.reason.name for one in run.skipped}


def test_a_log_that_was_pasted_twice_gives_the_figures_of_one(tmp_path: Path) -> None:
    runs = [
        brought(tmp_path / str(times), Brought({"192.168.1.27/genesis.out": failure() * times})) for times in (1, 2, 5)
    ]

    assert len({of_detection(run.episodes[0]).measured for run in runs if run}) == 1


def test_logs_of_two_cvms_with_lines_in_common_stay_two(tmp_path: Path) -> None:
    files = {f"cvm-{OWN}/genesis.out": failure()[:30], f"cvm-{REMOTE}/genesis.out": failure()}

    run = brought(tmp_path, Brought(files))

    assert run is not None
    assert len({one.clock for one in run.sources}) == len(files)


def as_pcapng(data: bytes) -> bytes:
    """The frames of a pcap with microseconds."""

    def block(kind: int, body: bytes) -> bytes:
        length = struct.pack("<I", 12 + len(body))
        return struct.pack("<I", kind) + length + body + length

    found = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 65535))
    at = 24
    while at < len(data):
        seconds, micros, kept, length = struct.unpack_from("<IIII", data, at)
        stamp, frame = seconds * 10**6 + micros, data[at + 16 : at + 16 + kept]
        head = struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, kept, length)
        found += block(6, head + frame + bytes(-kept % 4))
        at += 16 + kept
    return found


@pytest.mark.parametrize("again", ["packed", "converted"])
def test_a_capture_that_is_there_twice_counts_once(again: str, tmp_path: Path, samples: Path) -> None:
    names = ("genesis.out", "span.pcap", "vmk1.pcap")
    for name in names:
        data = (samples / "cvm-failure" / name).read_bytes()
        (tmp_path / name).write_bytes(data)
        if again == "packed":
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data))
        elif name.endswith(".pcap"):
            (tmp_path / f"{name}ng").write_bytes(as_pcapng(data))
    settings = Settings(log_timezone="UTC", hash="none")

    (twice,), (once,) = analyze([tmp_path], settings).episodes, analyze(samples / "cvm-failure", settings).episodes

    assert [one.replies for one in twice.phases] == [one.replies for one in once.phases]
    assert [one.measured for one in twice.judgements] == [one.measured for one in once.judgements]


def test_what_two_captures_have_of_a_path_counts_once(tmp_path: Path) -> None:
    place = written(made("cvm-failure", 3, Options(), Evidence(vantages=("span", "vmk0", "vmk1"))), tmp_path)
    settings = Settings(log_timezone="UTC", hash="none")
    mixes = [("span", "vmk1"), ("vmk0", "vmk1"), ("span", "vmk0", "vmk1")]

    runs = [analyze([place / f"{name}.pcap" for name in mix], settings) for mix in mixes]

    assert len({tuple(one.replies for one in run.episodes[0].phases) for run in runs}) == 1
    known = [[one for one in run.episodes[0].episode.instants if isinstance(one, KnownInstant)] for run in runs]
    assert len({one.at for each in known for one in each if one.name == "recovered"}) == 1


@pytest.mark.parametrize("seed", range(48))
def test_copies_of_a_log_with_lines_out_of_order_are_no_fault(seed: int, samples: Path, tmp_path: Path) -> None:
    """Lines that were moved, left out, repeated or exchanged, in up to three files of one machine."""
    drawn = random.Random(seed)  # noqa: S311
    ours = [line for line in _lines(samples) if re.search(r"orward|targate|oute|task|erminate", line)]
    size, since = drawn.randint(4, 60), drawn.randrange(len(ours))
    part = ours[since : since + size]
    for number in range(drawn.randint(1, 3)):
        lines = list(part)
        for _ in range(drawn.randint(0, 6)):
            _spoil(lines, part, drawn)
        folder = tmp_path / drawn.choice(["a", "b", OWN]) / str(number)
        folder.mkdir(parents=True)
        (folder / drawn.choice(["genesis.out", "x.out"])).write_text("".join(lines))

    assert analyze([tmp_path], Settings(log_timezone="UTC")).sources


def _lines(samples: Path) -> list[str]:
    return [
        line for path in sorted(samples.glob("*/genesis.out")) for line in path.read_text().splitlines(keepends=True)
    ]


def _spoil(lines: list[str], others: list[str], drawn: random.Random) -> None:
    one, other = drawn.randrange(len(lines)), drawn.randrange(len(lines))
    match drawn.randint(0, 3):
        case 0:
            lines.insert(other, lines.pop(one))
        case 1:
            lines.insert(one, drawn.choice(others))
        case 2 if len(lines) > 2:
            lines.pop(one)
        case _:
            lines[one], lines[other] = lines[other], lines[one]
