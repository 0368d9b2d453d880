"""Some mutations of all inputs, by a seed; and what the study notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.mutated import study
from bench.mutated.forked import Ended
from bench.mutated.inputs import Input
from bench.mutated.study import EACH, Try, tries
from tests.conftest import ROOT

GIVEN_UP = '{"skipped": [{"name": "not-understood", "detail": "KeyError at x.py:1"}]}'
SOME = Input("evidence", "a.log", b"0123456789")


def test_some_mutations_hold() -> None:
    """In a process of its own, as it forks."""
    command = [sys.executable, "-m", "bench.mutated", "--runs", "24", "--seed", "3", "--no-page"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("24 of "), done.stdout + done.stderr
    assert done.stdout.endswith(" runs, 0 with a fault\n")


def test_each_input_is_cut_and_mutated_as_often() -> None:
    every = tries([SOME, Input("run", "b.json", b"{}")], 1)
    assert sorted(every) == [Try(each, n) for each in (SOME, Input("run", "b.json", b"{}")) for n in range(2 * EACH)]
    assert every != sorted(every)
    assert every == tries([SOME, Input("run", "b.json", b"{}")], 1)
    assert all(SOME.data.startswith(Try(SOME, n).data(1)) for n in range(EACH))
    assert any(not SOME.data.startswith(Try(SOME, EACH + n).data(1)) for n in range(EACH))


@pytest.mark.parametrize(
    ("ended", "told", "faults"),
    [
        pytest.param(Ended(4, 0.1, 1, ""), "{}", [], id="well"),
        pytest.param(Ended(70, 0.1, 1, ""), "", ["status 70"], id="a-fault"),
        pytest.param(Ended(-11, 0.1, 1, ""), "", ["status -11"], id="died"),
        pytest.param(Ended(0, 5.2, 1, ""), "", ["5.2 s"], id="slow"),
        pytest.param(Ended(0, 0.1, 401 << 20, ""), "", ["401 MiB"], id="large"),
        pytest.param(Ended(3, 0.1, 1, "a fault of the program"), "", ["says 'a fault of the program'"], id="said"),
        pytest.param(Ended(0, 0.1, 1, ""), GIVEN_UP, ["says 'KeyError at x.py:1'"], id="in-the-run"),
    ],
)  # fmt: skip
def test_what_is_noticed(ended: Ended, told: str, faults: list[str], tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(told or "[]", "utf-8")
    assert list(study._faults(ended, tmp_path)) == faults
