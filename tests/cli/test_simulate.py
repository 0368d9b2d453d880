from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.cli.durations import duration, size
from analyzer.store import decode_truth
from tests.conftest import ROOT
from tests.dispositions import in_foreground


def test_list_and_describe(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "list"]) == 0
    assert run(["simulate", "describe", "cvm-failure"]) == 0

    told = capsys.readouterr().out
    assert "whole-story" in told
    assert 'do = "cvm-power-off"' in told


def test_it_writes_evidence_and_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "test"

    status = run(["simulate", "cvm-failure", "-o", str(folder), "--seed", "5", "--period", "10s", "--format", "pcapng"])

    told = capsys.readouterr().out.split()
    assert status == 0
    assert [Path(path).is_file() for path in told] == [True] * len(told)
    truth = decode_truth((folder / "truth.json").read_bytes(), "truth.json")
    assert (truth.seed, truth.check_period) == (5, 10_000_000_000)
    assert (folder / "span.pcapng").is_file()


def test_it_streams(tmp_path: Path) -> None:
    assert run(["simulate", "healthy", "-o", str(tmp_path / "long"), "--duration", "10min"]) == 0

    truth = decode_truth((tmp_path / "long" / "truth.json").read_bytes(), "truth.json")
    assert truth.evidence[0].first is not None
    assert truth.evidence[0].last is not None
    assert truth.evidence[0].last - truth.evidence[0].first > 590 * 10**9


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["earthquake", "-o", "x"], "no scenario of this name", id="unknown"),
        pytest.param(["healthy"], "say with -o", id="no-folder"),
        pytest.param(["healthy", "whole-story", "-o", "x"], "expected one scenario", id="two"),
        pytest.param(["healthy", "-o", "x", "--period", "soon"], "is no time", id="no-time"),
        pytest.param(["healthy", "-o", "x", "--bytes", "lots"], "is no size", id="no-size"),
        pytest.param(["healthy", "-o", "x", "--nodes", "99"], "expected 3 to 32", id="too-many-nodes"),
        pytest.param(["healthy", "-o", "x", "--zone", "Mars/X"], "expected a zone's name", id="zone"),
        pytest.param(["healthy", "-o", "x", "--bytes", "1G", "--duration", "1h"], "not both", id="bytes-and-duration"),
        pytest.param(["healthy", "-o", "x", "--bytes", "1"], "the story alone has", id="too-few-bytes"),
        pytest.param(["healthy", "-o", "x", "--vantages", "vmk1:²"], "no vantage point", id="odd-node"),
        pytest.param(["healthy", "-o", "x", "--vantages", "span:2"], "no vantage point", id="span-of-a-node"),
        pytest.param(
            ["healthy", "-o", "x", "--vantages", "vmk1", "--vantages", "vmk1:1"], "is named twice", id="vantage-twice"
        ),
        pytest.param(["healthy", "-o", "x", "--ring", "1ns"], "--ring is 1ns; expected 1s to 24h", id="tiny-ring"),
        pytest.param(["healthy", "-o", "x", "--start", "-5s"], "--start is -5s; expected 0s to", id="before-1970"),
        pytest.param(["healthy", "-o", "x", "--start", "4294967290s"], "--start is", id="after-2106"),
        pytest.param(
            ["healthy", "-o", "x", "--start", "0s", "--clock", "span=-100s"],
            "span: its clock would show",
            id="clock-off",
        ),
        pytest.param(["healthy", "-o", "x", "--duration", "600000h"], "no time before 1970", id="for-ages"),
        pytest.param(["healthy", "-o", "x", "--bytes", "1000000T"], "no time before 1970", id="more-than-all-disks"),
        pytest.param(["describe"], "say which scenario; there are healthy", id="describe-nothing"),
    ],
)
def test_wrong_arguments_are_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    assert run(["simulate", *arguments]) == 2

    told = capsys.readouterr()
    assert says in told.err
    assert told.err.count("\n") == 1
    assert not list(empty_folder.iterdir())


def test_another_simulation_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "test"

    assert run(["simulate", "whole-story", "-o", str(folder), "--esxi-logs", "--rotate", "5"]) == 0
    assert run(["simulate", "healthy", "-o", str(folder), "--format", "pcapng", "--genesis", "leaders"]) == 0

    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"span.pcapng", "vmk1.pcapng", "192.168.1.27/genesis.out", "truth.json"}
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("goal", [[], ["--duration", "5min"]], ids=["test", "stream"])
def test_a_folder_with_other_evidence_is_left_alone(
    goal: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "span.pcap").write_bytes(b"recorded")

    assert run(["simulate", "healthy", "-o", str(tmp_path), *goal]) == 2

    assert "holds span.pcap, which no simulation wrote" in capsys.readouterr().err
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"recorded"]


def test_a_truth_that_names_what_is_elsewhere_has_nothing_removed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "test", tmp_path / "mine.txt"
    run(["simulate", "healthy", "-o", str(folder), "--no-captures"])
    elsewhere.write_text("mine")
    truth = (folder / "truth.json").read_text()
    (folder / "truth.json").write_text(truth.replace("192.168.1.26/genesis.out", "../mine.txt"))
    (folder / "192.168.1.26" / "genesis.out").unlink()

    assert run(["simulate", "healthy", "-o", str(folder), "--no-captures"]) == 0

    assert elsewhere.read_text() == "mine"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_a_stream_that_is_ended_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "analyzer", "simulate", "healthy", "-o", str(tmp_path / "long"), "--bytes", "9G"]
    with subprocess.Popen(in_foreground(*command), cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 30
        while not any(path.stat().st_size for path in tmp_path.rglob("*.pcap")):
            assert time.monotonic() < until
            time.sleep(0.02)

        process.send_signal(number)

        assert process.wait(30) == 128 + number
    assert not any(tmp_path.iterdir())


def test_a_stream_that_fails_leaves_what_was_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "test"
    assert run(["simulate", "healthy", "-o", str(folder)]) == 0
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert run(["simulate", "cvm-failure", "-o", str(folder), "--duration", "1h", "--late", "2h"]) == 2

    assert "nothing would be left" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_scenarios_nodes_are_not_overruled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("nodes = 5", "utf-8")

    assert run(["simulate", str(mine), "-o", str(tmp_path / "test"), "--nodes", "4"]) == 2

    assert "has 5 nodes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "ns"), [("30", 30 * 10**9), ("-250ms", -250_000_000), ("10h", 36_000 * 10**9), ("1.5 µs", 1500)]
)
def test_durations(text: str, ns: int) -> None:
    assert duration(text) == ns


@pytest.mark.parametrize(("text", "count"), [("50G", 50 * 10**9), ("1.5k", 1500), ("2MiB", 2 << 20), ("7", 7)])
def test_sizes(text: str, count: int) -> None:
    assert size(text) == count
