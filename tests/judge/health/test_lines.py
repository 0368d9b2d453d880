"""Lines that no rule takes, notes that nothing confirms, assumptions."""

from __future__ import annotations

from analyzer.model.correlation import Assumption
from analyzer.model.event import HaUnclassified, Mark
from tests.judge.health.scene import PROOF, by_code, dossier, event


def test_lines_that_no_rule_took() -> None:
    one = by_code(dossier(events=(event(HaUnclassified("HA what")),)))["AP301"]

    assert (one.severity, one.origins) == ("info", (PROOF,))
    assert "1 log line with HA evidence was" in one.sentence


def test_a_note_that_nothing_confirms() -> None:
    mark = event(Mark("route-add", None, None, "added the route"))

    finding = by_code(dossier(unconfirmed=(mark,)))["AP501"]

    assert "added the route" in finding.sentence
    assert finding.origins == (PROOF,)


def test_an_assumption_is_told() -> None:
    taken = Assumption("log-of-remaining", "genesis.out", "192.168.1.26")

    assert "genesis.out is taken as the log of" in by_code(dossier(assumptions=(taken,)))["AP502"].sentence
