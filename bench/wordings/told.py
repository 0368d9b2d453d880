"""What the voices tell: the recordings, and ten simulated tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options, simulate
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, TrueVantage, Truth
from analyzer.pipeline import analyze
from bench.accuracy.clocks import Dials
from bench.accuracy.design import scenario_named
from bench.accuracy.expected import Given, required
from tests.conftest import SAMPLES
from tests.recordings import recordings, truth_of
from tests.wordings.reworded import reworded
from tests.wordings.voice import Voice, named

SIMULATED = (
    "healthy",
    "cvm-failure",
    "cvm-recovery",
    "route-injection",
    "route-injection-invalid",
    "route-deletion",
    "nfs-hang",
    "other-cvm-failure",
    "whole-story",
    "two-hosts",
)
FIRST_SEED = 700_000
CAPTURES = ("span", "vmk1")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A test whose logs the voices tell: its files lie in `folder`; what its captures show, and its log as it is."""

    name: str
    folder: Path
    truth: Truth
    by_captures: tuple[TrueEpisode, ...] = ()
    by_log: tuple[TrueEpisode, ...] = ()

    @property
    def zone(self) -> str:
        """Of its stamps without one."""
        return next((clock.zone for clock in self.truth.clocks), "UTC")

    def of(self, *what: str) -> tuple[TrueVantage, ...]:
        """Its files of these kinds."""
        return tuple(one for one in self.truth.evidence if one.what in what)


def recorded() -> Iterator[Told]:
    """Every recording that has a genesis.out; one from elsewhere is only numbered."""
    for number, folder in enumerate(recordings(), 1):
        name = folder.name if folder.parent == SAMPLES else f"further recording {number}"
        if any(one.what == "genesis" for one in truth_of(folder).evidence):
            yield _told(name, folder, truth_of(folder))


def simulated(within: Path) -> Iterator[Told]:
    """The simulated tests, written into folders of `within`."""
    for number, scenario in enumerate(SIMULATED):
        options = Options(wording="plain", header="milliseconds")
        made = simulate(scenario_named(scenario), FIRST_SEED + number, options, Evidence())
        folder = within / f"simulated-{scenario}"
        for name, content in made.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        yield _told(folder.name, folder, made.truth)


def _told(name: str, folder: Path, truth: Truth) -> Told:
    bare = Told(name=name, folder=folder, truth=truth)
    by_captures, by_log = (_shown(bare, bare.of(*what)) for what in (CAPTURES, ("genesis",)))
    return msgspec.structs.replace(bare, by_captures=by_captures, by_log=by_log)


def _shown(test: Told, files: tuple[TrueVantage, ...]) -> tuple[TrueEpisode, ...]:
    if not files:
        return ()
    given = Given(files=files)
    run = analysed([test.folder / one.file for one in files], test.zone)
    return tuple(required(test.truth, run, given, Dials(test.truth, test.zone, given.device)))


def analysed(paths: list[Path], zone: str) -> Run:
    """What is said of these files."""
    return analyze(paths, Settings(log_timezone=zone, hash="none"))


def tell(test: Told, voice: Voice, within: Path) -> tuple[TrueVantage, ...]:
    """Write the test's logs, in the voice's words, into `within`; those that say anything."""
    nodes = named((host.address, host.cvm) for host in test.truth.hosts)
    said = []
    for one in test.of("genesis"):
        text = reworded((test.folder / one.file).read_text("utf-8"), voice, nodes)
        if text:
            (within / one.file).parent.mkdir(parents=True, exist_ok=True)
            (within / one.file).write_text(text, "utf-8")
            said.append(one)
    return tuple(said)
