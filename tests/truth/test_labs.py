"""Every scenario on real kernels, in a short period: what the analyzer says of it is the truth."""

from __future__ import annotations

from concurrent.futures import Future
from functools import cache
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import MILLISECOND
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement
from analyzer.model.path import Path as StoragePath
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import analyze
from tests.lab.netns.program import needs_root
from tests.lab.netns.recordings import RECORDINGS, every_lab
from tests.recordings import truth_of

pytestmark = needs_root

CAPTURES = ("span", "vmk0", "vmk1")
MODES = {
    "captures+genesis": (*CAPTURES, "genesis"),
    "captures": CAPTURES,
    "everything": (*CAPTURES, "genesis", "vmkernel", "shell"),
}
ON_THE_WIRE: tuple[InstantName, ...] = ("reset", "connected", "restored")
WIRE_ERROR = MILLISECOND
GAP_ERROR = 20 * MILLISECOND  # what the client and the lab note themselves, on a busy computer
USUAL_PAUSE = 600 * MILLISECOND
UNSEEN = {("other-cvm-failure", "captures")}  # its host does no I/O

every_mode = pytest.mark.parametrize("mode", MODES)


@cache
def analysed(folder: Path, mode: str) -> Run:
    truth = truth_of(folder)
    paths = [folder / one.file for one in truth.evidence if one.what in MODES[mode]]
    return analyze(paths, Settings(log_timezone=truth.clocks[0].zone))


def visible(truth: Truth, mode: str) -> list[TrueEpisode]:
    """Without a log only what the captures cover of the hosts that do I/O."""
    if mode != "captures":
        return list(truth.episodes)
    busy = {one.host for one in truth.service}
    return [one for one in truth.episodes if one.covered and one.host in busy]


def paired(folder: Path, mode: str) -> list[tuple[TrueEpisode, MeasuredEpisode]]:
    """What was, with what is told of it, in order; there is something unless nothing failed that could be seen."""
    truth = truth_of(folder)
    true = visible(truth, mode)
    assert bool(true) == (truth.scenario != "healthy" and (folder.name, mode) not in UNSEEN)
    return list(zip(true, analysed(folder, mode).episodes, strict=True))


def pairs(folder: Path, mode: str) -> list[tuple[TrueEpisode, Episode]]:
    return [(true, measured.episode) for true, measured in paired(folder, mode)]


def known(episode: Episode) -> dict[InstantName, KnownInstant]:
    return {instant.name: instant for instant in episode.instants if isinstance(instant, KnownInstant)}


@every_mode
@every_lab
def test_the_episodes_are_those_of_the_truth(labs: dict[str, Future[Path]], name: str, mode: str) -> None:
    folder = labs[name].result()

    found = [one.episode.kind for one in analysed(folder, mode).episodes]

    assert found == [one.kind for one in visible(truth_of(folder), mode)]


@every_mode
@every_lab
def test_host_gateway_and_paths(labs: dict[str, Future[Path]], name: str, mode: str) -> None:
    folder = labs[name].result()
    for true, found in pairs(folder, mode):
        host = next(host for host in truth_of(folder).hosts if host.address == true.host)
        # where no frame and no log joins vmk1's MAC with an address, the MAC is all that can be said
        assert found.host in (host.address, host.vmk1_mac)
        assert found.gateway == true.gateway
        assert found.gateway_valid == true.gateway_valid
        for path, expected in zip(
            (found.before, found.during, found.after), (true.before, true.during, true.after), strict=True
        ):
            assert agrees(path, expected), f"{found.kind}: {path} is not {expected}"


def agrees(found: StoragePath, true: StoragePath) -> bool:
    return found.kind == true.kind and (found.via == true.via or true.via is None)


@every_mode
@every_lab
def test_every_instant_holds_the_truth(labs: dict[str, Future[Path]], name: str, mode: str) -> None:
    folder = labs[name].result()
    for true, found in pairs(folder, mode):
        instants = known(found)
        fault = instants.pop("fault").at
        assert fault.least <= true.instants.fault.most
        assert true.instants.fault.least <= fault.most
        for instant_name, instant in instants.items():
            moment: int | None = getattr(true.instants, instant_name)
            if moment is not None:
                slack = WIRE_ERROR if instant_name in ON_THE_WIRE else GAP_ERROR
                at = instant.at
                assert at.least - slack <= moment <= at.most + slack, (
                    f"{found.kind} {instant_name}: {moment} not in {at}"
                )


@every_lab
def test_what_the_wire_shows_is_exact(labs: dict[str, Future[Path]], name: str) -> None:
    folder = labs[name].result()
    for true, found in pairs(folder, "captures+genesis"):
        for instant_name in ON_THE_WIRE:
            if true.covered and getattr(true.instants, instant_name) is not None:
                assert known(found)[instant_name].at.doubt <= WIRE_ERROR


@every_lab
def test_the_outage_is_what_the_client_saw(labs: dict[str, Future[Path]], name: str) -> None:
    folder = labs[name].result()
    for one, measured in paired(folder, "captures+genesis"):
        found = next(item for item in measured.measurements if item.metric == "outage")
        if one.outage is None or not isinstance(found, KnownMeasurement):
            assert not (one.outage and one.covered and one.outage > USUAL_PAUSE), f"{one.kind}: {found}"
        elif one.outage > USUAL_PAUSE:
            assert found.span.least - GAP_ERROR <= one.outage <= found.span.most + GAP_ERROR


@every_lab
def test_the_recording_is_whole(labs: dict[str, Future[Path]], name: str) -> None:
    folder = labs[name].result()
    truth = truth_of(folder)

    assert truth.made_by == "lab"
    assert truth.scenario == RECORDINGS[name].scenario
    assert all((folder / vantage.file).stat().st_size for vantage in truth.evidence)
    assert {"span", "vmk1", "genesis"} <= {vantage.what for vantage in truth.evidence}
    typed = [vantage for vantage in truth.evidence if vantage.what == "shell"]
    assert bool(typed) == any(one.kind in ("route-injection", "route-deletion") for one in truth.episodes)
    assert truth.service
    assert truth.service[0].path.kind == "local"
