"""What the host logged of its datastore."""

from __future__ import annotations

import pytest

from analyzer.model.event import HostStorage
from analyzer.model.source import Origin
from tests.judge.health.scene import PROOF, by_code, dossier, event, source


@pytest.mark.parametrize("state", ["apd-start", "apd-timeout", "server-lost"])
def test_a_lost_datastore_is_a_problem(state: str) -> None:
    finding = by_code(dossier(events=(event(HostStorage(state)),)))["AP102"]  # type: ignore[arg-type]

    assert (finding.severity, finding.origins) == ("problem", (PROOF,))


@pytest.mark.parametrize("state", ["apd-exit", "server-back", "io-retry", "lock-lost", "lock-back"])
def test_a_datastore_that_is_back_is_none(state: str) -> None:
    assert "AP102" not in by_code(dossier(events=(event(HostStorage(state)),)))  # type: ignore[arg-type]


def test_it_names_the_host_lists_some_proofs_and_counts_all() -> None:
    lost = tuple(event(HostStorage("apd-start"), origin=Origin("vobd.log", n)) for n in range(20))
    log = source("vobd.log", kind="vobd", host="192.168.1.24")

    finding = by_code(dossier(events=lost, sources=(log,)))["AP102"]

    assert len(finding.origins) == 8
    assert "The host 192.168.1.24" in finding.sentence
    assert "20 lines" in finding.sentence
