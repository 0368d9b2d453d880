"""Which tests are listed, and how their times are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.asked import one_sentence
from tests.cli.history.asked import history, written


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), 3),
        (("--cluster", "a"), 3),
        (("--cluster", "b"), 0),
        (("--after", "2026-11-22T09:04:23+01:00"), 2),
        (("--after", "2026-11-22T09:04"), 1),
        (("--before", "2026-11-22T08:04:23"), 1),
        (("--before", "2026-11-22"), 0),
        (("--label", "a=b"), 0),
    ],
)
def test_tests_are_chosen(
    options: tuple[str, ...], count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0, 1, 2), "-q")
    status, out, err = history(capsys, "list", *options)
    assert (status, max(len(out.splitlines()) - 1, 0)) == (0, count)
    assert err == ("" if count else "no such test; there are some of a\n")


@pytest.mark.parametrize("option", [("--after", "yesterday"), ("--before", "2026-13-01"), ("--label", "x")])
def test_what_is_wrong_is_one_sentence(
    option: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0), "-q")
    status, out, err = history(capsys, "list", *option)
    assert (status, out) == (2, "")
    assert " ".join(option) in err
    assert one_sentence(err)
