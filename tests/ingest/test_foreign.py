"""What people hand in beside evidence is named for what it is; evidence and prose are not taken for it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest import kinds
from analyzer.ingest.collect import collect
from analyzer.ingest.foreign import foreign, is_marks_table
from analyzer.model.source import SkipReason

ERF = struct.pack("<II", 0, 1_795_331_063) + struct.pack(">BBHHH", 2, 4, 80, 0, 60) + bytes(64)
"""A record of an Ethernet frame."""


@pytest.mark.parametrize(
    ("name", "head"),
    [
        pytest.param(
            "tcpdump-text",
            b"07:25:18.364001 IP 192.168.1.24.899 > 192.168.5.2.2049: Flags [S], seq 1, win 65535, length 0\n",
            id="tcpdump",
        ),
        pytest.param(
            "tcpdump-text",
            b"tcpdump: listening on vmk0, link-type EN10MB\n2026-03-13 07:25:18.364001 ARP, Request who-has 1.2.3.4\n",
            id="tcpdump-tttt",
        ),
        pytest.param("tcpdump-text", b"1773386718.364001 IP6 fe80::1 > ff02::2: ICMP6, length 16\n", id="tcpdump-tt"),
        pytest.param(
            "tcpdump-text",
            b"07:25:18.364001 eth0  In  IP 192.168.1.24.899 > 192.168.5.2.2049: Flags [.], length 0\n",
            id="tcpdump-any",
        ),
        pytest.param(
            "wireshark-text",
            b'"No.","Time","Source","Destination","Protocol","Length","Info"\n"1","0.0","a","b","NFS","1","x"\n',
            id="wireshark-csv",
        ),
        pytest.param(
            "wireshark-text",
            b"No.     Time           Source                Destination\n      1 0.000000       192.168.1.24\n",
            id="wireshark-print",
        ),
        pytest.param(
            "wireshark-text",
            "    1   0.000000 192.168.1.24 → 192.168.5.2  NFS 210 V3 GETATTR Call\n".encode(),
            id="tshark",
        ),
        pytest.param("wireshark-text", b'<?xml version="1.0"?>\n<pdml version="0">\n', id="pdml"),
        pytest.param("wireshark-text", b'[\n  {\n    "_index": "packets-2026-03-13",\n', id="tshark-json"),
        pytest.param(
            "wireshark-text", b"frame.number,frame.time_epoch,ip.src\n1,2.5,192.168.1.24\n", id="tshark-fields"
        ),
        pytest.param(
            "vcenter-events",
            b'"Description","Type","Date Time","Task","Target","User"\n"a","Warning","03/13/2026","","b","c"\n',
            id="vcenter-csv",
        ),
        pytest.param(
            "vcenter-events",
            b"when;Event;entity;User name\n2026-03-14 16:08:15;powered off;NTNX-A-CVM;root\n",
            id="vcenter-csv-of-other-columns",
        ),
        pytest.param(
            "vcenter-events",
            b"Time,Description,Type,User,Target\n2026-03-14 16:08:15,powered off,info,root,NTNX-A-CVM\n",
            id="vcenter-csv-in-english",
        ),
        pytest.param(
            "vcenter-events",
            b"CreatedTime;UserName;FullFormattedMessage\n13.03.2026 07:25;root;Lost access to volume\n",
            id="powercli",
        ),
        pytest.param("document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", id="pdf"),
        pytest.param("document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, id="old-office"),
        pytest.param(
            "document", b"From: a@b.example\nTo: c@d.example\nSubject: logs\nMIME-Version: 1.0\n\nMjAyNS0x\n", id="mail"
        ),
        pytest.param("document", b"{\\rtf1\\ansi 2026-03-13}", id="rtf"),
        pytest.param("image", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", id="png"),
        pytest.param("image", b"\xff\xd8\xff\xe0\x00\x10JFIF", id="jpeg"),
        pytest.param("image", b"BM" + struct.pack("<IHH", 70, 0, 0) + b"\x36", id="bmp"),
        pytest.param("image", b"RIFF\x24\x00\x00\x00WEBPVP8 ", id="webp"),
        pytest.param("core-dump", b"\x7fELF\x02\x01\x01" + b"\x00" * 9 + b"\x04\x00>\x00", id="core"),
        pytest.param("other-capture", b"snoop\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x04", id="snoop"),
        pytest.param("other-archive", b"7z\xbc\xaf\x27\x1c\x00\x04", id="7z"),
        pytest.param("other-archive", b"Rar!\x1a\x07\x01\x00", id="rar"),
        pytest.param("other-archive", b"MSCF\x00\x00\x00\x00\x2c", id="cab"),
        pytest.param("log-export", b'{"message": "2026-05-04T09:30:00Z cpu1:2)Tcpip: 1502: add"}\n', id="json-lines"),
        pytest.param("log-export", b'[{"_source": {"host": "esx", "m": "2026-05-04 09:30:00,1Z"}}]', id="kibana"),
        pytest.param("log-export", b'"_time",host,"_raw"\n2026-05-04,esx,"a line"\n', id="splunk-csv"),
        pytest.param(
            "esxcli-format", b"Gateway,Interface,Netmask,Network,Source,\n10.7.0.1,vmk0,0,0,M,\n", id="esxcli-csv"
        ),
        pytest.param("esxcli-format", b'[{"Gateway": "10.7.0.1", "Netmask": "0.0.0.0"}]', id="esxcli-json"),
        pytest.param("other-capture", b"GMBU\x00\x02\x01\x00", id="netmon"),
        pytest.param("other-capture", b"XCP\x00002.002\x00", id="netxray"),
        pytest.param("other-capture", b"VL\x00\x00" + bytes(20), id="old-netxray"),
        pytest.param("other-capture", ERF * 5, id="erf"),
        pytest.param("other-capture", ERF, id="one-erf-record"),
        pytest.param("stray-table", b"time,target,latency_ms\n2026-03-13 07:25:18,192.168.5.2,timeout\n", id="csv"),
        pytest.param("stray-table", b"time;action;who\n2026-03-13 07:25:18;cvm-power-off;me\n", id="nearly-marks"),
        pytest.param("stray-table", b"timestamp\tvalue\n1\t2\n", id="tabs"),
    ],
)
def test_what_it_is(name: SkipReason, head: bytes) -> None:
    assert kinds.recognise(head, "x") is None
    reason = kinds.what_instead(head)
    assert reason.name == name
    assert reason.sentence.startswith("is a") or name == "tcpdump-text"


@pytest.mark.parametrize("magic", [b"XCP\x00002.002\x00", b"VL\x00\x00", b"snoop\x00\x00\x00", b"GMBU", b"RTSS"])
def test_a_capture_with_words_in_it_is_named_as_one(tmp_path: Path, magic: bytes) -> None:
    """It would pass for text; as a file, so that all that stands before the recognising is there."""
    (tmp_path / "a.cap").write_bytes(magic + bytes(40) + b"captured by somebody on a Monday\n" * 9)
    with pytest.raises(EvidenceError, match=r"is a capture of .*editcap -F pcapng"):
        collect([tmp_path / "a.cap"], Settings())


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"Dear all,\nthe test failed, as we feared,\nso we try again.\n", id="prose"),
        pytest.param(b"one line, with a comma\nand another\n", id="a-comma"),
        pytest.param(b"\x7fELF\x02\x01\x01" + b"\x00" * 9 + b"\x02\x00>\x00", id="program"),
        pytest.param(b"2026-03-13 07:25:18,364Z INFO 8 ha_service.py:497 a, b\n" * 3, id="genesis"),
        pytest.param(b"\n" * 70_000, id="blank-lines"),
        pytest.param(bytes(1000), id="zeros"),
        pytest.param(b"\xff" * 1000, id="ones"),
        pytest.param(ERF + ERF[:-1], id="cut-after-one-erf-record"),
        pytest.param(ERF + struct.pack("<II", 0, 7) + ERF[8:], id="erf-of-two-times"),
    ],
)
def test_what_it_is_not(head: bytes) -> None:
    assert foreign(head) is None


@pytest.mark.parametrize(
    ("head", "marks"),
    [
        (b"time,action,target\n", True),
        (b"# notes of Anna\n\nTime; What\n2026-03-13 07:25:18; CVM A off\n", True),
        (b'"time"\t"note"\n', True),
        (b"time,target\n2026-03-13 07:25:18,192.168.5.2\n", False),
        (b"time,what,latency\n", False),
        (b"action,target\n", False),
    ],
)
def test_a_table_is_a_marks_file_only_if_its_header_says_so(head: bytes, *, marks: bool) -> None:
    assert is_marks_table(head) is marks
