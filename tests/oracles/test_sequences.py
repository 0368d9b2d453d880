"""Retransmissions, segments out of order and lost ones as tshark sees them; traffic in tunnels as without."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, scan
from analyzer.lab.simulate import Evidence
from analyzer.lab.simulate.scenario.evidence import Encapsulation
from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from tests.ingest.capture import tshark
from tests.ingest.capture.build import ACK, Connection, call, pcap, record, reply
from tests.ingest.capture.compiled.both import compiled, plain
from tests.ingest.capture.recordings import recording_id, recordings
from tests.lab.simulate.made import made, written

TSHARK = bool(shutil.which("tshark"))
ANALYSIS = ("retransmission", "out_of_order", "lost_segment")


def analysed(capture: Path) -> tuple[int, int, int]:
    """Segments with payload of the storage traffic that tshark calls a retransmission, out of order, after a lost one.

    A SYN that is sent again is one for tshark too; in the totals it is no retransmission, as it has no payload.
    """
    fields = [argument for name in ANALYSIS for argument in ("-e", f"tcp.analysis.{name}")]
    wanted = "ip.addr == 192.168.5.2 && tcp.port == 2049 && tcp.len > 0"
    command = ["tshark", "-n", "-r", str(capture), "-Y", wanted, "-T", "fields", *fields]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split("\t") for line in lines]
    retransmissions, out_of_order, lost = (sum(bool(row[column]) for row in rows) for column in range(3))
    return retransmissions, out_of_order, lost


def ours(result: CaptureScan) -> tuple[int, int, int]:
    return result.totals.retransmissions, result.totals.out_of_order, result.totals.gaps


@pytest.mark.parametrize("capture", recordings() if TSHARK else [], ids=recording_id)
def test_recordings(capture: Path) -> None:
    with capture.open("rb") as stream:
        assert ours(scan(stream, capture.name, Settings())) == analysed(capture)


def replies() -> Connection:
    """A connection with 20 calls answered, each reply in three segments that the tests lose, move and repeat."""
    connection = Connection(step=100_000)
    connection.open()
    for xid in range(20):
        connection.to_server(record(call(xid, 6)))
        data = record(reply(xid, bytes(4000)))
        for at in range(0, len(data), 1448):
            connection.to_client(data[at : at + 1448])
    connection.to_server(flags=ACK)
    return connection


@pytest.mark.parametrize("tool", ["tshark"] if TSHARK else [])
@pytest.mark.parametrize("scanned", [plain, compiled], ids=["plain", "compiled"])
@pytest.mark.parametrize(
    ("change", "told", "by_tshark"),
    [
        ("nothing", (0, 0, 0), (0, 0, 0)),
        ("sent again", (1, 0, 0), (1, 0, 0)),
        ("sent again at once", (1, 0, 0), (0, 1, 0)),
        ("copied", (0, 0, 0), (1, 0, 0)),
        ("lost", (0, 2, 1), (0, 0, 1)),
        ("swapped", (0, 1, 0), (0, 1, 1)),
        ("lost and sent again", (0, 2, 0), (1, 0, 1)),
    ],
)
def test_one_thing_that_happens_to_a_segment(
    change: str,
    told: tuple[int, int, int],
    by_tshark: tuple[int, int, int],
    scanned: Callable[[bytes], CaptureScan],
    tmp_path: Path,
    tool: str,
) -> None:
    """Where the definitions differ:

    A frame that a mirror port gave twice (everything the same, the IP identification too) was sent once; tshark calls
    the second a retransmission. What was there before and comes again within 3 ms is out of order for tshark, here a
    retransmission whenever it comes. Where a segment is missing, tshark marks the next one ("previous segment not
    captured"); it calls the missing one out of order when it comes within 3 ms, a retransmission when it comes later.
    Here each segment that has to wait is out of order, and the gap counts when it is never filled: what was never seen
    before was not retransmitted as far as this capture knows.
    """
    frames = replies().frames
    at = 3 + 4 * 5 + 1  # the first segment of the sixth reply
    ts, segment = frames[at]
    again = segment[:18] + b"\xff\xff" + segment[20:]  # with an IP identification of its own
    if change == "sent again":
        frames = [(then + (200_000_000 if n >= at + 3 else 0), data) for n, (then, data) in enumerate(frames)]
        frames.insert(at + 3, (frames[at + 3][0] - 50_000, again))
    elif change == "sent again at once":
        frames.insert(at + 3, (frames[at + 2][0] + 50_000, again))
    elif change == "copied":
        frames.insert(at + 1, (ts + 3_000, segment))
    elif change == "lost":
        del frames[at]
    elif change == "swapped":
        frames[at : at + 2] = [(ts, frames[at + 1][1]), (frames[at + 1][0], segment)]
    elif change == "lost and sent again":
        del frames[at]
        frames = [(then + (200_000_000 if n >= at + 2 else 0), data) for n, (then, data) in enumerate(frames)]
        frames.insert(at + 2, (frames[at + 1][0] + 199_000_000, again))
    data = pcap(frames)
    result = scanned(data)
    assert ours(result) == told
    assert result.totals.duplicates == (change == "copied")
    assert dict(result.totals.nfs_replies) == {"READ": 19 if change == "lost" else 20}
    path = tmp_path / "x.pcap"
    path.write_bytes(data)
    assert analysed(path) == by_tshark


WRAPS: tuple[Encapsulation, ...] = ("erspan-1", "erspan-2", "erspan-3", "erspan-3-platform", "vxlan")


@pytest.mark.parametrize("tool", ["tshark"] if TSHARK else [])
@pytest.mark.parametrize("wrap", WRAPS)
def test_what_a_switch_sends_on_in_a_tunnel(wrap: Encapsulation, tmp_path: Path, tool: str) -> None:
    folder = written(made("cvm-recovery", 5, None, Evidence(encapsulation=wrap)), tmp_path / "wrapped")
    bare = written(made("cvm-recovery", 5, None, Evidence()), tmp_path / "bare")
    (capture,), (plainly,) = folder.glob("span.pcap*"), bare.glob("span.pcap*")
    data = capture.read_bytes()
    result, expected = compiled(data), compiled(plainly.read_bytes())
    assert result == plain(data)
    assert result.events != ()
    assert [(event.at, event.detail) for event in result.events if not has_size(event)] == [
        (event.at, event.detail) for event in expected.events if not has_size(event)
    ]
    assert result.operations == expected.operations
    counts = tshark.count(capture)
    assert (result.totals.frames, result.totals.tcp_resets) == (counts.frames, counts.resets)
    assert {calls[:3]: calls[3] for calls in result.totals.rpc_calls} == counts.calls
    assert dict(result.totals.nfs_replies) == counts.nfs(counts.replies)
    assert (result.totals.rpc_time.count, result.totals.rpc_time.total) == (len(counts.times), sum(counts.times))


def has_size(event: Event) -> bool:
    """Whether the event tells frames' sizes, which the tunnel adds to."""
    return isinstance(event.detail, MacTraffic | AddressOwned | ArpTraffic | SshTraffic | StorageTraffic)
