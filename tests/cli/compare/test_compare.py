from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli import run as cli
from analyzer.model.run import Run
from analyzer.store.codec import encode_run
from tests.compare.runs.made import run


def written(folder: Path, *runs: Run) -> Path:
    """A folder with these runs, each in one of its own."""
    for number, one in enumerate(runs):
        (folder / f"test-{number}").mkdir(parents=True)
        sources = tuple(replace(each, digest=f"sha256:{number}{each.digest}") for each in one.sources)
        (folder / f"test-{number}" / "run.json").write_bytes(encode_run(replace(one, sources=sources)))
    return folder


def test_two_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, run(3), run(8))

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "test-1" / "run.json")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == (
        "WORSE: B is slower than A: CVM failure, Outage by at least 4.000 s. "
        "That holds for these two runs and says nothing of their clusters."
    )
    assert [one[:5] for one in told[1:3]] == ["- A i", "- B i"]
    assert told[-2] == ""
    assert told[-1].endswith("B is worse by at least 4.000 s")


def test_two_folders_of_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first_of = written(tmp_path / "a", *(run(3 + at / 10) for at in range(6)))
    second = written(tmp_path / "b", *(run(13 + at / 10) for at in range(6)))

    assert cli(["compare", str(first_of), str(second)]) == 0
    first, *points, told, calm_a, calm_b = capsys.readouterr().out.splitlines()
    assert first.startswith("WORSE: B is slower than A: CVM failure, Outage by at least 9.")
    assert points == [f"- {side} is {place}, 6 runs" for side, place in (("A", first_of), ("B", second))] + [""]
    assert told.startswith("CVM failure, Outage: A 6 runs, B 6 runs; B is worse by at least 9.")
    few = "too few runs to show a change point among 1 figure (8 at least)"
    assert [calm_a, calm_b] == [f"{side}, {few}: CVM failure, Outage (6 runs)" for side in ("A", "B")]


def test_settings_that_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(run(3), settings=replace(run(3).settings, expectations=()))
    written(tmp_path, run(3), other)

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "test-1")]) == 4
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "CAN'T TELL: Of A nothing is left to compare, as settings differ."
    assert told[3].startswith("- not comparable with the others by the expectations: 1 run (")


def test_runs_without_an_episode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, replace(run(3), episodes=()))

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "test-0")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "CAN'T TELL: Nothing to compare: no run has an episode with a duration."
    assert len(told) == 3


def test_what_holds_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, run(3))

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "none")]) == 3
    (tmp_path / "empty").mkdir()
    assert cli(["compare", str(tmp_path / "empty"), str(tmp_path / "test-0")]) == 2
    assert "holds no run" in capsys.readouterr().err


def test_a_difference_that_matters_is_a_time_above_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, run(3))

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "test-0"), "--matters", "0"]) == 2
    assert "expected a time above 0" in capsys.readouterr().err


def test_it_is_written_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, run(3), run(8))
    out = tmp_path / "out"

    sides = [str(tmp_path / "test-0"), str(tmp_path / "test-1")]
    assert cli(["compare", *sides, "-o", str(out), "--write", "html,csv"]) == 0
    assert capsys.readouterr().err == f"{out / 'comparison.html'}\n"
    assert {one.relative_to(out).as_posix() for one in out.rglob("*.*")} == {
        "comparison.html",
        *(f"tables/{name}.csv" for name in ("compared", "among", "runs", "steps")),
    }
    assert cli(["compare", *sides, "--write", "html"]) == 2
    assert "name the folder" in capsys.readouterr().err
