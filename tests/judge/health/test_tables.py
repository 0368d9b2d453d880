"""A table of which no episode tells, beside episodes that are told."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from analyzer.judge import Dossier
from analyzer.judge.health.tables import _said, contradicting
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.path import Snapshot
from tests.judge.test_unsettled import dossier, failed
from tests.report import builder


@pytest.mark.parametrize(
    ("table", "shows"),
    [
        (Snapshot(state="forwarded", of="10.9.9.9", via="10.1.1.13"), "the host 10.9.9.9 redirected to 10.1.1.13"),
        (Snapshot(state="forwarded", of="10.9.9.9"), "the host 10.9.9.9 redirected to a CVM"),
        (Snapshot(state="cvm-down", of="10.9.9.8"), "the CVM 10.9.9.8 down"),
    ],
)
def test_it_is_said_what_the_table_shows(table: Snapshot, shows: str) -> None:
    (found,) = contradicting(dossier(table, builder.episode("cvm-failure").episode))

    assert (found.code, shows in found.sentence) == ("AP119", True)


@pytest.mark.parametrize(
    ("clock", "basis", "assumed"),
    [
        pytest.param("cvm:a", "assumed", " (assumed: its clock is right within 10 s)", id="a machine's own"),
        pytest.param("log:a", "assumed", " (assumed: its clock is right within 60 s)", id="anybody's"),
        pytest.param("cvm:a", "measured", "", id="compared"),
    ],
)
def test_what_is_taken_of_its_clock_is_told(clock: str, basis: Literal["assumed", "measured"], assumed: str) -> None:
    late = Instant(clock, 5000 * SECOND, 5000 * SECOND)
    told = dossier(Snapshot(state="cvm-down", of="10.9.9.8", since=late, until=late), failed())
    offset = ClockOffset(clock=clock, reference="capture", offset=Span(-600 * SECOND, 600 * SECOND), basis=basis)

    (found,) = contradicting(Dossier(msgspec.structs.replace(told.found, clocks=(offset,))))

    assert found.sentence.endswith(f"at a time at which no episode has that{assumed}")


def test_without_an_episode_there_is_nothing_to_contradict() -> None:
    assert contradicting(dossier(Snapshot(state="forwarded", of="10.9.9.9"))) == []


def test_a_table_that_names_nobody_is_of_whom_it_was_printed_on() -> None:
    assert "the host that it was printed on redirected" in _said(Snapshot(state="forwarded", of=None))
