"""tshark and dpkt read every simulated capture, and find nothing in it that a real kernel would not do."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import dpkt
import pytest

from analyzer.lab.simulate import Evidence, Options
from analyzer.lab.simulate.scenario.evidence import Encapsulation
from tests.ingest.capture import tshark
from tests.lab.simulate.made import EXPERT, NAMES, made, written

WRAPS: tuple[Encapsulation, ...] = ("erspan-1", "erspan-2", "erspan-3", "erspan-3-platform", "vxlan")
GOOD = (  # what tshark also says of recordings
    "Connection reset", "Connection establish", "Connection finish", "This frame is a (suspected) retransmission",
    "initiates the connection closing", "undergoes the connection closing", "Duplicate IP address configured",
    "TCP keep-alive", "TCP window update", "D-SACK", "suspected) spurious retransmission", "Duplicate ACK",
    "new tcp session is started with the same ports", "Gratuitous", "HTTP", "GET /", "ARP packet storm",
    "bytes, but packet legnth is",  # of a signature in SSH that it does not know, as of the lab's
)  # fmt: skip
ELSEWHERE = "Previous segment(s) not captured"  # of a connection that the other switch carried meanwhile


def experts(capture: Path) -> list[str]:
    """What tshark's experts say, that a real network would not give cause to."""
    command = ["tshark", "-n", "-r", str(capture), *EXPERT, "-q", "-z", "expert"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    lines = [line for line in output if re.match(r"\s+\d+\s", line)]
    return [line for line in lines if not any(good in line for good in GOOD)]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_tsharks_experts_find_nothing(name: str, seed: int, tmp_path: Path) -> None:
    folder = written(made(name, seed), tmp_path)

    for capture in ("span.pcap", "vmk1.pcap"):
        found = experts(folder / capture)
        assert not [line for line in found if not (name == "whole-story" and ELSEWHERE in line)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_connections_of_a_new_leader_are_whole(seed: int, tmp_path: Path) -> None:
    """They begin in clear: banners, keys, a signature."""
    folder = written(made("cvm-failure", seed, Options(leader=1)), tmp_path)

    assert not experts(folder / "span.pcap")
    command = ["tshark", "-n", "-r", str(folder / "span.pcap"), "-Y", "ssh.message_code == 31 && !_ws.malformed"]
    assert len(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()) == 3


@pytest.mark.parametrize("name", NAMES)
def test_calls_and_replies_match(name: str, tmp_path: Path) -> None:
    """Every reply has its call, but for what the capture's edges and an end of a CVM cut off."""
    folder = written(made(name, 3), tmp_path)
    counts = [tshark.count(folder / capture) for capture in ("span.pcap", "vmk1.pcap")]

    calls = sum(sum(count.calls.values()) for count in counts)
    replies = sum(sum(count.replies.values()) for count in counts)

    assert calls > 100
    assert replies <= calls <= replies + 12
    assert all(time < 20 * 10**9 for count in counts for time in count.times)


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(Evidence(format="pcap-ns"), id="nanoseconds"),
        pytest.param(Evidence(format="pcapng", snaplen=96), id="pcapng-snaplen"),
        pytest.param(Evidence(vlan=120, switch="physical"), id="vlan"),
        *(pytest.param(Evidence(encapsulation=kind), id=kind) for kind in WRAPS),
        pytest.param(Evidence(vantages=("span", "vmk0", "vmk1:2"), direction="out"), id="one-direction"),
    ],
)
def test_every_shape_is_read_by_tshark(evidence: Evidence, tmp_path: Path) -> None:
    simulated = made("cvm-failure", 4, None, evidence)
    folder = written(simulated, tmp_path)

    captures = [one for one in simulated.truth.evidence if one.what in ("span", "vmk0", "vmk1")]

    assert captures
    for one in captures:
        said = subprocess.run(
                ["tshark", "-n", "-r", str(folder / one.file), "-T", "fields", "-e", "frame.time_epoch"],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        times = [tshark.nanoseconds(line) for line in said.stdout.split()]
        assert not said.stderr.replace('Running as user "root" and group "root". This could be dangerous.', "").strip()
        assert one.first is not None
        assert one.last is not None
        assert times
        assert abs(min(times) - one.first) < 1000
        assert abs(max(times) - one.last) < 1000


@pytest.mark.parametrize("vlan", [0, 7], ids=["untagged", "vlan"])
@pytest.mark.parametrize("wrap", ["none", *WRAPS])
def test_what_is_wrapped_is_the_same(wrap: Encapsulation, vlan: int, tmp_path: Path) -> None:
    plain = tshark.count(written(made("cvm-recovery", 5), tmp_path / "plain") / "span.pcap")
    folder = written(made("cvm-recovery", 5, None, Evidence(vlan=vlan, encapsulation=wrap)), tmp_path / "wrapped")

    assert tshark.count(folder / "span.pcap").calls == plain.calls
    assert not experts(folder / "span.pcap")


@pytest.mark.parametrize(
    ("wrap", "protocol", "around"),
    [
        pytest.param("erspan-1", "erspan", 34 + 4, id="no-sequence-no-header"),
        pytest.param("erspan-2", "erspan", 34 + 8 + 8, id="sequence-header"),
        pytest.param("erspan-3", "erspan", 34 + 8 + 12, id="longer-header"),
        pytest.param("erspan-3-platform", "erspan", 34 + 8 + 12 + 8, id="subheader"),
        pytest.param("vxlan", "vxlan", 34 + 8 + 8, id="udp"),
    ],
)
def test_the_packet_around_a_frame(wrap: Encapsulation, protocol: str, around: int, tmp_path: Path) -> None:
    bare = frames_of(made("healthy", 7).files["span.pcap"])
    folder = written(made("healthy", 7, None, Evidence(encapsulation=wrap)), tmp_path)

    wrapped = frames_of((folder / "span.pcap").read_bytes())

    assert [frame[around:] for _, frame in wrapped] == [frame for _, frame in bare]
    command = ["tshark", "-n", "-r", str(folder / "span.pcap"), "-Y", f"{protocol} && !_ws.malformed", "-T", "fields"]
    fields = [*command, "-e", "frame.number", "-e", "gre.sequence_number"]
    output = subprocess.run(fields, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(output) == len(bare)
    if wrap in ("erspan-2", "erspan-3", "erspan-3-platform"):
        assert [int(line.split()[1]) for line in output] == list(range(len(bare)))


def test_a_ring_buffer_holds_all_frames() -> None:
    whole = made("healthy", 6)
    parts = made("healthy", 6, None, Evidence(ring=20_000_000_000))

    names = [name for name in parts.files if name.startswith("span")]

    assert names == ["span_00001.pcap", "span_00002.pcap", "span_00003.pcap", "span_00004.pcap"]
    assert b"".join(parts.files[name][24:] for name in names) == whole.files["span.pcap"][24:]


@pytest.mark.parametrize("compress", ["gz", "zst"])
def test_compression_changes_no_frame(compress: str) -> None:
    evidence = Evidence(compress="gz" if compress == "gz" else "zst")
    packed = made("healthy", 6, None, evidence).files[f"span.pcap.{compress}"]

    if compress == "gz":
        import gzip

        data = gzip.decompress(packed)
    else:
        import zstandard

        data = zstandard.ZstdDecompressor().decompressobj().decompress(packed)

    assert data == made("healthy", 6).files["span.pcap"]


def test_impairments_do_what_they_say() -> None:
    plain = frames_of(made("healthy", 7).files["span.pcap"])
    doubled = frames_of(made("healthy", 7, None, Evidence(duplicates=1000)).files["span.pcap"])
    thinned = frames_of(made("healthy", 7, None, Evidence(loss=300)).files["span.pcap"])
    shuffled = frames_of(made("healthy", 7, None, Evidence(reorder=200)).files["span.pcap"])
    cut = frames_of(made("healthy", 7, None, Evidence(late=20 * 10**9, early=10 * 10**9)).files["span.pcap"])

    assert len(doubled) == 2 * len(plain)
    assert len(plain) // 2 < len(thinned) < len(plain)
    assert sorted(shuffled) == sorted(plain)
    assert [at for at, _ in shuffled] != sorted(at for at, _ in shuffled)
    assert cut[0][0] - plain[0][0] >= 19
    assert plain[-1][0] - cut[-1][0] >= 8


def frames_of(capture: bytes) -> list[tuple[float, bytes]]:
    return [(at, bytes(frame)) for at, frame in dpkt.pcap.Reader(io.BytesIO(capture))]


def test_a_segment_lost_on_the_way_is_sent_again_at_once(tmp_path: Path) -> None:
    folder = written(made("healthy", 8, Options(size=32_768, network_loss=300)), tmp_path)

    command = ["tshark", "-n", "-r", str(folder / "vmk1.pcap"), "-Y", "tcp.analysis.fast_retransmission"]
    again = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    counts = tshark.count(folder / "vmk1.pcap")

    assert len(again) > 10
    assert sum(counts.calls.values()) - sum(counts.replies.values()) <= 1


def test_large_operations_are_segmented_and_acknowledged(tmp_path: Path) -> None:
    options = Options(size=65_536, rate=2)
    folder = written(made("route-injection", 8, options), tmp_path)

    for capture in ("span.pcap", "vmk1.pcap"):
        assert not experts(folder / capture)
    assert tshark.count(folder / "vmk1.pcap").calls


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("cvm-failure", Options(size=65_536, connections=3, rate=10), id="replies-of-each-size-together"),
        pytest.param(
            "nfs-hang", Options(wsize=65_536, rate=50, queue_depth=16, busy_hosts=1), id="calls-while-a-server-hangs"
        ),
    ],
)
def test_nothing_is_acknowledged_before_it_came(name: str, options: Options, tmp_path: Path) -> None:
    folder = written(made(name, 1, options), tmp_path)

    for capture in ("span.pcap", "vmk1.pcap"):
        assert not experts(folder / capture)
