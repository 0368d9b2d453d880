"""CI's part of the study holds what the whole must show; and it does not, once the program is broken on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from msgspec.structs import replace

from analyzer.judge.judgements import limits
from analyzer.measure import stages
from analyzer.model.episode import JudgedBy, Verdict
from bench.accuracy.design import short
from bench.accuracy.results.floor import Floor
from bench.accuracy.results.floors import floors
from bench.accuracy.study import analysed
from tests.bench.accuracy.studied import studied

FLOORS = (
    "1. wire and logs",
    "1. wire only",
    "1. logs only",
    "1. healthy runs",
    "2. 99 % of Spans",
    "2. 99 % of detections",
    "2. median width of wire",
    "2. median width of log",
    "3. offsets",
    "3. median bound, stamps of whole seconds",
    "3. median bound, stamps of ms",
    "4. verdicts that are wrong",
    "4. exit status 0",
    "4. acceptable, and wrongly",
    "4. findings without cause",
    "4. UNDECIDED",
    '4. "unknown" as the answer',
    "6. random sequences: crashes",
    "6. random sequences: phantoms",
    "6. random sequences: wrong MET, LATE or MISSED",
    "6. random sequences: false all-clears",
    "6. random sequences: acceptable, and wrongly",
    "6. random sequences: findings without cause",
    "6. random sequences: kinds right",
    "6. random sequences: Spans",
    "6. random sequences: 99 % of Spans",
    "7. host logs alone: crashes",
    "7. host logs alone: phantoms",
    "7. host logs alone: wrong MET, LATE or MISSED",
    "7. host logs alone: acceptable, and wrongly",
)


@cache
def held() -> tuple[Floor, ...]:
    return tuple(floors(studied()))


@pytest.mark.parametrize("name", FLOORS)
def test_what_it_must_show(name: str) -> None:
    found = [floor for floor in held() if floor.name.startswith(name)]

    assert found
    for floor in found:
        assert floor.holds, f"{floor.name}: {floor.figure}\n" + "\n".join(
            f"{row.case}: {fault}" for row in studied().rows for fault in row.faults
        )


def test_every_line_is_asserted() -> None:
    assert [floor.name for floor in held() if not floor.name.startswith(FLOORS)] == []


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What breaks the program, once it was studied whole."""
    studied()
    return monkeypatch


def test_an_injection_that_is_judged_to_its_first_reply_fails_it(broken: pytest.MonkeyPatch) -> None:
    broken.setitem(stages.DETECTION, "route-injection", "restored")

    assert "2. 99 % of detections and outages of each kind hold the truth" in _failed(_again("injection"))


def test_a_doubt_that_is_rounded_to_a_fail_fails_it(broken: pytest.MonkeyPatch) -> None:
    usual = limits.verdict_of

    def rounded(reason: JudgedBy) -> Verdict:
        return "MISSED" if reason == "straddles" else usual(reason)

    broken.setattr(limits, "verdict_of", rounded)

    assert "4. verdicts that are wrong" in _failed(_again("injection"))


def test_a_doubt_that_is_rounded_to_a_pass_fails_it(broken: pytest.MonkeyPatch) -> None:
    usual = limits.verdict_of

    def rounded(reason: JudgedBy) -> Verdict:
        return "MET" if reason == "straddles" else usual(reason)

    broken.setattr(limits, "verdict_of", rounded)

    assert "4. verdicts that are wrong" in _failed(_again("failure"))


@pytest.mark.parametrize("stalled", [False, True])
def test_what_nothing_explains_is_undecided_by_the_contract(*, stalled: bool) -> None:
    study = studied()
    row = next(row for row in study.matrix if any(one.full and one.verdict == "MET" for one in row.verdicts))
    open_ = replace(row, unexplained=stalled, verdicts=tuple(replace(one, verdict="UNDECIDED") for one in row.verdicts))
    (found,) = (
        one
        for one in floors(replace(study, matrix=(open_, *study.matrix[:40])))
        if one.name.startswith("4. UNDECIDED with full")
    )

    assert found.holds is stalled


def _again(scenario: str) -> list[Floor]:
    """The lines, once the tests of such scenarios have been analysed anew."""
    anew = {row.case: row for test in short() if scenario in test.scenario for row in analysed(test)}
    assert anew
    study = studied()
    return floors(replace(study, matrix=tuple(anew.get(row.case, row) for row in study.matrix)))


def _failed(lines: Iterable[Floor]) -> set[str]:
    return {one.name for one in lines if not one.holds}
