"""Tests in which no host's path changes, with all that a log or a capture may hold besides: no episode, no problem.

A test is drawn by its number: the cluster, what goes on in it, the voice, foreign lines, and whose clocks are set.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec

from analyzer.config import Settings
from analyzer.errors import AutopathError
from analyzer.lab.simulate import Evidence, Options, Scenario, Simulated, simulate
from analyzer.lab.simulate.scenario.scenario import Fault
from analyzer.model.run import Run
from analyzer.model.truth import TrueVantage
from analyzer.pipeline import analyze
from bench.accuracy.foreign.mixing import Machines, mixed
from bench.wordings.clocks import set_capture, set_log
from tests.wordings.reworded import reworded
from tests.wordings.voice import VOICES, named, read_voice

HEALTHY_TESTS = 2000
FIRST_SEED = 800_000
NOISE = ("nothing", "genesis-restart", "connection-reset", "idle", "vmotion-burst")
EVERY_LOG = ("genesis", "vmkernel", "vobd", "shell", "auth")
MIXES = (("genesis",), EVERY_LOG, ("span", "vmk1", "genesis"), ("span", "vmk1", *EVERY_LOG), ("vmk1", "genesis"))
LONGEST_STEP = 3600  # s


class HealthyTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test as it was drawn: `steps` are the devices' clocks that are set, when of the test's time (0 to 1) and by how
    many seconds.
    """

    number: int
    noise: str
    voice: str
    nodes: int
    what: tuple[str, ...]
    steps: tuple[tuple[str, float, int], ...]

    @property
    def name(self) -> str:
        """What it is called where it is wrong."""
        clocks = ", ".join(f"{device} set by {by} s" for device, _, by in self.steps)
        return f"healthy {self.number}: {self.noise}, {self.voice}, {'+'.join(self.what)}{', ' * bool(clocks)}{clocks}"


class HealthyRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of it that is not so."""

    test: HealthyTest
    wrong: tuple[str, ...]


def drawn(number: int) -> HealthyTest:
    """The test of this number."""
    random = Random(f"healthy/{number}")  # noqa: S311 - a simulation
    what = random.choice(MIXES)
    devices = [one for one in ("span", "vmk1", "genesis", "vmkernel") if one in what]
    steps = [
        (random.choice(devices), random.uniform(0.05, 0.95), random.choice((-1, 1)) * _step(random))
        for _ in range(random.choice((0, 0, 1, 1, 2)))
    ]
    return HealthyTest(
        number=number,
        noise=random.choice(NOISE),
        voice=random.choice(("own wording", *(path.stem for path in VOICES))),
        nodes=random.choice((3, 3, 4, 5)),
        what=what,
        steps=tuple(steps),
    )


def _step(random: Random) -> int:
    return random.choice((random.randint(1, 9), random.randint(9, 60), random.randint(60, LONGEST_STEP)))


def row_of(number: int) -> HealthyRow:
    """Simulate the test, write it as it was drawn, and look at what is said of it."""
    test = drawn(number)
    with tempfile.TemporaryDirectory(prefix="healthy-") as folder:
        try:
            run = analyze(_written(test, Path(folder)), Settings(log_timezone="UTC", hash="none"))
        except AutopathError as error:
            return HealthyRow(test=test, wrong=(f"refused: {error}",))
        except Exception as error:  # noqa: BLE001 - a traceback of the analysis is a finding of the study
            return HealthyRow(test=test, wrong=(f"crashed: {type(error).__name__}: {error}",))
    return HealthyRow(test=test, wrong=_wrong(run))


def _wrong(run: Run) -> tuple[str, ...]:
    episodes = (f"told and not true: {one.episode.kind} of {one.episode.host}, {one.verdict}" for one in run.episodes)
    findings = (f"{one.code}: {one.sentence}" for one in run.findings if one.severity == "problem")
    return (*episodes, *findings)


def _written(test: HealthyTest, folder: Path) -> list[Path]:
    """The test's files of its mix: logs in its voice, among foreign lines, then stamped by clocks that are set."""
    made = _simulated(test)
    files = [one for one in made.truth.evidence if one.what in test.what]
    found = {one.file: _with_noise(made.files[one.file], one, made, test) for one in files}
    paths = []
    for name, content in found.items():
        if content:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            paths.append(folder / name)
    return paths


def _simulated(test: HealthyTest) -> Simulated:
    fault = Fault(do=test.noise, on=2, at=Decimal(20), seconds=Decimal(20)) if test.noise != "nothing" else None  # type: ignore[arg-type]
    scenario = Scenario(name="healthy", nodes=test.nodes, quiet=Decimal(90), fault=(fault,) if fault else ())
    wording: Mapping[str, str] = {} if test.voice == "own wording" else {"wording": "plain"}
    options = msgspec.structs.replace(Options(header="milliseconds"), **wording)
    return simulate(scenario, FIRST_SEED + test.number, options, Evidence(esxi_logs=True))


def _with_noise(content: bytes, one: TrueVantage, made: Simulated, test: HealthyTest) -> bytes:
    text = content.decode() if one.what in EVERY_LOG else ""
    hosts, cvms = ([each.address for each in cast] for cast in (made.truth.hosts, made.truth.cvms))
    if one.what == "genesis":
        if test.voice != "own wording":
            path = next(each for each in VOICES if each.stem == test.voice)
            text = reworded(text, read_voice(path), named(zip(hosts, cvms, strict=True)))
        text = mixed(text, test.number, Machines(tuple(hosts), tuple(cvms))) if text else ""
    begin, end = _time(made)
    for device, part, seconds in test.steps:
        when = begin + round((end - begin) * part)
        if device == one.what and not text:
            content = set_capture(content, when, seconds)
        elif device == one.what or (device == "vmkernel" and one.what in EVERY_LOG[1:]):
            text = set_log(text, when, seconds)
    return text.encode() if one.what in EVERY_LOG else content


def _time(made: Simulated) -> tuple[int, int]:
    """From when to when the captures are, ns."""
    known = [(one.first, one.last) for one in made.truth.evidence if one.first is not None and one.last is not None]
    return min(first for first, _ in known), max(last for _, last in known)
