"""A table is held against episodes as exactly as its clock is known."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from analyzer.judge import Dossier
from analyzer.judge.printed import printed, said
from analyzer.judge.unsettled import unsettled
from analyzer.model.clock import ClockOffset
from analyzer.model.correlation import Contradiction
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.path import Snapshot
from tests.judge.test_unsettled import at, dossier, failed


def offset(clock: str, by: Span, basis: Literal["measured", "assumed"]) -> ClockOffset:
    return ClockOffset(clock=clock, reference="capture", offset=by, basis=basis, pairs=1)


OFF = Span(-600 * SECOND, 600 * SECOND)


@pytest.mark.parametrize(
    ("clock", "before", "is_open"),
    [
        pytest.param(offset("cvm:a", Span(-SECOND, 0), "measured"), 3, True, id="compared"),
        pytest.param(offset("cvm:a", Span(-5 * SECOND, 0), "measured"), 3, False, id="too loosely"),
        pytest.param(offset("cvm:a", OFF, "assumed"), 8, False, id="nothing compares it"),
        pytest.param(offset("cvm:a", OFF, "assumed"), 15, True, id="too far for a cluster"),
        pytest.param(offset("log:a", OFF, "assumed"), 15, False, id="any machine's"),
        pytest.param(offset("log:a", OFF, "assumed"), 90, True, id="too far for any"),
        pytest.param(offset("cvm:a", Span(-7200 * SECOND, 7200 * SECOND), "assumed"), 90, False, id="no zone"),
    ],
)
def test_where_the_clocks_allow_both_nothing_is_contradicted(clock: ClockOffset, before: int, *, is_open: bool) -> None:
    at_fault = Instant(clock.clock, (1000 - before) * SECOND, (1000 - before) * SECOND)
    told = dossier(Snapshot(state="cvm-down", of=failed().cvm, since=at_fault, until=at_fault), failed())
    told = Dossier(msgspec.structs.replace(told.found, clocks=(clock,)))

    assert unsettled(told) is is_open


def test_a_clock_is_no_better_than_others_that_are_compared() -> None:
    slow = offset("cvm:b", Span(20 * SECOND, 21 * SECOND), "measured")
    mine = offset("cvm:a", OFF, "assumed")
    before = Instant("cvm:a", 985 * SECOND, 985 * SECOND)
    told = dossier(Snapshot(state="cvm-down", of=failed().cvm, since=before, until=before), failed())

    assert not unsettled(Dossier(msgspec.structs.replace(told.found, clocks=(mine, slow))))


def test_a_log_that_was_set_leaves_its_machines_tables_open() -> None:
    set_back = Contradiction(name="set-back", clock="capture", by=20 * SECOND, source="genesis.out", line=9)
    told = dossier(Snapshot(state="cvm-down", of=failed().cvm, since=at(950), until=at(950)), failed())

    assert not unsettled(Dossier(msgspec.structs.replace(told.found, contradictions=(set_back,))))


def test_no_time_of_a_clock_that_nothing_places() -> None:
    told = dossier(Snapshot(state="cvm-down", of=failed().cvm), failed())
    unplaced = Instant("cvm:z", 5 * SECOND, 6 * SECOND)

    assert printed(told, unplaced) is None
    assert said(told, unplaced) is None


def test_what_is_said_keeps_its_own_doubt() -> None:
    told = dossier(Snapshot(state="cvm-down", of=failed().cvm), failed())
    told = Dossier(msgspec.structs.replace(told.found, clocks=(offset("cvm:a", OFF, "assumed"),)))
    stamp = Instant("cvm:a", 50 * SECOND, 53 * SECOND)

    assert said(told, stamp) == Instant("capture", 50 * SECOND, 53 * SECOND)
    assert printed(told, stamp) == Instant("capture", 40 * SECOND, 63 * SECOND)
