"""AP116: only where the replies show that the CVM served."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.judge.health.still_served import still_served
from analyzer.model.episode import Claim, EpisodeNote, Statement
from analyzer.model.source import Origin
from tests.judge.health.scene import dossier
from tests.measure.builder import episode

PROOF = Origin("vmk1.pcap", 7)


FOUND = Claim(Statement("found-absent"), (Origin("genesis.out", 1),))
SERVED = Claim(Statement("still-served", of="192.168.1.26"), (PROOF,))


@pytest.mark.parametrize(
    ("note", "claims", "codes"),
    [
        pytest.param("still-served", (FOUND, SERVED), ["AP116"], id="found-down"),
        pytest.param("still-served", (SERVED,), [], id="forwarded-without-a-finding"),
        pytest.param(None, (FOUND,), [], id="a-failure"),
        pytest.param("stalled", (FOUND,), [], id="another-note"),
    ],
)
def test_a_host_that_its_own_cvm_served(note: EpisodeNote | None, claims: tuple[Claim, ...], codes: list[str]) -> None:
    told = replace(episode(), cvm="192.168.1.26", note=note, claims=claims)

    found = still_served(told, dossier())

    assert [one.code for one in found] == codes
    assert all(one.origins == (PROOF,) and "192.168.1.26 served 192.168.1.24" in one.sentence for one in found)


def test_a_cvm_without_an_address_is_the_hosts_own() -> None:
    (one,) = still_served(replace(episode(), cvm=None, note="still-served", claims=(FOUND, SERVED)), dossier())

    assert one.sentence.startswith("The own CVM served 192.168.1.24 ")
