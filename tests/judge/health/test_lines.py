"""Lines that no rule takes, notes that nothing confirms, assumptions."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.judge import answer, coverage_of, run_findings
from analyzer.judge.dossier import begin
from analyzer.model.correlation import Assumption
from analyzer.model.event import Event, Forwarding, HaUnclassified, Mark, RouteCommand, StargateStates, TaskCreated
from analyzer.model.instant import Instant
from analyzer.model.traffic import CaptureTotals
from tests.judge.health.scene import PROOF, by_code, dossier, event
from tests.report import builder


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

    assert "genesis.out is assumed to be the log of" in by_code(dossier(assumptions=(taken,)))["AP502"].sentence


def unread(text: str) -> Event:
    """A line that no rule takes, told as its log has it."""
    told = event(HaUnclassified("HA what"), text=f"2026-01-02 03:04:05,600Z {text}")
    return msgspec.structs.replace(told, rule="unclassified HA evidence")


UP = event(StargateStates(up=("192.168.1.26",), all_of="up"))
WARNS, SAYS, DOES = (
    unread(text) for text in ("WARNING ha_service.py:1 odd", "INFO ha_service.py:1 odd", "INFO hypervisor_ha.py:1 odd")
)


@pytest.mark.parametrize(
    ("events", "first"),
    [
        pytest.param((UP, WARNS), "WARNING", id="a warning"),
        pytest.param((UP, DOES), "hypervisor_ha", id="what was done on a host"),
        pytest.param((UP, SAYS), None, id="a word more, and the checks are understood"),
        pytest.param((SAYS,), "INFO", id="a word, and no check"),
        pytest.param((UP, SAYS, SAYS, DOES), "hypervisor_ha", id="the first that matters"),
        pytest.param(
            (UP, event(TaskCreated("add", None, "192.168.1.28"))), "line 4", id="a task for nobody knows whom"
        ),
        pytest.param((UP, event(Forwarding("absent", None, None, None))), "line 4", id="a route that is missing"),
        pytest.param((UP, event(Forwarding("correct", None, None, None))), None, id="a route that is right"),
        pytest.param((UP, event(RouteCommand("add", "person", None, "192.168.1.28"))), None, id="a person's command"),
        pytest.param((UP, event(HaUnclassified("no CVM to go to"))), None, id="a line that a rule leaves open"),
    ],
)
def test_lines_that_may_tell_of_a_failover(events: tuple[Event, ...], first: str | None) -> None:
    found = by_code(dossier(events=events)).get("AP302")

    assert (found is not None) is (first is not None)
    assert found is None or (first or "") in found.sentence


def test_three_wordings_are_quoted_those_that_warn_first() -> None:
    lines = (SAYS, unread("INFO ha_service.py:2 odd"), unread("INFO ha.py:1 a"), unread("INFO ha.py:1 b"), WARNS)

    said = by_code(dossier(events=lines))["AP301"].sentence

    assert [said.count(word) for word in ("WARNING", " odd", "ha.py:1 a", "ha.py:1 b")] == [1, 2, 1, 0]
    assert said.index("WARNING") < said.index("INFO")


def test_what_the_captures_show_or_an_episode_tells_decides() -> None:
    seen = CaptureTotals(source="a.file", frames=9, bytes=900, storage_frames=9, nfs_calls=(("READ", 3),))
    others = CaptureTotals(source="a.file", frames=9, bytes=900, nfs_calls=(("READ", 3),))

    assert "AP302" not in by_code(dossier(events=(WARNS,), captures=(seen,)))
    assert "AP302" in by_code(dossier(events=(WARNS,), captures=(others,)))
    episode = builder.episode("cvm-failure").episode
    meanwhile, before = (msgspec.structs.replace(WARNS, at=Instant("capture", at, at)) for at in (begin(episode), 0))
    assert "AP302" not in by_code(dossier(events=(meanwhile,), episodes=(episode,)))
    assert "AP302" in by_code(dossier(events=(meanwhile, before), episodes=(episode,)))


def test_a_host_that_is_known_has_its_story_told() -> None:
    episode = builder.episode("cvm-failure").episode
    named, unnamed = (event(TaskCreated("add", host, "192.168.1.28")) for host in ("192.168.1.24", None))

    assert "AP302" not in by_code(dossier(events=(named,), episodes=(episode,)))
    assert "AP302" in by_code(dossier(events=(unnamed,), episodes=(episode,)))


@pytest.mark.parametrize(
    ("further", "told"),
    [
        pytest.param((), True, id="and nothing else"),
        pytest.param((event(Forwarding("correct", "192.168.1.24", None, None)),), False, id="and the routes are right"),
    ],
)
def test_a_stargate_that_is_down(further: tuple[Event, ...], told: bool) -> None:
    down = event(StargateStates(down=("192.168.1.26",)))

    assert ("AP302" in by_code(dossier(events=(UP, down, *further)))) is told


def test_a_run_whose_lines_are_not_understood_is_undecided() -> None:
    evidence = dossier(events=(WARNS,))

    coverage = coverage_of(evidence, (), (), run_findings(evidence))

    assert [lack.name for lack in coverage.untold] == ["unread-lines"]
    assert answer((), coverage).verdict == "UNDECIDED"
    assert answer((builder.episode(verdict="MET"),), coverage).verdict == "UNDECIDED"
    assert answer((builder.episode(verdict="MISSED"),), coverage).verdict == "MISSED"
