"""The study's command: it fails when a line does not hold, and does what its options say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.accuracy import __main__ as command
from bench.accuracy.results.floor import Floor
from bench.accuracy.rows import Row, Study

HOLDS, FAILS = Floor("a line", "3", holds=True), Floor("another", "4", holds=False)


@pytest.mark.parametrize(("told", "status"), [((HOLDS,), 0), ((HOLDS, FAILS), 1)], ids=["all hold", "one does not"])
@pytest.mark.parametrize("words", [["--short"], ["--every", "50"]])
def test_the_exit_status_says_whether_every_line_holds(
    words: list[str], told: tuple[Floor, ...], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_studied", lambda **_: Study())
    monkeypatch.setattr(command, "floors", lambda _: list(told))

    assert command.main(words) == status


def test_seeds_are_analysed_in_all_mixes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def made_by(_: object, seeds: Sequence[int], **__: object) -> list[Row]:
        seen.extend(seeds)
        return []

    monkeypatch.setattr(command, "made_by", made_by)

    assert command.main(["--seeds", "7-9"]) == 0
    assert seen == [7, 8, 9]
    assert "| evidence |" in capsys.readouterr().out


def test_what_are_no_seeds_is_refused() -> None:
    with pytest.raises(SystemExit, match="expected numbers such as 700-800"):
        command.main(["--seeds", "some"])


def test_a_replay_leaves_its_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--replay", "random/4/log", "--keep", str(tmp_path)]) == 0

    assert "TRUE " in capsys.readouterr().out
    assert [*tmp_path.rglob("genesis.out")]
