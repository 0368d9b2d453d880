"""Lines that were printed or pasted again are read once; what a clock that was set back wrote is kept."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

import io

import pytest

from analyzer.ingest.logs.text import repeats
from analyzer.ingest.logs.text.repeats import ReadOnce


def lines(first: int, last: int, word: str = "told") -> list[str]:
    return [f"2026-03-02 10:{n // 60:02d}:{n % 60:02d},125Z INFO m.py:1 {word} {n}" for n in range(first, last)]


def kept(log: list[str]) -> tuple[list[str], ReadOnce]:
    """The lines that are left, and what was found; the log ends with a line end."""
    once = ReadOnce(io.BytesIO("".join(f"{line}\n" for line in log).encode()))
    left = b"".join(iter(lambda: once.read(100), b""))
    assert left.count(b"\n") == len(log), "the lines behind keep their numbers"
    return [line for line in left.decode().split("\n") if line], once


@pytest.mark.parametrize(
    ("log", "left", "told"),
    [
        pytest.param(lines(0, 9) * 2, lines(0, 9), (9, 10), id="twice"),
        pytest.param(lines(0, 9) * 3, lines(0, 9), (18, 10), id="three times"),
        pytest.param(lines(0, 6) + lines(3, 9), lines(0, 9), (3, 7), id="two ends that overlap"),
        pytest.param(lines(4, 9) + lines(0, 8), lines(4, 9) + lines(0, 4), (4, 10), id="the older one behind"),
        pytest.param(lines(0, 9) + lines(3, 4) + lines(9, 12), lines(0, 9) + lines(3, 4) + lines(9, 12), (0, 0), id="one line"),
        pytest.param(lines(0, 9) + lines(0, 9, "new"), lines(0, 9) + lines(0, 9, "new"), (0, 0), id="other lines of the same time"),
        pytest.param(lines(0, 9) + lines(0, 9)[::2], lines(0, 9) + lines(0, 9)[::2], (0, 0), id="not all of a stretch"),
        pytest.param(lines(0, 9), lines(0, 9), (0, 0), id="once"),
    ],
)  # fmt: skip
def test_a_stretch_that_stands_above_is_left_out(log: list[str], left: list[str], told: tuple[int, int]) -> None:
    found, once = kept(log)

    assert (found, (once.lines, min(once.left_out, default=0))) == (left, told)


def test_lines_that_go_on_with_a_record_go_with_it_and_a_prompt_does_not() -> None:
    record = [*lines(0, 1), "Traceback", "  File x", *lines(1, 3)]
    prompt = "nutanix@NTNX-A-CVM:10.0.0.1:~$ tail -3 genesis.out"

    found, _ = kept([*record, *record, prompt, *record, prompt, *lines(3, 4)])

    assert found == [*record, prompt, prompt, *lines(3, 4)]


def test_a_log_that_is_larger_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_BYTES", 600)

    found, told = kept(lines(0, 9) * 3)

    assert (len(found), told.lines) == (27, 0)
