"""Tests of which only the hosts' logs are given: no phantom, no wrong verdict, and what is told."""

from __future__ import annotations

import pytest

from bench.accuracy.host_logs import KINDS, faulty, figures, healthy, main, rows, wrong
from bench.accuracy.rows import Row, ToldRow, VerdictRow


def test_healthy_tests_have_no_episode() -> None:
    found = rows(healthy(4))
    assert not wrong(found)
    assert [row.told for row in found] == [()] * 4


def test_each_kind_of_fault() -> None:
    found = rows(faulty(len(KINDS)))
    assert not wrong(found)
    told = [one for row in found for one in row.told]
    assert sum(one.right for one in told) >= len(KINDS)
    assert {"cvm-failure", "route-injection", "route-deletion"} <= {one.kind for one in told if one.right}


def test_what_is_wrong_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    phantom = ToldRow("cvm-failure", "high", right=False, vague=False, flaws=0)
    row = Row(
        case="x/1",
        scenario="x",
        shape="",
        impairment="",
        mix="",
        required=0,
        missed=0,
        told=(phantom,),
        faults=("told",),
    )
    verdict = Row(
        case="x/2", scenario="x", shape="", impairment="", mix="", required=0, missed=0,
        verdicts=(VerdictRow("MET", wrong=True),), faults=("the verdict",),
    )  # fmt: skip
    assert wrong([row, verdict]) == ["x/1: told", "x/2: the verdict"]
    assert figures([row])[1] == "cvm-failure wrong: 1"
    assert main(["--runs", "1"]) == 0
    assert "episodes are told right" in capsys.readouterr().out
