"""`autopath batch`: what it prints and ends with; in shards, recorded, interrupted, as a stranger would start it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import cast

import msgspec
import pytest

from analyzer.cli import run
from analyzer.errors import UNREADABLE, USAGE
from bench.batch.processes import WORKER, command_of, workers_of
from tests.batch.made import evidence, files, manifest
from tests.cli.asked import one_sentence
from tests.conftest import ROOT, SAMPLES


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifest of a batch of six tests."""
    return manifest(tmp_path_factory.mktemp("fleet"), 6)


@pytest.fixture(scope="module")
def serial(fleet: Path) -> dict[str, bytes]:
    """What one worker makes of them."""
    assert run(["batch", str(fleet), "-o", str(fleet.parent / "serial"), "--workers", "1", "-q"]) in (0, 4)
    return files(fleet.parent / "serial")


def document(folder: Path, name: str = "batch.json") -> dict[str, object]:
    return msgspec.json.decode((folder / name).read_bytes(), type=dict[str, object])


def test_what_is_done_is_done_whoever_did_it(
    fleet: Path, serial: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", str(fleet), "-o", str(tmp_path / "out"), "--workers", "3"]
    status = run(command)
    first = capsys.readouterr()
    assert files(tmp_path / "out") == serial
    assert run(command) == status
    again = capsys.readouterr()

    assert first.out == again.out
    assert first.out.splitlines()[-1] == str(tmp_path / "out" / "batch.json")
    assert len(first.err.splitlines()) == 6
    assert "(done before)" not in first.err
    assert again.err.count(" (done before)") == 6
    assert files(tmp_path / "out") == serial


def test_shards_and_their_import_are_what_one_run_records(
    fleet: Path, serial: dict[str, bytes], tmp_path: Path
) -> None:
    one, parts = tmp_path / "one.db", tmp_path / "parts.db"
    recorded = ["batch", str(fleet), "-o", str(fleet.parent / "serial"), "-q", "--record", "--store", str(one)]
    assert run(recorded) in (0, 4)
    for number in (3, 1, 4, 2):
        assert not (tmp_path / "out" / "batch.json").exists()
        assert run(["batch", str(fleet), "-o", str(tmp_path / "out"), "--shard", f"{number}/4", "-q"]) in (0, 4)
    assert run(["history", "import", str(tmp_path / "out"), "--store", str(parts), "-q"]) == 0
    for store in (one, parts):
        assert run(["history", "export", "-o", str(store.with_suffix("")), "--store", str(store)]) == 0

    made = files(tmp_path / "out")
    shards = {f"batch-{number}-of-4.json" for number in range(1, 5)}
    assert {name: content for name, content in made.items() if name not in shards} == serial
    assert shards <= made.keys()
    assert len(files(tmp_path / "one")) == 7
    assert files(tmp_path / "one") == files(tmp_path / "parts")


def test_the_table_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence(tmp_path, "healthy", "healthy")
    evidence(tmp_path, "log", "cvm-failure")
    (tmp_path / "strict.toml").write_text(
        '[[expectation]]\nkind = "cvm-failure"\nmetric = "detection"\nexpected_s = 0.001\nbound_s = 0.002\n'
    )
    (tmp_path / "empty").mkdir()
    (tmp_path / "fleet.csv").write_text(
        "name,evidence,expectations\nfine,healthy,\nmissed," + str(SAMPLES / "cvm-failure") + ",strict.toml\n"
        "none,nowhere,\nempty,empty,\nopen,log,strict.toml\n"
    )
    command = ["batch", str(tmp_path / "fleet.csv"), "-o", str(tmp_path / "out"), "--log-timezone", "UTC"]
    status = run(command)
    head, *rows, counts, _ = capsys.readouterr().out.splitlines()

    assert head.split() == ["status", "test", "verdict"]
    said = document(tmp_path / "out")
    assert said["answers"] == {"yes": 1, "no": 1, "unknown": 1, "failed": 2}
    assert [row.split("  ")[0] for row in rows] == ["1 not acceptable", "3 no run", "3 no run", "4 unknown"]
    assert "none (line 4)" in rows[2]
    assert rows[2].endswith("nowhere: there is no such file or folder; check the path")
    assert counts == "5 tests: 1 not acceptable, 2 no run, 1 unknown, 1 acceptable"
    assert status == 1
    (tmp_path / "fleet.csv").write_text("name,evidence\nfine,healthy\nnone,nowhere\n")
    assert run(command) == UNREADABLE
    (tmp_path / "fleet.csv").write_text("name,evidence,expectations\nfine,healthy,\nopen,log,strict.toml\n")
    assert run(command) == 4
    (tmp_path / "fleet.csv").write_text("name,evidence\nfine,healthy\n")
    assert run(command) == 0
    (tmp_path / "fleet.csv").write_text("name,evidence\nfine,nowhere\n")
    capsys.readouterr()
    assert run(command) == UNREADABLE
    assert "check the path; its folder holds an earlier run\n" in capsys.readouterr().out


def test_each_folder_is_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("first", "second"):
        evidence(tmp_path / "tests", name)
    out = tmp_path / "out"
    assert run(["batch", "--each", str(tmp_path / "tests"), "-o", str(out), "--log-timezone", "UTC"]) in (0, 4)

    assert {path.name for path in out.iterdir()} == {"batch.json", "first", "second"}
    assert "2 tests: " in capsys.readouterr().out


def test_faults_are_told_one_a_line_and_nothing_is_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text('[[test]]\nname = "a"\n[[test]]\nevidence = "x"\n')

    assert run(["batch", str(path), "-o", str(tmp_path / "out")]) == USAGE
    one, two, last = capsys.readouterr().err.splitlines()
    assert one.startswith(f"{path} line 1: test 'a' has no evidence")
    assert two.startswith(f"{path} line 3: a test without a name")
    assert last == f"autopath: {path}: has 2 faults; nothing was analysed"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('zone = "Mars"', "zone Mars: no such zone; give an IANA name"),
        ('log_timezone = "Mars"', "log_timezone Mars: no such zone; give an IANA name"),
        ('clock = "x"', "clock x: expected SOURCE=OFFSET"),
        ('inventory = "none.toml"', "none.toml: can't be read (No such file or directory)"),
        ('expectations = "fleet.toml"', "fleet.toml: "),
    ],
)
def test_a_wrong_setting_is_told_with_its_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, says: str
) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text(f'[[test]]\nname = "a"\nevidence = "x"\n{setting}\n')

    assert run(["batch", str(path), "-o", str(tmp_path / "out")]) == USAGE
    said = capsys.readouterr().err
    assert said.startswith(f"autopath: {path} line 1, test a: ")
    assert says in said
    assert one_sentence(said)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name a manifest of tests, or with --each a folder"),
        (("fleet.toml", "--each", "."), "name a manifest of tests, or with --each a folder"),
        (("none.toml",), "none.toml: can't be read (No such file or directory)"),
        (("--each", "none"), "none: can't be read (No such file or directory)"),
        (("fleet.toml", "--shard", "5/4"), "--shard 5/4: expected I/N"),
        (("--each", ".", "-o", "out"), "out: would be taken for a test of .; name a folder elsewhere with -o"),
        (("fleet.toml", "--memory", "5M"), "--memory: a process begins with some 60 MB; allow at least 100M"),
        (("fleet.toml", "--write", "doc"), "--write doc: no such form"),
        (("fleet.toml", "-o", "t01/out"), "the results would lie with the evidence of test t01"),
        (("fleet.toml", "-o", "."), "the results would lie with the evidence of test t01"),
        (("fleet.toml", "-o", "fleet.toml"), "can't be written (File exists)"),
        (("fleet.toml", "-o", "/proc/none"), "/proc/none: can't be written"),
        (("fleet.toml", "-o", "out", "--scheduler", "nowhere"), "--scheduler nowhere: there is no Dask scheduler"),
    ],
)
def test_what_can_not_be_begun_is_one_sentence(
    fleet: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(fleet.parent)
    monkeypatch.setattr("analyzer.batch.cluster.CONNECT_S", 0.2)

    assert run(["batch", *arguments]) == USAGE
    said = capsys.readouterr().err
    assert says in said
    assert one_sentence(said)


def test_what_nothing_says_of_which_cluster_it_is_is_not_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence(tmp_path, "one")
    (tmp_path / "fleet.csv").write_text("name,evidence\none,one\n")
    store = ("--record", "--store", str(tmp_path / "store"))

    assert run(["batch", str(tmp_path / "fleet.csv"), "-o", str(tmp_path / "out"), *store]) == USAGE
    assert "nothing says of which cluster test one is" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_where_there_is_no_room_each_test_is_named(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folders of three tests can't be written: a file lies where each of them would."""
    for name in ("t02", "t04", "t05"):
        (tmp_path / name).write_text("mine")

    assert run(["batch", str(fleet), "-o", str(tmp_path)]) in (1, UNREADABLE)
    out = capsys.readouterr().out
    assert out.count("can't be written (") == 3
    assert cast("dict[str, int]", document(tmp_path)["answers"])["failed"] == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_that_is_ended_says_what_is_done_and_the_next_goes_on(
    fleet: Path, serial: dict[str, bytes], tmp_path: Path, number: signal.Signals
) -> None:
    shutil.copytree(fleet.parent / "serial" / "t01", tmp_path / "out" / "t01")
    command = [sys.executable, "-m", "analyzer", "batch", str(fleet), "-o", str(tmp_path / "out"), "--workers", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not (workers := workers_of(process.pid)):
            assert process.poll() is None
        first = process.stderr.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    assert first.startswith("[1/6] ")
    assert (process.returncode, out) == (128 + number, "")
    last = err.splitlines()[-1]
    assert last.startswith("autopath: ended with ")
    assert last.endswith(" of 6 tests done; the same command does the rest")
    assert "Traceback" not in err
    assert not (tmp_path / "out" / "batch.json").exists()
    assert [pid for pid in workers if WORKER in command_of(pid)] == []
    assert run(["batch", str(fleet), "-o", str(tmp_path / "out"), "-q"]) in (0, 4)
    assert files(tmp_path / "out") == serial


def test_where_what_came_out_can_not_be_written_it_is_printed(
    fleet: Path,
    serial: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    shutil.copytree(fleet.parent / "serial", tmp_path / "out")
    monkeypatch.setattr("os.fsync", full)

    assert run(["batch", str(fleet), "-o", str(tmp_path / "out")]) == USAGE
    told = capsys.readouterr()
    assert told.out.splitlines()[-1].startswith("6 tests: ")
    assert told.err.splitlines()[-1].endswith("can't be written (No space left on device); name another folder with -o")
    assert {**files(tmp_path / "out"), "batch.json": serial["batch.json"]} == serial
