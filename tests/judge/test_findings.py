"""Findings of whole runs: none in health, each simulated trouble by its code and no other, each with its proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run as simulate
from analyzer.config import Settings
from analyzer.judge import run_findings
from analyzer.model.correlation import Assumption, Contradiction
from analyzer.model.event import HostStorage
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.judge.health import scene

QUIET = {"AP202", "AP502"}  # what is assumed is told in health, too

# of each recorded or simulated sample, beside QUIET: what is wrong in it, and nothing else
EXPECTED: dict[str, set[str]] = {
    "healthy": set(),
    "nfs-hang": set(),
    "cvm-failure": set(),
    "cvm-recovery": set(),
    "route-deletion": set(),
    "two-hosts": set(),
    "route-injection": {"AP106"},
    "route-injection-invalid": {"AP108"},
    "esxi-8-logs": {"AP101", "AP106"},
    "vlan-snaplen-96": {"AP405"},
}

SIMULATED: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "healthy": (("healthy", "--esxi-logs"), set()),
    "healthy, terse wording": (("healthy", "--wording", "terse", "--leader", "1"), set()),
    "healthy, physical switch": (("healthy", "--switch", "physical", "--busy-hosts", "0"), set()),
    "the network loses segments": (("healthy", "--network-loss", "30", "--rsize", "20000"), set()),
    "the capture loses frames": (("healthy", "--loss", "20"), {"AP403"}),
    "the mirror copies frames": (("healthy", "--duplicates", "100"), {"AP404"}),
    "frames cut": (("healthy", "--snaplen", "96"), {"AP405"}),
    "one direction in": (("healthy", "--direction", "in"), {"AP406"}),
    "one direction out": (("healthy", "--direction", "out"), {"AP406"}),
    "period of 60 s": (("healthy", "--period", "60s"), {"AP111"}),
    "another host's CVM fails": (("other-cvm-failure",), set()),
    "the leader dies": (("cvm-failure", "--leader", "1"), {"AP114"}),
    "a long election": (
        ("whole-story", "--leader", "1", "--election", "70s"),
        {"AP106", "AP112", "AP114"},
    ),
    "typed": (("route-injection-invalid", "--esxi-logs"), {"AP101", "AP108"}),
    "late for ESXi": (("cvm-failure", "--esxi-logs", "--period", "90s"), {"AP102", "AP111"}),
}


def told(run: Run) -> set[str]:
    """The codes of a run and its episodes, but for what is told in health, too."""
    findings = [*run.findings, *(finding for one in run.episodes for finding in one.findings)]
    assert all(finding.title and finding.sentence and finding.advice for finding in findings)
    return {finding.code for finding in findings} - QUIET


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_has_the_findings_that_it_should(name: str) -> None:
    assert told(analyze([SAMPLES / name], Settings(log_timezone="UTC"))) == EXPECTED[name]


@pytest.mark.parametrize("name", SIMULATED)
def test_what_is_wrong_in_a_simulation_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    arguments, expected = SIMULATED[name]
    folder = tmp_path / "case"
    assert simulate(["simulate", *arguments, "--seed", "3", "-o", str(folder)]) == 0

    assert told(analyze([folder], Settings(log_timezone="UTC"))) == expected


def test_every_finding_of_a_list_is_in_order() -> None:
    lost = tuple(
        scene.event(HostStorage("server-lost", "192.168.5.2"), origin=Origin("vobd.log", n)) for n in range(20)
    )
    taken = tuple(Assumption("log-of-remaining", log, "192.168.1.26") for log in ("b", "a"))
    apart = Contradiction(name="cause-and-effect", clock="c")
    what = scene.dossier(events=lost, assumptions=taken, contradictions=(apart,))

    assert [finding.code for finding in run_findings(what)] == ["AP102", "AP203", "AP502", "AP502"]


def test_nothing_gives_nothing() -> None:
    assert run_findings(scene.dossier()) == ()
