from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import run
from tests.conftest import SAMPLES
from tests.ingest.packing import COMPRESSORS, tarred

SPAN = SAMPLES / "cvm-failure" / "span.pcap"
GENESIS = SAMPLES / "cvm-failure" / "genesis.out"


def explained(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = run(["explain", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_each_line_of_a_log_has_its_rule_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(capsys, GENESIS, "--log-timezone", "UTC")
    assert status == 0
    assert "Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.24" in out
    assert "→ route-changed action=add host=192.168.1.24 gateway=192.168.1.28" in out
    assert "10 shown, 0 of no meaning" in out


def test_frames_are_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(capsys, SPAN)
    assert status == 0
    assert "ARP who has 192.168.1.26?" in out
    assert "→ tcp-control flags=SYN" in out


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("packed", ["plain", "xz", "in a tar"])
def test_a_frame_stands_beside_wiresharks_dissection(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], packed: str
) -> None:
    content = SPAN.read_bytes()
    packs: dict[str, Callable[[bytes], bytes]] = {
        "plain": bytes,
        "xz": COMPRESSORS["xz"],
        "in a tar": lambda data: tarred({"span": data}),
    }
    (tmp_path / "x").write_bytes(packs[packed](content))
    status, out, _ = explained(capsys, tmp_path / "x", "--frame", 12)
    assert status == 0
    ours, wireshark = out.split("Wireshark:")
    assert "192.168.1.26:9876 → 192.168.1.28:32768" in ours
    assert "Source Address: 192.168.1.26" in wireshark


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        pytest.param(["nowhere"], 3, "no such file", id="no-such-file"),
        pytest.param([SPAN, "--frame", 100_000], 3, "has no frame 100000", id="no-such-frame"),
        pytest.param([GENESIS, "--frame", 1], 3, "holds 0 captures", id="no-capture"),
        pytest.param([SPAN, "--frame", 0], 2, "--frame", id="frame-0"),
        pytest.param([], 2, "FILE", id="no-file"),
    ],
)
def test_a_wrong_question_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[object], status: int, sentence: str
) -> None:
    got, out, err = explained(capsys, *arguments)
    assert (got, out) == (status, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_an_unrecognised_file_is_told_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("dear diary")
    status, out, _ = explained(capsys, tmp_path / "notes.txt")
    assert status == 3
    assert "is text in no known format (it begins with “dear diary”)" in out


def test_a_rule_is_suggested_for_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "genesis.out"
    log.write_text("2026-11-22 07:03:42 INFO ha_service.py:7 Quorum of helpers asks 192.168.1.27 to look\n")
    status, out, _ = explained(capsys, "--suggest-rule", f"{log}:1")
    (tmp_path / "mine.toml").write_text(out)

    assert status == 0
    assert "rule my-rule" in explained(capsys, log, "--rules", tmp_path / "mine.toml")[1]


def test_a_rule_is_suggested_for_a_line_of_one_of_several_logs_in_a_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    console = tmp_path / "putty.log"
    console.write_text(
        "[root@esx-a:~] tail /var/log/vmkernel.log\n"
        "2026-11-22T07:03:42.100Z cpu0:34627)NFS: 1: quorum of helpers\n"
        "[root@esx-a:~] tail /var/log/auth.log\n"
        "2026-11-22T07:03:43Z sshd[7]: somebody knocked\n"
    )

    told = [explained(capsys, "--suggest-rule", f"{console}:{line}") for line in (2, 4, 3)]

    assert [status for status, _, _ in told] == [0, 0, 3]
    assert "quorum" in told[0][1]
    assert "knocked" in told[1][1]


@pytest.mark.parametrize(
    ("place", "status", "sentence"),
    [
        pytest.param(f"{GENESIS}", 2, "give FILE:LINE", id="no-line"),
        pytest.param(f"{GENESIS}:99999", 3, "no record of a log begins at line 99999", id="no-such-line"),
        pytest.param(f"{SPAN}:12", 3, "holds 0 logs", id="a-capture"),
        pytest.param("nowhere:1", 3, "no such file", id="no-such-file"),
    ],
)
def test_a_place_that_is_no_record_is_named(
    place: str, status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, _, err = explained(capsys, "--suggest-rule", place)

    assert ended == status
    assert sentence in err
