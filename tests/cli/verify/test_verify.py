"""`autopath verify`: what agrees, what does not, and with which status."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import run
from tests.cli.asked import SAMPLE, UTC, one_sentence


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with its manifest, and its evidence."""
    folder = tmp_path_factory.mktemp("verify")
    shutil.copytree(SAMPLE, folder / "evidence")
    options = ("-q", *UTC, "--manifest", "--write", "html,json,csv,bundle", "-o", str(folder / "out"))
    assert run(["analyze", str(folder / "evidence"), *options]) == 0
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "copy")


def verified(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    status = run(["verify", str(folder / "out"), str(folder / "evidence"), *options])
    return status, capsys.readouterr().out.splitlines()


def test_all_agrees(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = verified(folder, capsys)
    assert status == 0
    assert {line.partition(" ")[0] for line in said} == {"ok"}
    names = {line.split()[1] for line in said}
    assert {"run.json", "report.html", "bundle.zip", "manifest.json", "tables/events.csv"} <= names
    assert {"evidence/genesis.out", "evidence/span.pcap"} <= names
    assert verified(folder, capsys, "-q") == (0, [])


def test_the_manifest_says_what_and_when(folder: Path) -> None:
    told = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))
    document = json.loads((folder / "out" / "run.json").read_text("utf-8"))
    assert told["settings"] == document["settings"]
    assert {one["name"]: one["digest"] for one in told["inputs"]} == {
        one["name"]: one["digest"] for one in document["sources"]
    }
    there = {path.relative_to(folder / "out").as_posix() for path in (folder / "out").rglob("*") if path.is_file()}
    assert set(told["outputs"]) == there - {"manifest.json"}
    assert told["written"].endswith("+00:00")
    assert str(folder) not in json.dumps(told)


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def change_run(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"evidence/genesis.out", b"evidence/genesis.log"))


def other_manifest(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace('"storage_address": "192', '"storage_address": "193'), "utf-8")


def far_away(path: Path) -> None:
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"outputs": {"../../etc/passwd": "sha256:0"}}), "utf-8")


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        pytest.param("out/tables/events.csv", append, "tables/events.csv: is not what was written", id="output"),
        pytest.param("out/tables/events.csv", os.remove, "can't be read (No such file or directory)", id="no-output"),
        pytest.param("out/report.html", append, "report.html: is not what was written", id="page"),
        pytest.param("out/run.json", change_run, "report.html (the run in it): is not that of run.json", id="run"),
        pytest.param("out/manifest.json", other_manifest, "manifest.json: is of another run", id="manifest"),
        pytest.param("out/manifest.json", far_away, "../../etc/passwd: is no name of a file in a report", id="path"),
        pytest.param("evidence/genesis.out", append, "evidence/genesis.out: has changed", id="input"),
        pytest.param("evidence/genesis.out", os.remove, "evidence/genesis.out: is not there", id="no-input"),
    ],
)
def test_what_does_not_agree_is_named(
    name: str, change: Callable[[Path], None], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder / name)
    status, lines = verified(folder, capsys, "-q")
    assert status == 4
    assert any(said in line for line in lines), lines
    assert all(line.startswith("differs  ") for line in lines)


def test_evidence_may_lie_elsewhere_and_be_called_otherwise(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "evidence" / "genesis.out").rename(folder / "evidence" / "other")
    (folder / "evidence").rename(folder / "moved")
    (folder / "evidence").symlink_to(folder / "moved")
    assert verified(folder, capsys, "-q") == (0, [])


def test_without_evidence_the_inputs_are_not_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(folder / "out")]) == 0
    assert capsys.readouterr().out.endswith("inputs: not checked; name the evidence to check them\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--hash", "none"), "has no digests of its inputs"), (("--redact",), "is redacted, and names no input")],
    ids=["no-digests", "redacted"],
)
def test_inputs_that_can_not_be_checked(
    options: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genesis = str(Path(SAMPLE) / "genesis.out")
    run(["analyze", genesis, "-q", *UTC, *options, "--write", "json", "-o", str(tmp_path / "out")])
    capsys.readouterr()
    assert run(["verify", str(tmp_path / "out"), genesis]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_a_run_or_with_a_broken_manifest_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out" / "manifest.json").write_text("{}")
    assert run(["verify", str(folder / "out")]) == 3
    assert "manifest.json: is no manifest of autopath" in capsys.readouterr().err
    assert run(["verify", str(folder / "evidence")]) == 3
    assert one_sentence(capsys.readouterr().err)


def test_the_evidence_is_not_changed(written: Path) -> None:
    """What was analysed has the bytes, the mode and the time of change that it had."""
    for path in Path(SAMPLE).iterdir():
        copy = written / "evidence" / path.name
        assert copy.read_bytes() == path.read_bytes()
        assert copy.stat().st_mtime_ns == path.stat().st_mtime_ns
    assert len(list((written / "evidence").iterdir())) == len(list(Path(SAMPLE).iterdir()))


def test_a_file_that_carries_a_run_is_checked_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = folder / "out" / "report.html"

    def said() -> tuple[int, list[str]]:
        return run(["verify", str(page)]), capsys.readouterr().out.splitlines()[:-1]

    carried = "ok       report.html (the run in it)"
    (folder / "out" / "run.json").unlink()
    assert said() == (0, [carried, "ok       manifest.json", "ok       report.html"])
    append(page)
    assert said() == (4, [carried, "ok       manifest.json", "differs  report.html: is not what was written"])
    page = page.rename(folder / "page.html")
    assert run(["verify", str(page), str(folder / "evidence"), "-q"]) == 0
    assert run(["verify", str(folder / "evidence" / "genesis.out")]) == 3
    assert one_sentence(capsys.readouterr().err)
