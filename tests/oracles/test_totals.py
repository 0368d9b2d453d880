"""Totals equal tshark's on every recording, and what it counted once in some of them, and in the corpus where that is.

`samples.csv` was written by tshark 4.0.17, as the corpus's `reference.csv` was: with the options of `tshark.FORCED`.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, scan, sniff
from analyzer.ingest.capture.procedures import MOUNT, NFS, PORTMAP
from analyzer.ingest.capture.result import LINK_TYPES
from analyzer.model.traffic import RpcTime
from tests.conftest import SAMPLES
from tests.ingest.capture import tshark
from tests.ingest.capture.recordings import CORPUS, recording_id, recordings

Row = dict[str, str]


# a tagged frame that is cut after 96 bytes ends within the RPC header, of which tshark then shows what is left
WHOLE = [capture for capture in recordings() if capture.parent.name != "vlan-snaplen-96" or capture.stem != "span"]


@pytest.mark.parametrize("capture", WHOLE if shutil.which("tshark") else [], ids=recording_id)
def test_recordings_count_as_in_tshark(capture: Path) -> None:
    with capture.open("rb") as stream:
        totals = scan(stream, capture.name, Settings()).totals
    counts = tshark.count(capture)
    assert (totals.frames, totals.tcp_resets) == (counts.frames, counts.resets)
    assert {calls[:3]: calls[3] for calls in totals.rpc_calls} == counts.calls
    assert dict(totals.nfs_calls) == counts.nfs(counts.calls)
    assert dict(totals.nfs_replies) == counts.nfs(counts.replies)
    times = counts.times
    expected = RpcTime(len(times), sum(times), min(times), max(times)) if times else RpcTime()
    assert totals.rpc_time == expected


# --- captures of the samples, and of the corpus, which others made ----------------------------------------------------

NO_CAPTURES = {
    "5_packets.erf": "an Endace ERF file: neither pcap nor pcapng",
    "5_packets.erf.bz2": "an Endace ERF file: neither pcap nor pcapng",
    "5_packets.erf.xz": "an Endace ERF file: neither pcap nor pcapng",
    "crash-null-deref-pcapng-shb": "zeros; tshark takes it for CommView and reads nothing",
    "genesis.out": "a log, and no capture",
    "unprocessed.pcap.hex": "a hex dump in text; tshark takes it for vwr and reads nothing",
}
FRAMES_DIFFER = {
    # A damaged record header makes Wireshark guess an old pcap variant with longer record headers; we read on as pcap.
    "fuzz.pcap": "fuzzed: tshark gives a second frame of 1 byte, dated before 1970, and then an error",
    "crash-exception-cast-constructed-record": "fuzzed: taken for a pcap of Red Hat 6.1, and cut after frame 1",
    "clusterfuzz-testcase-minimized-FuzzTarget-5766899836387328": "fuzzed: taken for a pcap of Red Hat 6.1, and cut",
}
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


def rows() -> list[Row]:
    """Those of the samples, and of the corpus where that is there: `file` from their folder on."""
    return [*listed(SAMPLES, Path(__file__).with_name("samples.csv")), *listed(CORPUS, CORPUS / "reference.csv")]


def listed(folder: Path, reference: Path) -> list[Row]:
    if not reference.exists():
        return []
    with reference.open(newline="", encoding="utf-8") as stream:
        return [{**row, "folder": str(folder)} for row in csv.DictReader(stream)]


def base(row: Row) -> str:
    return Path(row["file"]).name


def content(row: Row) -> bytes:
    return UNPACK[row["compress"]]((Path(row["folder"]) / row["file"]).read_bytes())


def scanned(row: Row) -> CaptureScan:
    return scan(io.BytesIO(content(row)), base(row), Settings())


CAPTURES = [row for row in rows() if base(row) not in NO_CAPTURES]
WITH_RPC = [row for row in CAPTURES if int(row["rpc_calls_all"] or 0) or row["forced_nfs_calls"]]


@pytest.mark.parametrize("row", [row for row in rows() if base(row) in NO_CAPTURES], ids=base)
def test_files_that_are_no_captures(row: Row) -> None:
    assert sniff(content(row)[:12]) is None


@pytest.mark.parametrize("row", CAPTURES, ids=base)
def test_frames_and_resets(row: Row) -> None:
    result = scanned(row)
    totals = result.totals
    unknown = "network type" in row["tshark_err"] and "unknown or unsupported" in row["tshark_err"]
    if unknown:
        # tshark refuses the whole file; we count its frames and say that nothing of them was decoded.
        assert not set(totals.link_types) & LINK_TYPES
        assert [skipped.count for skipped in result.skipped if skipped.reason.name == "unknown-link-type"] == [
            totals.frames
        ]
    elif base(row) not in FRAMES_DIFFER:
        assert totals.frames == int(row["packets"])
        assert totals.truncated == int(row["truncated_pkts"])
    assert totals.tcp_resets == int(row["rst_plain"] or 0)
    if row["tshark_err"]:
        assert result.skipped


@pytest.mark.parametrize("row", WITH_RPC, ids=base)
def test_rpc(row: Row) -> None:
    totals = scanned(row).totals
    calls = dict.fromkeys((NFS, MOUNT, PORTMAP), 0)
    for program, _, _, count in totals.rpc_calls:
        calls[program] = calls.get(program, 0) + count
    assert calls[MOUNT] == int(row["mount_calls"])
    assert calls[PORTMAP] == int(row["portmap_calls"])
    if not row["forced_nfs_calls"]:
        return
    assert calls[NFS] == int(row["forced_nfs_calls"])
    assert totals.unanswered == int(row["forced_nfs_unanswered"])
    operations = dict(operation.split("=") for operation in row["forced_nfs_call_ops"].split())
    assert dict(totals.nfs_calls) == {
        tshark.named(int(name[1]), name.partition(".")[2]): int(count) for name, count in operations.items()
    }
    assert sum(count for _, count in totals.nfs_replies) == int(row["forced_nfs_replies"])
    assert totals.rpc_time.count == int(row["forced_rpc_time_n"])
    if totals.rpc_time.count:
        assert totals.rpc_time.least == tshark.nanoseconds(row["forced_rpc_time_min"])
        assert totals.rpc_time.most == tshark.nanoseconds(row["forced_rpc_time_max"])
        mean = totals.rpc_time.total // totals.rpc_time.count
        assert abs(mean - tshark.nanoseconds(row["forced_rpc_time_mean"])) <= 1
