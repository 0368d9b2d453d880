"""Gates: 1 where one fires, 4 where one can't tell or nothing is comparable."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli import run as cli
from analyzer.model.run import Run
from tests.cli.asked import one_sentence
from tests.cli.compare.test_compare import written
from tests.compare.runs.made import run


@pytest.mark.parametrize(
    ("gates", "status", "said"),
    [
        (("worse>2s",), 1, "worse>2s: fires"),
        (("worse>9s",), 0, ""),
        (("worse>5s",), 4, "worse>5s: can't tell"),
        (("worse>5s", "worse>2s"), 1, "worse>2s: fires"),
        (("p<0.05",), 4, "p<0.05: can't tell"),
    ],
)
def test_the_status(
    gates: tuple[str, ...], status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, run(3), run(8))
    options = [word for gate in gates for word in ("--fail-on", gate)]

    assert cli(["compare", str(tmp_path / "test-0"), str(tmp_path / "test-1"), *options]) == status
    assert said in capsys.readouterr().err


def test_what_is_no_gate_is_told_before_anything_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["compare", str(tmp_path / "none"), "--fail-on", "slower"]) == 2
    assert one_sentence(capsys.readouterr().err)


def test_runs_that_are_not_comparable_pass_no_gate(tmp_path: Path) -> None:
    other: Run = replace(run(3), settings=replace(run(3).settings, expectations=()))
    written(tmp_path, run(3), other)

    sides = [str(tmp_path / "test-0"), str(tmp_path / "test-1")]
    assert cli(["compare", *sides]) == 4
    assert cli(["compare", *sides, "--fail-on", "worse>2s"]) == 4
