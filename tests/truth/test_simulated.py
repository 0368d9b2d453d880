"""What `analyze` says of a simulated test is its truth: kind, host, gateway, paths, and every span holds it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options
from analyzer.measure.outage import RUN_PAUSE
from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import MILLISECOND
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.path import Path as StoragePath
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import analyze
from tests.lab.simulate.made import made, written

WIRE, LOGS = ("span", "vmk1"), ("genesis", "vmkernel", "vobd", "shell", "auth")
MODES = {"all": (*WIRE, *LOGS), "wire+log": (*WIRE, "genesis"), "wire": WIRE, "log": ("genesis",)}
ONE_BUSY_HOST = Options(busy_hosts=1)

# (scenario, seeds, modes): what both agree on
CASES = [
    ("healthy", range(1, 6), ("all", "wire", "log")),
    ("cvm-failure", range(1, 6), ("all", "wire", "log")),
    ("route-injection", range(1, 6), ("all", "wire+log", "log")),
    ("route-injection-invalid", range(1, 6), ("all", "wire+log", "log")),
    ("route-deletion", range(1, 6), ("all", "wire+log", "log")),
    ("cvm-recovery", range(1, 6), ("all", "wire", "log")),
    ("nfs-hang", range(1, 6), ("all", "wire", "log")),
    ("other-cvm-failure", range(1, 6), ("all", "wire+log", "log")),
    ("whole-story", range(1, 6), ("all", "wire+log", "log")),
]

every_case = pytest.mark.parametrize(
    ("name", "seed", "mode"),
    [
        pytest.param(name, seed, mode, id=f"{name}-{seed}-{mode}")
        for name, seeds, modes in CASES
        for seed in seeds
        for mode in modes
    ],
)


@cache
def analysed(
    name: str, seed: int, mode: str, options: Options = ONE_BUSY_HOST, vantages: tuple[str, ...] = WIRE
) -> tuple[Truth, Run]:
    simulated = made(name, seed, options, Evidence(esxi_logs=True, vantages=vantages))
    with tempfile.TemporaryDirectory() as place:
        folder = written(simulated, Path(place))
        wanted = [one.file for one in simulated.truth.evidence if one.what in (*MODES[mode], "vmk0")]
        return simulated.truth, analyze([folder / file for file in wanted], Settings(log_timezone="UTC"))


def visible(truth: Truth, mode: str) -> list[TrueEpisode]:
    """A hang shows only on the wire; what came before the captures only in logs."""
    wire, logs = "span" in MODES[mode], "genesis" in MODES[mode]
    return [
        one for one in truth.episodes if (one.covered if not logs else True) and (wire or one.kind != "unexplained")
    ]


def paired(truth: Truth, run: Run, mode: str) -> list[tuple[TrueEpisode, MeasuredEpisode]]:
    """What was, with what is told of it, in order; there is something unless nothing failed that could be seen."""
    found = sorted(run.episodes, key=lambda one: instants(one.episode)["fault"].at.least)
    true = visible(truth, mode)
    assert bool(true) == (truth.scenario != "healthy" and (truth.scenario, mode) != ("nfs-hang", "log"))
    return list(zip(true, found, strict=True))


def names_of(truth: Truth, host: str) -> set[str | None]:
    """A capture of an internal switch alone does not tell whose it is: then its MAC stands for the host."""
    one = next(one for one in truth.hosts if one.address == host)
    return {one.address, one.vmk0_mac, one.vmk1_mac}


def agrees(found: StoragePath, true: StoragePath) -> bool:
    return found.kind == true.kind and (true.kind != "remote" or found.via == true.via)


def instants(episode: Episode) -> dict[str, KnownInstant]:
    return {one.name: one for one in episode.instants if isinstance(one, KnownInstant)}


@every_case
def test_the_analysis_tells_the_truth(name: str, seed: int, mode: str) -> None:
    truth, run = analysed(name, seed, mode)

    found = sorted((measured.episode for measured in run.episodes), key=lambda one: instants(one)["fault"].at.least)
    true = visible(truth, mode)

    assert [one.kind for one in found] == [one.kind for one in true]
    for expected, measured in paired(truth, run, mode):
        one = measured.episode
        assert one.host in names_of(truth, expected.host)
        assert one.gateway == expected.gateway
        assert agrees(one.before, expected.before)
        assert agrees(one.after, expected.after)
        assert agrees(one.during, expected.during) or (expected.gateway_valid and one.during.kind in ("dead", "remote"))


@every_case
def test_every_span_holds_the_truth(name: str, seed: int, mode: str) -> None:
    holds(*analysed(name, seed, mode), mode)


FAULTS = [name for name, _, modes in CASES if "wire+log" in modes or name in ("cvm-failure", "cvm-recovery")]


@pytest.mark.parametrize("connections", [2, 4])
@pytest.mark.parametrize("seed", [6, 7])
@pytest.mark.parametrize("name", FAULTS)
def test_every_span_holds_the_truth_of_several_connections(name: str, seed: int, connections: int) -> None:
    holds(*analysed(name, seed, "wire+log", Options(connections=connections)), "wire+log")


@pytest.mark.parametrize("seed", [6, 7])
@pytest.mark.parametrize("name", FAULTS)
def test_every_span_holds_the_truth_with_captures_of_all_ports(name: str, seed: int) -> None:
    vantages = ("span", "vmk0", "vmk1", "vmk1:2", "vmk1:3")
    holds(*analysed(name, seed, "wire+log", Options(), vantages), "wire+log")


@pytest.mark.parametrize("seed", range(1, 8))
@pytest.mark.parametrize("name", ["cvm-failure", "route-injection", "route-injection-invalid", "route-deletion"])
def test_the_outage_is_the_true_one(name: str, seed: int) -> None:
    """As far as it is longer than a usual pause: less is no outage, but a pause that happens to be at the fault."""
    truth, run = analysed(name, seed, "wire+log")

    for expected, one in paired(truth, run, "wire+log"):
        outage = next(measured for measured in one.measurements if measured.metric == "outage")
        assert expected.outage is not None
        assert isinstance(outage, KnownMeasurement) == expected.covered
        if isinstance(outage, KnownMeasurement) and expected.outage > RUN_PAUSE:
            assert outage.span.least - MILLISECOND <= expected.outage <= outage.span.most + MILLISECOND


def holds(truth: Truth, run: Run, mode: str) -> None:
    """Every span of the run holds the instant that it tells of."""
    for expected, measured in paired(truth, run, mode):
        one = measured.episode
        known = instants(one)
        fault = known.pop("fault").at
        assert fault.least - MILLISECOND <= expected.instants.fault.most
        assert fault.most + MILLISECOND >= expected.instants.fault.least
        for label, instant in known.items():
            moment = getattr(expected.instants, label)
            if moment is None:
                assert label in ("recovered", "check", "reset", "connected"), label
                continue
            assert instant.at.least - MILLISECOND <= moment <= instant.at.most + MILLISECOND, f"{one.kind} {label}"


def test_a_healthy_cluster_with_a_clock_that_is_off_stays_healthy() -> None:
    simulated = made("healthy", 2, Options(clock=("cvm=90s",)))
    with tempfile.TemporaryDirectory() as place:
        run = analyze([written(simulated, Path(place))], Settings(log_timezone="UTC"))

    assert not run.episodes
