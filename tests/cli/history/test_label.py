"""What is said of a test is NAME=VALUE, each name once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.asked import one_sentence
from tests.cli.history.asked import history, written


@pytest.mark.parametrize(
    ("told", "said"),
    [(("step",), "expected NAME=VALUE"), (("=x",), "expected NAME=VALUE"), (("a=1", "a=2"), "a is given twice")],
)
def test_what_is_wrong_is_one_sentence(
    told: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0), "-q")
    status, out, err = history(capsys, "label", "abcdef", *told)
    assert (status, out) == (2, "")
    assert said in err
    assert one_sentence(err)


def test_a_line_break_in_a_label_breaks_no_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history(capsys, "import", written(tmp_path / "in", 0), "-q")
    run = history(capsys, "list")[1].splitlines()[1].split()[2]
    told = history(capsys, "label", run, "note=one\ntwo\tthree")[1]

    assert len(told.splitlines()) == 1
    rows = history(capsys, "list")[1].splitlines()
    assert len(rows) == 2
    assert rows[1].endswith("note=one two three")
    assert "label note=one two three" in history(capsys, "show", run)[1].splitlines()
