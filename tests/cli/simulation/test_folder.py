"""Where a simulation is written: a folder that appears whole, and what was there before."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer.cli import run
from tests.conftest import ROOT
from tests.dispositions import in_foreground


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
