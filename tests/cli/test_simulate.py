from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.store import decode_truth


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


def test_a_scenarios_nodes_are_not_overruled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("nodes = 5", "utf-8")

    assert run(["simulate", str(mine), "-o", str(tmp_path / "test"), "--nodes", "4"]) == 2

    assert "has 5 nodes" in capsys.readouterr().err
