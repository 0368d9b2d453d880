"""Every sample and scenario, with one of its files removed or spoilt: no all-clear for an episode that the rest can't
exclude, and no person and no Genesis named without a line that shows it.

A run that calls it acceptable tells each episode of the truth that lies in the time it speaks of. Of the scenarios CI
looks at some, which a seed picks; `make matrix` looks at all of each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.lab.simulate import Evidence, Options
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.told import Doubt
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import analyze
from tests.acceptance.test_no_blame import blamed
from tests.conftest import SAMPLES
from tests.lab.simulate.made import made, written
from tests.recordings import truth_of
from tests.spoilt import changes, spoilt

WHOLE = "AUTOPATH_MATRIX"  # set: every scenario, every file, every change
CLOSE = 5 * SECOND  # a clock of a log may be off by so much
FEW_SCENARIOS, FEW_CHANGES = 8, 6
ADDED_FIRST = Doubt("failure-unlogged")
UTC = Settings(log_timezone="UTC", hash="none")
FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/truth.json"))
SCENARIOS = sorted(path for path in SAMPLES.glob("*/*.toml") if path.stem != "cases")

Case = tuple[str, str]
"""A file, and what is done to it."""
AS_IT_IS: Case = ("", "")


def cases_of(truth: Truth) -> list[Case]:
    """Every file of a test's evidence, with each of what may be done to it."""
    files = dict.fromkeys(one.file for one in truth.evidence)
    return [(name, change) for name in files for change in changes(name)]


def wrong(folder: Path, truth: Truth, case: Case, place: Path) -> Iterator[str]:
    """What is wrong with the answer to a test's evidence after a change."""
    spoilt_file, change = case
    for name in dict.fromkeys(one.file for one in truth.evidence):
        data: bytes | None = (folder / name).read_bytes()
        if name == spoilt_file and data is not None:
            data = spoilt(name, data, changes(name)[change])
        if data is not None:
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    try:
        run = analyze([place], UTC)
    except EvidenceError:
        return
    yield from blamed(run)
    untold = [one for one in truth.episodes if not is_told(one, truth, run) and is_of_its_time(one, run)]
    if run.acceptable != "yes":
        return
    for one in untold:  # checks see who is forwarded, and no stall
        if one.kind != "unexplained":
            yield f"acceptable without {one.kind} of {one.host}"
        elif is_denied(one, truth, run):
            yield f"no interruption of {one.host}, which had one"


def is_told(true: TrueEpisode, truth: Truth, run: Run) -> bool:
    """Whether an episode of this kind, or one whose kind is not known, is told of its host, by whatever name; or a
    failure, of which it says that the route which somebody typed, and whom it names, may have come before it.
    """
    names = names_of(true, truth)
    mine = [one for one in run.episodes if one.episode.host in names]
    doubted = [one for one in mine if ADDED_FIRST in one.episode.doubts]
    named = any(finding.code == "AP101" for one in doubted for finding in one.findings)
    kinds = {one.episode.kind for one in mine}
    return (true.kind == "route-injection" and named) or bool(kinds & {true.kind, "unexplained"})


def names_of(true: TrueEpisode, truth: Truth) -> tuple[str | None, ...]:
    """What an episode's host may be called; None where nothing names it."""
    host = next(one for one in truth.hosts if one.address == true.host)
    return None, host.address, host.name, host.vmk0_mac, host.vmk1_mac


def is_denied(true: TrueEpisode, truth: Truth, run: Run) -> bool:
    """Whether a run says of the time of a stall that its host was served, or that no host's storage was interrupted."""
    fault, names = true.instants.fault, names_of(true, truth)
    served = [
        (sight.first, sight.last)
        for host in run.coverage.hosts
        if host.host in names
        for sight in host.seen
        if sight.by == "replies"
    ]
    steady = [run.coverage.steady] if run.coverage.steady is not None and not run.episodes else []
    return any(first + CLOSE <= fault.least and fault.most <= last - CLOSE for first, last in (*served, *steady))


def is_of_its_time(true: TrueEpisode, run: Run) -> bool:
    """Whether an episode's fault lies in the time that the run speaks of."""
    if true.kind == "cvm-recovery" and true.instants.repaired is None:  # it moved no path: see docs/matrix.md
        return False
    time, fault = run.coverage.time, true.instants.fault
    return time is not None and time[0] + CLOSE <= fault.most and fault.least <= time[1] - CLOSE


@pytest.mark.parametrize(
    ("folder", "case"),
    [pytest.param(one, case, id=f"{one.name}-{'-'.join(case)}") for one in FOLDERS for case in cases_of(truth_of(one))],
)
def test_a_sample(folder: Path, case: Case, tmp_path: Path) -> None:
    assert not [*wrong(folder, truth_of(folder), case, tmp_path)]


WRONG_ONCE: list[tuple[str, Case]] = [
    ("confounders/added-by-hand", ("vmk1.pcap", "its first tenth")),
    ("confounders/added-by-hand", ("192.168.1.24/shell.log", "removed")),
    ("confounders/cvm-hang-short", ("vmk1.pcap", "its first tenth")),
    ("kinds/added-while-restarting", ("vmk1.pcap", "removed")),
    ("kinds/added-while-restarting", ("vmk1.pcap", "only to the storage address")),
    ("kinds/added-and-failed", ("vmk1.pcap", "its first tenth")),
    ("kinds/added-to-nobody-and-failed", AS_IT_IS),
    ("kinds/added-to-nobody-and-failed", ("192.168.1.27/genesis.out", "removed")),
    ("kinds/added-to-nobody-and-failed", ("192.168.1.24/shell.log", "removed")),
    ("kinds/added-to-nobody-and-failed", ("192.168.1.24/vmkernel.log", "removed")),
    ("kinds/added-to-nobody-and-failed", ("span.pcap", "only to the storage address")),
    ("kinds/gateway-restarts", ("192.168.1.27/genesis.out", "removed")),
]
"""Found by `make matrix`."""


@pytest.mark.parametrize(("name", "case"), WRONG_ONCE, ids=lambda one: "-".join(one) if isinstance(one, tuple) else one)
def test_what_was_wrong_once(name: str, case: Case, tmp_path: Path) -> None:
    simulated = made(str(SAMPLES / f"{name}.toml"), 7, Options(tail=40 * SECOND), Evidence(esxi_logs=True))
    folder = written(simulated, tmp_path / "whole")

    assert not [*wrong(folder, simulated.truth, case, tmp_path / "spoilt")]


def some(scenarios: list[Path]) -> list[Path]:
    """Those that are looked at."""
    return scenarios if WHOLE in os.environ else Random(7).sample(scenarios, FEW_SCENARIOS)  # noqa: S311 - a slice


@pytest.mark.parametrize("scenario", some(SCENARIOS), ids=lambda path: path.stem)
def test_a_scenario(scenario: Path, tmp_path: Path) -> None:
    simulated = made(str(scenario), 7, Options(tail=40 * SECOND), Evidence(esxi_logs=True))
    folder, every = written(simulated, tmp_path / "whole"), cases_of(simulated.truth)
    if WHOLE not in os.environ:
        every = Random(scenario.stem).sample(every, FEW_CHANGES)  # noqa: S311 - a slice
    assert every

    found = [
        f"{case}: {one}"
        for number, case in enumerate([AS_IT_IS, *every])
        for one in wrong(folder, simulated.truth, case, tmp_path / str(number))
    ]

    assert found == []
