from __future__ import annotations

import gzip
import hashlib
import struct
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard

from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence, Options, Simulated, scenario_of
from analyzer.lab.simulate.scenario.evidence import Format
from analyzer.lab.simulate.stream.goal import Filling, Goal, Lasting
from analyzer.lab.simulate.stream.stream import stream
from analyzer.model.instant import SECOND
from tests.ingest.capture import tshark
from tests.lab.simulate.made import written
from tests.lab.simulate.output.test_captures import experts


def streamed(folder: Path, goal: Goal, name: str = "cvm-failure", evidence: Evidence | None = None) -> Simulated:
    return stream(scenario_of(name), 3, folder, goal, evidence=evidence)


def stamps(capture: bytes) -> list[int]:
    """µs of each record of a pcap."""
    found, place = [], 24
    while place < len(capture):
        seconds, micro, size, _ = struct.unpack_from("<IIII", capture, place)
        found.append(seconds * 10**6 + micro)
        place += 16 + size
    return found


@pytest.mark.parametrize("name", ["cvm-failure", "cvm-recovery"])
@pytest.mark.parametrize("shape", ["pcap", "pcapng"])
def test_a_long_capture_is_as_good_as_a_short_one(name: str, shape: str, tmp_path: Path) -> None:
    streamed(tmp_path, Lasting(1200 * SECOND), name, Evidence(format="pcap" if shape == "pcap" else "pcapng"))

    for what in ("span", "vmk1"):
        assert not experts(tmp_path / f"{what}.{shape}")


def test_every_call_of_the_repetitions_has_its_reply(tmp_path: Path) -> None:
    streamed(tmp_path, Lasting(900 * SECOND))

    counts = tshark.count(tmp_path / "vmk1.pcap")

    assert sum(counts.calls.values()) > 3000
    assert sum(counts.calls.values()) - sum(counts.replies.values()) <= 1
    assert max(counts.times) < SECOND


def test_duration(tmp_path: Path) -> None:
    truth = streamed(tmp_path, Lasting(3600 * SECOND), "healthy").truth

    times = stamps((tmp_path / "vmk1.pcap").read_bytes())
    span = next(one for one in truth.evidence if one.what == "span")
    assert times == sorted(times)
    assert span.first is not None
    assert span.last is not None
    assert 3600 * SECOND <= span.last - span.first + 3 * SECOND < 3640 * SECOND
    assert max(later - earlier for earlier, later in pairwise(times)) < 1_000_000  # µs


def test_bytes(tmp_path: Path) -> None:
    streamed(tmp_path, Filling(30_000_000))

    size = sum(path.stat().st_size for path in tmp_path.glob("*.pcap"))
    assert 30_000_000 <= size < 45_000_000


def test_a_snapshot_length_cuts_the_repetitions_too(tmp_path: Path) -> None:
    streamed(tmp_path, Lasting(300 * SECOND), evidence=Evidence(snaplen=64))

    counts = tshark.count(tmp_path / "span.pcap")

    assert counts.frames > 2000
    times = stamps((tmp_path / "span.pcap").read_bytes())
    assert times == sorted(times)


def test_the_log_goes_through_all_repetitions(tmp_path: Path) -> None:
    made = streamed(tmp_path, Lasting(1800 * SECOND))
    written(made, tmp_path)

    lines = (tmp_path / "192.168.1.27/genesis.out").read_text().splitlines()

    assert len([line for line in lines if "ha_service.py:489" in line]) >= 1800 // 30 - 4
    assert lines == sorted(lines, key=lambda line: line[:19])


SHAPES = [
    pytest.param(Evidence(vlan=120), id="vlan"),
    pytest.param(Evidence(encapsulation="erspan-1", format="pcapng"), id="erspan-1"),
    pytest.param(Evidence(encapsulation="erspan-2"), id="erspan-2"),
    pytest.param(Evidence(encapsulation="erspan-3-platform", vlan=9), id="erspan-3-vlan"),
    pytest.param(Evidence(encapsulation="vxlan", format="pcap-ns"), id="vxlan"),
]


@pytest.mark.parametrize("evidence", SHAPES)
def test_a_mirror_wraps_the_repetitions_too(evidence: Evidence, tmp_path: Path) -> None:
    made = streamed(tmp_path, Lasting(300 * SECOND), evidence=evidence)
    capture = tmp_path / made.truth.evidence[0].file

    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "gre.sequence_number", "-e", "frame.protocols"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    assert not experts(capture)
    numbers = [int(line.split()[0]) for line in output if line[0].isdigit()]
    assert all((later - earlier) % 2**32 == 1 for earlier, later in pairwise(numbers))
    assert len(numbers) == (len(output) if evidence.encapsulation in ("erspan-2", "erspan-3-platform") else 0)


@pytest.mark.parametrize("ring", [7, 30, 100], ids=["shorter", "the-period", "longer"])
@pytest.mark.parametrize("shape", ["pcap", "pcapng"])
def test_a_ring_buffer_holds_all_frames_of_a_stream(ring: int, shape: str, tmp_path: Path) -> None:
    form: Format = "pcap" if shape == "pcap" else "pcapng"
    (tmp_path / "one").mkdir()
    (tmp_path / "ring").mkdir()
    streamed(tmp_path / "one", Lasting(400 * SECOND), evidence=Evidence(format=form))
    truth = streamed(tmp_path / "ring", Lasting(400 * SECOND), evidence=Evidence(format=form, ring=ring * SECOND)).truth
    head = 24 if shape == "pcap" else 60

    whole = (tmp_path / "one" / f"vmk1.{shape}").read_bytes()
    parts = [one for one in truth.evidence if one.what == "vmk1"]

    assert b"".join((tmp_path / "ring" / one.file).read_bytes()[head:] for one in parts) == whole[head:]
    assert 400 // ring - 5 < len(parts) <= 440 // ring + 1  # while the host waits, vmk1 can be silent for a file
    for one in parts:
        assert one.first is not None
        assert one.last is not None
        assert one.last - one.first < ring * SECOND


@pytest.mark.parametrize(
    ("late", "early"),
    [
        pytest.param(0, 0, id="whole"),
        pytest.param(95 * SECOND, 0, id="within-the-repetitions"),
        pytest.param(0, 17 * SECOND, id="within-the-story"),
        pytest.param(31 * SECOND, 200 * SECOND, id="without-the-story"),
    ],
)
def test_a_stream_that_begins_late_or_ends_early_is_a_part(late: int, early: int, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "part").mkdir()
    streamed(tmp_path / "whole", Lasting(600 * SECOND))
    truth = streamed(tmp_path / "part", Lasting(600 * SECOND), evidence=Evidence(late=late, early=early)).truth

    whole, part = ((tmp_path / name / "span.pcap").read_bytes() for name in ("whole", "part"))

    cut = whole.find(part[24:])
    assert cut >= 24
    times = stamps(whole)
    found = next(one for one in truth.evidence if one.what == "span")
    assert stamps(part)[0] - times[0] >= late // 1000 - 2_000_000
    assert times[-1] - stamps(part)[-1] >= early // 1000 - 2_000_000
    assert (found.first or 0) // 1000 == stamps(part)[0]
    assert (found.last or 0) // 1000 == stamps(part)[-1]
    assert (early > 100 * SECOND) == (not truth.episodes[0].covered)


def test_what_a_stream_lost_or_has_twice(tmp_path: Path) -> None:
    for name, evidence in (("plain", Evidence()), ("lost", Evidence(loss=200)), ("twice", Evidence(duplicates=500))):
        (tmp_path / name).mkdir()
        streamed(tmp_path / name, Lasting(600 * SECOND), evidence=evidence)

    plain, lost, twice = (
        len(stamps((tmp_path / name / "span.pcap").read_bytes())) for name in ("plain", "lost", "twice")
    )

    assert 0.7 * plain < lost < 0.9 * plain
    assert 1.4 * plain < twice < 1.6 * plain


@pytest.mark.parametrize("compress", ["gz", "zst"])
def test_compression_changes_nothing_in_a_stream(compress: str, tmp_path: Path) -> None:
    for name, evidence in (("plain", Evidence()), ("packed", Evidence(compress="gz" if compress == "gz" else "zst"))):
        (tmp_path / name).mkdir()
        streamed(tmp_path / name, Lasting(200 * SECOND), evidence=evidence)
    packed = (tmp_path / "packed" / f"span.pcap.{compress}").read_bytes()
    unpack = gzip.decompress if compress == "gz" else zstandard.ZstdDecompressor().decompressobj().decompress

    assert unpack(packed) == (tmp_path / "plain" / "span.pcap").read_bytes()


@pytest.mark.parametrize("shape", ["pcap", "pcap-ns", "pcapng"])
def test_the_clock_of_a_stream_drifts_and_is_set_through_all_repetitions(shape: str, tmp_path: Path) -> None:
    form: Format = "pcap" if shape == "pcap" else "pcap-ns" if shape == "pcap-ns" else "pcapng"
    (tmp_path / "right").mkdir()
    (tmp_path / "off").mkdir()
    evidence = Evidence(format=form)
    streamed(tmp_path / "right", Lasting(900 * SECOND), evidence=evidence)
    found = stream(
        scenario_of("cvm-failure"),
        3,
        tmp_path / "off",
        Lasting(900 * SECOND),
        Options(clock=("span=-1.5s,-80ppm,-9s@-400s,1h@20s",)),
        evidence,
    )

    right, off = (times_of(tmp_path / name / found.truth.evidence[0].file) for name in ("right", "off"))
    clock = next(one for one in found.truth.clocks if one.clock == "span")

    unit = 1000 if shape == "pcap" else 1
    assert (clock.ahead, clock.drift) == (-1_500_000_000, -80_000)
    assert all(abs(clock.reads(true) - shown) <= unit for true, shown in zip(right, off, strict=True))


def times_of(capture: Path) -> list[int]:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "frame.time_epoch"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return [tshark.nanoseconds(line) for line in output]


def test_the_same_stream_gives_the_same_bytes(tmp_path: Path) -> None:
    hashes = set()
    command = [sys.executable, "-m", "analyzer", "simulate", "route-injection", "--duration", "20min", "--esxi-logs"]
    command += ["--ring", "100s", "--encapsulation", "erspan-3", "--loss", "20", "--clock", "cvm=~2s,~9ppm"]
    for salt in ("1", "2"):
        folder = tmp_path / salt
        run = [*command, "-o", str(folder)]
        subprocess.run(run, check=True, capture_output=True, env={"PYTHONHASHSEED": salt})
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        hashes.add(hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest())

    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("options", "goal", "says"),
    [
        pytest.param(Options(period=SECOND + 1), Lasting(SECOND), "whole ms", id="period"),
        pytest.param(Options(), Lasting(SECOND), "--duration is 1s; the story alone lasts", id="duration"),
        pytest.param(Options(), Filling(1), "--bytes is 1; the story alone has", id="bytes"),
        pytest.param(Options(), Filling(-4), "--bytes is -4; the story alone has", id="negative"),
    ],
)
def test_what_a_stream_cannot_have(options: Options, goal: Goal, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        stream(scenario_of("healthy"), 3, tmp_path, goal, options)


def test_a_stream_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing would be left"):
        streamed(tmp_path, Lasting(300 * SECOND), evidence=Evidence(late=400 * SECOND))
