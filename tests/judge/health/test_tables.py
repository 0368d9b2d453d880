"""A table of which no episode tells, beside episodes that are told."""

from __future__ import annotations

import pytest

from analyzer.judge.health.tables import _said, contradicting
from analyzer.model.path import Snapshot
from tests.judge.test_unsettled import dossier
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


def test_without_an_episode_there_is_nothing_to_contradict() -> None:
    assert contradicting(dossier(Snapshot(state="forwarded", of="10.9.9.9"))) == []


def test_a_table_that_names_nobody_is_of_whom_it_was_printed_on() -> None:
    assert "the host that it was printed on redirected" in _said(Snapshot(state="forwarded", of=None))
