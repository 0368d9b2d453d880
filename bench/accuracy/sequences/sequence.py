"""One random sequence: all that its seed decides, and the evidence and truth that come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, Simulated, simulate
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.truth import Truth
from bench.accuracy.clocks import Step
from bench.accuracy.foreign.mixing import Machines, mixed
from bench.accuracy.sequences.faults import drawn_faults
from bench.accuracy.sequences.restamped import restamped
from bench.accuracy.sequences.voices import VOICES, reworded

ASKEW = ("cvm=~3s", "esxi=~2s", "span=~1s", "vmk1=~1s", "cvm=~2s,~30ppm", "esxi=~90s", "cvm=~90s")
STEPS = ((1, 3), (3, 30), (30, 3600))  # s
FOREIGN_LINES = 60
NOTHING = Scenario(name="nothing")
_POINTLESS = re.compile(r"fault (\d+)")


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """What a seed decides. `faults` are those that are tried; `voice` is one of `voices/`, or None for the simulator's
    own wordings; `sets`: how often a clock is set.
    """

    seed: int
    faults: tuple[Fault, ...]
    options: Options
    evidence: Evidence
    sets: int
    foreign: bool
    voice: str | None


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the faults that were done, the files as they are given, the clocks that were set."""

    faults: tuple[Fault, ...]
    files: dict[str, bytes]
    truth: Truth
    steps: tuple[Step, ...]


def drawn(seed: int) -> Sequence:
    """The sequence of a seed."""
    random = Random(f"sequence/{seed}")  # noqa: S311 - a simulation
    nodes, leader = random.choice((3, 3, 3, 4, 5)), random.choice((1, 2, 2, 3))
    vantages = ("span", "vmk1") if random.random() < 0.5 else ("span", *(f"vmk1:{one + 1}" for one in range(nodes)))
    voice = random.choice(sorted(VOICES)) if random.random() < 0.2 else None
    return Sequence(
        seed=seed,
        faults=drawn_faults(random, nodes, leader),
        options=Options(
            nodes=nodes,
            leader=leader,
            connections=random.choice((1, 1, 1, 2)),
            clock=tuple(random.sample(ASKEW, k=random.choice((1, 2)))) if random.random() < 0.25 else (),
            wording="plain" if voice else "drawn",
        ),
        evidence=Evidence(vantages=vantages, esxi_logs=True),
        sets=random.choice((1, 1, 2)) if random.random() < 0.2 else 0,
        foreign=random.random() < 0.3,
        voice=voice,
    )


def lived(sequence: Sequence) -> Lived:
    """Simulate it, and do to its files what the seed says."""
    faults, made = _simulated(sequence)
    truth = made.truth
    random = Random(f"sequence/{sequence.seed}/evidence")  # noqa: S311 - a simulation
    steps = tuple(_steps(random, truth, sequence.sets))
    machines = Machines(tuple(one.address for one in truth.hosts), tuple(one.address for one in truth.cvms))
    files = dict(made.files)
    for one in truth.evidence:
        content = files[one.file]
        if one.what == "genesis" and sequence.voice is not None:
            content = reworded(content.decode(), VOICES[sequence.voice]).encode()
        if one.what == "genesis" and sequence.foreign and content:
            content = mixed(content.decode(), random.randrange(1 << 30), machines, FOREIGN_LINES).encode()
        files[one.file] = restamped(truth, one, content, steps)
    return Lived(faults=faults, files=files, truth=truth, steps=steps)


def _simulated(sequence: Sequence) -> tuple[tuple[Fault, ...], Simulated]:
    """The simulation, without the faults that would change nothing when their time has come."""
    faults = list(sequence.faults)
    while True:
        scenario = NOTHING if not faults else Scenario(name=f"sequence-{sequence.seed}", fault=tuple(faults))
        try:
            return tuple(faults), simulate(scenario, sequence.seed, sequence.options, sequence.evidence)
        except UsageError as error:
            found = _POINTLESS.search(str(error))
            if found is None:
                raise
            del faults[int(found[1]) - 1]


def _steps(random: Random, truth: Truth, count: int) -> Iterator[Step]:
    """Clocks that are set: between two checks, in the middle of an outage, or at any time."""
    covered = [at for one in truth.evidence for at in (one.first, one.last) if at is not None]
    for _ in range(count):
        clock = random.choice(truth.clocks)
        first, last = min(covered), max(covered)
        if truth.episodes and random.random() < 0.5:
            episode = random.choice(truth.episodes).instants
            first, last = episode.fault.least, max(episode.restored or last, episode.fault.least + SECOND)
        reading = clock.reads(random.randrange(first, last)) // SECOND * SECOND  # so that whole stamps tell it, too
        least, most = random.choice(STEPS)
        size = random.randint(least * 1000, most * 1000) * MILLISECOND
        yield Step(
            device=clock.clock,
            at=2 * reading - clock.reads(reading),
            by=random.choice((-size, size)),
        )
