"""One random sequence: all that its seed decides, and the evidence and truth that come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from random import Random

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, Simulated, simulate
from analyzer.lab.simulate.cluster.node import NETWORK, tails
from analyzer.model.instant import MILLISECOND
from analyzer.model.truth import Truth
from bench.accuracy.foreign.mixing import Machines, mixed
from bench.accuracy.sequences.faults import drawn_faults
from bench.accuracy.sequences.voices import VOICES, reworded

ASKEW = ("cvm=~3s", "esxi=~2s", "span=~1s", "vmk1=~1s", "cvm=~2s,~30ppm", "esxi=~90s", "cvm=~90s")
STEPS = ((1, 3), (3, 30), (30, 3600))  # s by which a clock is set
FOREIGN_LINES = 60
LOADED = 1 / 8  # of the clusters: their checks come late
LATEST_MS = 6_000
NOTHING = Scenario(name="nothing")
_POINTLESS = re.compile(r"fault (\d+)")


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """What a seed decides. `faults` are those that are tried; `voice` is one of `voices/`, or None for the simulator's
    own wordings.
    """

    seed: int
    faults: tuple[Fault, ...]
    options: Options
    evidence: Evidence
    foreign: bool
    voice: str | None


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the faults that were done, and the files as they are given."""

    faults: tuple[Fault, ...]
    files: dict[str, bytes]
    truth: Truth


def drawn(seed: int) -> Sequence:
    """The sequence of a seed."""
    random = Random(f"sequence/{seed}")  # noqa: S311 - a simulation
    nodes, leader = random.choice((3, 3, 3, 4, 5)), random.choice((1, 2, 2, 3))
    vantages = ("span", "vmk1") if random.random() < 0.5 else ("span", *(f"vmk1:{one + 1}" for one in range(nodes)))
    faults = drawn_faults(random, nodes, leader)
    voice = random.choice(sorted(VOICES)) if random.random() < 0.2 else None
    return Sequence(
        seed=seed,
        faults=faults,
        options=Options(
            nodes=nodes,
            leader=leader,
            connections=random.choice((1, 1, 1, 2)),
            late_checks=_lateness(seed),
            clock=tuple(_clocks(random, nodes, faults)),
            wording="plain" if voice else "drawn",
        ),
        evidence=Evidence(vantages=vantages, esxi_logs=True),
        foreign=random.random() < 0.3,
        voice=voice,
    )


def lived(sequence: Sequence) -> Lived:
    """Simulate it, and do to its files what the seed says."""
    faults, made = _simulated(sequence)
    truth = made.truth
    random = Random(f"sequence/{sequence.seed}/evidence")  # noqa: S311 - a simulation
    machines = Machines(tuple(one.address for one in truth.hosts), tuple(one.address for one in truth.cvms))
    files = dict(made.files)
    for one in truth.evidence:
        content = files[one.file]
        if one.what == "genesis" and sequence.voice is not None:
            content = reworded(content.decode(), VOICES[sequence.voice]).encode()
        if one.what == "genesis" and sequence.foreign and content:
            content = mixed(content.decode(), random.randrange(1 << 30), machines, FOREIGN_LINES).encode()
        files[one.file] = content
    return Lived(faults=faults, files=files, truth=truth)


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


def _lateness(seed: int) -> int:
    """By up to how much checks come late, ns; drawn apart, so that it shifts nothing else."""
    random = Random(f"sequence/{seed}/load")  # noqa: S311 - a simulation
    return random.randint(200, LATEST_MS) * MILLISECOND if random.random() < LOADED else 0


def _clocks(random: Random, nodes: int, faults: tuple[Fault, ...]) -> Iterator[str]:
    """Clocks that are off from the beginning, and those that are set."""
    if random.random() < 0.25:
        yield from random.sample(ASKEW, k=random.choice((1, 2)))
    if random.random() < 0.2:
        yield from _set_clocks(random, nodes, faults)


def _set_clocks(random: Random, nodes: int, faults: tuple[Fault, ...]) -> Iterator[str]:
    """Devices whose clocks are set while the test is recorded, as `--clock` has it: in an outage, or at any time."""
    devices = ["span", "vmk1:1", *(f"{kind}:{NETWORK}.{tail}" for kind, tail in _machines(nodes))]
    moments = [one.at for one in faults if one.at is not None] or [Decimal(20)]
    for device in random.sample(devices, k=random.choice((1, 1, 2))):
        steps = []
        for _ in range(random.choice((1, 1, 2))):
            size = random.randint(*(1000 * one for one in random.choice(STEPS)))
            near = random.random() < 0.7
            at = int(random.choice(moments)) + random.randint(0, 40) if near else random.randint(1, 300)
            steps.append(f"{random.choice('+-')}{size}ms@{at}s")
        yield ",".join((f"{device}=0s", *steps))


def _machines(nodes: int) -> Iterator[tuple[str, int]]:
    """What writes logs, by the last part of its address."""
    for number in range(1, nodes + 1):
        host, cvm = tails(number)
        yield "esxi", host
        yield from (("cvm", cvm),) * 2  # of these more depends
