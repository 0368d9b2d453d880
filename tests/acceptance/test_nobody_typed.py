"""Where nobody typed a command, no route is told to be injected or deleted by hand, whatever happens to the CVMs.

Sequences of restarts, hangs, reboots and failures at any phase of the checks, by seed; the truth is what was done.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from analyzer.config import Settings
from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence, Options, Scenario, Simulated, simulate
from analyzer.lab.simulate.scenario.action import Action
from analyzer.lab.simulate.scenario.scenario import Fault
from analyzer.pipeline import analyze

LASTING: tuple[Action, ...] = ("stargate-restart", "cvm-hang", "nfs-hang")
SEEDS = range(700, 724)
BY_HAND = {"route-injection", "route-deletion"}
MIXES = {
    "everything": ("span", "vmk1", "genesis", "vmkernel", "vobd", "shell", "auth"),
    "captures + log": ("span", "vmk1", "genesis"),
    "log": ("genesis",),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_route_is_told_to_be_changed_by_hand(seed: int, tmp_path: Path) -> None:
    made = _test(seed)
    for name, content in made.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    by_hand: list[tuple[str, str]] = []
    for mix, what in MIXES.items():
        files = dict.fromkeys(tmp_path / one.file for one in made.truth.evidence if one.what in what)
        assert files
        run = analyze(list(files), Settings(log_timezone="UTC", hash="none"))
        by_hand += [(mix, one.episode.kind) for one in run.episodes if one.episode.kind in BY_HAND]
    assert by_hand == []


def _test(seed: int) -> Simulated:
    """One to three mishaps of one node; those that would change nothing are left out."""
    faults = _faults(Random(seed))  # noqa: S311 - a simulation
    while True:
        try:
            scenario = Scenario(name=f"random-{seed}", fault=tuple(faults))
            return simulate(scenario, seed, Options(tail=75 * 10**9), Evidence(esxi_logs=True))
        except UsageError:
            faults.pop()


def _faults(random: Random) -> list[Fault]:
    at, found = Decimal(random.randint(140, 440)) / 10, list[Fault]()
    for _ in range(random.randint(1, 3)):
        if random.random() < 1 / 3:
            found.append(Fault(do="cvm-power-off", at=at))
            at += Decimal(random.randint(40, 700)) / 10
            found.append(Fault(do="cvm-power-on", at=at))
        else:
            seconds = Decimal(random.randint(40, 700)) / 10
            found.append(Fault(do=random.choice(LASTING), at=at, seconds=seconds))
        at += Decimal(random.randint(2, 900)) / 10
    return found
