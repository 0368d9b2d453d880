from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest
from msgspec.structs import replace

from analyzer.cli import run as cli
from analyzer.model.run import Run
from analyzer.redact.key import new_key
from analyzer.redact.run import redacted
from analyzer.store.codec import encode_run
from analyzer.store.reading import read_run
from tests.cli.asked import one_sentence
from tests.compare.runs.made import run


def written(folder: Path, *runs: Run, begin: int = 0) -> Path:
    """A folder with these runs, each in one of its own, and of a test of its own."""
    for number, one in enumerate(runs, begin):
        (folder / f"test-{number}").mkdir(parents=True)
        sources = tuple(replace(each, digest=f"sha256:{number}{each.digest}") for each in one.sources)
        (folder / f"test-{number}" / "run.json").write_bytes(encode_run(replace(one, sources=sources)))
    return folder


def without_digests(one: Run) -> Run:
    return replace(one, sources=tuple(replace(each, digest=None) for each in one.sources))


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
    second = written(tmp_path / "b", *(run(13 + at / 10) for at in range(6)), begin=6)

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
    assert told[3].startswith("- not comparable with the others by the expectations (")
    assert " against " in told[3]
    assert "CVM failure Detection latency none" in told[3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (run(3), run(3)),
        (run(3), replace(run(8), autopath_version="9")),
        (run(3), redacted(run(3), new_key()).run),
        (run(3), replace(run(3), sources=tuple(one for one in run(3).sources if one.kind == "capture"))),
        (without_digests(run(3)), without_digests(run(3))),
    ],
    ids=["copies", "analyses", "redacted", "more evidence", "without digests"],
)
def test_a_test_is_not_compared_with_itself(
    one: Run, other: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, each in (("a", one), ("b", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_bytes(encode_run(each))

    assert cli(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert one_sentence(captured.err)
    assert "b: are the same test" in captured.err


def test_what_is_in_both_folders_is_compared_with_neither(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = [run(3 + at / 10) for at in range(9)]
    first = written(tmp_path / "a", *every[:5])
    second = written(tmp_path / "b", *every)
    assert cli(["compare", str(first), str(second)]) == 2
    assert "hold the same tests" in capsys.readouterr().err

    rmtree(first / "test-0")
    written(tmp_path / "a" / "more", *every[8:], begin=20)
    assert cli(["compare", str(first), str(second)]) == 0
    told = capsys.readouterr().out
    assert "- on both sides, as of the same test, and so not compared: 8 runs (" in told
    assert "A 1 run, B 5 runs" in told


def test_of_groups_a_figure_with_one_run_a_side_is_told_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = [
        written(tmp_path / side, *(run(at + number / 10) for number in range(6)), begin=at)
        for side, at in (("a", 3), ("b", 13))
    ]
    for side in sides:
        path = next(side.rglob("run.json"))
        one = read_run(path)
        detection = replace(one.episodes[0].measurements[0], metric="detection")
        path.write_bytes(encode_run(replace(one, episodes=(replace(one.episodes[0], measurements=(detection,)),))))

    assert cli(["compare", *map(str, sides)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "these two runs" not in told[0]
    assert "- of one run a side, which says nothing of the other runs: Detection latency" in told


def test_runs_without_an_episode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, *[replace(run(3), episodes=())] * 2)

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "test-1")]) == 0
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
