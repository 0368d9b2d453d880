"""What the checks found of a Stargate, looked up by time."""

from __future__ import annotations

from analyzer.judge.index import Found, Said, StargateState, by_time, last_until, stargate_checks
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin

CVM, OTHER = "192.168.1.26", "192.168.1.28"


def said(at: int, state: StargateState, cvm: str = CVM) -> Said:
    return Said(cvm, state, Instant("capture", at * SECOND, at * SECOND), Origin("genesis.out", at))


CHECKS = (said(90, "up"), said(0, "up"), said(30, "down"), said(60, "initializing"), said(30, "up", OTHER))


def test_each_cvm_has_its_own_checks_in_order() -> None:
    found = stargate_checks(CHECKS)

    assert [one.origin.number for one in found[CVM].named] == [0, 30, 90]
    assert [one.is_down for one in found[CVM].named] == [False, True, False]
    assert [one.origin.number for one in found[OTHER].named] == [30]


def test_a_stargate_is_well_or_ill_in_a_time() -> None:
    mine = stargate_checks(CHECKS)[CVM]

    assert mine.well.any_overlapping(90 * SECOND, 91 * SECOND)
    assert not mine.well.any_overlapping(1, 89 * SECOND)
    assert mine.ill.any_overlapping(1, 60 * SECOND)
    assert not mine.ill.any_overlapping(61 * SECOND, 99 * SECOND)


def test_it_is_back_where_no_check_finds_it_ill_any_more() -> None:
    mine = stargate_checks((*CHECKS, said(120, "up")))[CVM]
    ill_again = stargate_checks((*CHECKS, said(120, "down")))[CVM]

    assert mine.back(0) == Found(90 * SECOND, is_down=False, origin=Origin("genesis.out", 90))
    assert mine.back(100 * SECOND) == Found(120 * SECOND, is_down=False, origin=Origin("genesis.out", 120))
    assert ill_again.back(0) is None


def test_the_last_check_until_a_time() -> None:
    named = stargate_checks(CHECKS)[CVM].named

    assert last_until(named, -1) is None
    last = last_until(named, 89 * SECOND)
    assert last is not None
    assert last.origin.number == 30


def test_values_are_looked_up_by_key_and_time() -> None:
    found = by_time([("a", (0, 10, 1)), ("b", (5, 6, 2)), ("a", (8, 20, 3))])

    assert [*found["a"].overlapping(9, 9)] == [1, 3]
    assert [*found["b"].overlapping(7, 99)] == []
