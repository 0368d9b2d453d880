"""Which simulated tests are made: a covering design over kinds, shapes of the cluster, impairments, evidence mixes.

The full product would be some 30,000 analyses; what misleads is mostly a pair of things. So there is one test for each
(kind, impairment) pair, and several where nothing is impaired. Its shape is the next of the list with every kind and
every impairment, so that each (kind, shape) and (shape, impairment) pair is met too; and each test is analysed in every
mix that its impairment touches, which covers (kind, mix), (shape, mix) and (impairment, mix). Its test holds the design
against this. Each test has its own seed, which draws what is left open: phase, timers, wordings.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import msgspec
from msgspec.structs import replace

from analyzer.lab.simulate import KINDS, Evidence, Options, Scenario, load_scenario, scenario_of
from bench.accuracy.impairments import IMPAIRMENTS, MILD, Impairment

HERE = Path(__file__).resolve().parent
HEALTHY_RUNS = 500
HEALTHY_SEED = 100_000
UNIMPAIRED_SEEDS = 5
CLOCK_SEEDS = 2

SEQUENCES = range(1, 601)  # seeds of the random sequences
SHORT_SEQUENCES = (
    39, 80, 86, 95, 110, 130, 145, 158, 191, 193, 206, 224, 269, 329, 347, 349, 368, 404, 414, 417, 437, 445, 467, 484,
    491, 508, 519, 542, 558, 559,
)  # fmt: skip
"""Those that CI runs: all was right in them when they were chosen, and they hold every fault and kind. They guard what
is right; what is wrong is in the whole study.
"""

COMBINATIONS = (  # scenarios/NAME.toml
    "two-hosts",
    "two-injections",
    "injection-beside-failure",
    "injected-twice",
    "deleted-twice",
    "failed-twice",
    "hang-then-injection",
    "two-failures-and-recovery",
)
SCENARIOS = (*(kind.name for kind in KINDS), *COMBINATIONS)


class Shape(msgspec.Struct, frozen=True):
    """A cluster: its name in the tables, its options."""

    name: str
    options: dict[str, int]


class Mix(msgspec.Struct, frozen=True):
    """Which files are given to the analysis, by what the truth calls them."""

    name: str
    what: tuple[str, ...]

    @property
    def captures(self) -> bool:
        """Whether there are captures."""
        return "span" in self.what or "vmk1" in self.what

    @property
    def log(self) -> bool:
        """Whether there is genesis.out."""
        return "genesis" in self.what


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A simulated test: what makes it, and the mixes in which it is analysed."""

    scenario: str
    shape: str
    impairment: str
    seed: int
    options: Options
    evidence: Evidence
    log_timezone: str | None
    mixes: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in the page."""
        return "/".join((self.scenario, self.shape, self.impairment, str(self.seed)))


HOST_LOGS = ("vmkernel", "vobd", "shell", "auth")
MIXES = (
    Mix("everything", ("span", "vmk1", "genesis", *HOST_LOGS)),
    Mix("captures + log", ("span", "vmk1", "genesis")),
    Mix("captures", ("span", "vmk1")),
    Mix("log", ("genesis",)),
    Mix("span + log", ("span", "genesis")),
    Mix("vmk1 + log", ("vmk1", "genesis")),
    Mix("log + host logs", ("genesis", *HOST_LOGS)),
)
SHAPES = (
    Shape("3-nodes", {}),
    Shape("leader-1", {"leader": 1}),
    Shape("leader-3", {"leader": 3}),
    Shape("one-busy-host", {"busy_hosts": 1}),
    Shape("5-nodes", {"nodes": 5, "leader": 4}),
    Shape("4-connections", {"connections": 4}),
)


def scenario_named(name: str) -> Scenario:
    """A kind, or one of the combinations beside this module."""
    return load_scenario(HERE / "scenarios" / f"{name}.toml") if name in COMBINATIONS else scenario_of(name)


def matrix() -> Iterator[Test]:
    """All tests of the matrix, in order."""
    seed = 1
    for row, scenario in enumerate(SCENARIOS):
        for column, impairment in enumerate(IMPAIRMENTS):
            for again in range(_seeds(impairment)):
                shape = SHAPES[(row + column + again) % len(SHAPES)]
                yield _test(scenario, shape, impairment, seed, _mixes(impairment))
                seed += 1


def healthy() -> Iterator[Test]:
    """Tests in which nothing happens, each with its noise and analysed in one mix."""
    for number in range(HEALTHY_RUNS):
        impairment = MILD[number % len(MILD)]
        mixes = _mixes(impairment)
        mix = mixes[(number // len(MILD)) % len(mixes)]
        shape = SHAPES[number // 7 % len(SHAPES)]
        yield _test("healthy", shape, impairment, HEALTHY_SEED + number, (mix,))


def short() -> Iterator[Test]:
    """The part of the matrix that CI runs: every scenario, impairment and mix, and not every pair."""
    seen: dict[str, int] = {}
    for test in matrix():
        row = SCENARIOS.index(test.scenario)
        column = seen.get(test.scenario, 0)
        if test.impairment == "nothing":
            if column == 0:
                yield replace(test, mixes=(test.mixes[row % len(test.mixes)],))
                seen[test.scenario] = 1
        else:
            seen[test.scenario] = column + 1
            if column % len(SCENARIOS) == row:
                places = {(row + step) % len(test.mixes) for step in (0, 2, 4)}
                yield replace(test, mixes=tuple(test.mixes[place] for place in sorted(places)))


def short_healthy() -> Iterator[Test]:
    """The healthy runs of CI."""
    return islice(healthy(), 0, None, 25)


def _seeds(impairment: Impairment) -> int:
    if impairment.name == "nothing":
        return UNIMPAIRED_SEEDS
    return CLOCK_SEEDS if impairment.clocks else 1


def _mixes(impairment: Impairment) -> tuple[str, ...]:
    """Those that hold something of what is impaired."""
    found = []
    for mix in MIXES:
        touched = {"captures"} if mix.captures else set()
        touched |= {"log"} if mix.log else set()
        touched |= {"host logs"} if "vmkernel" in mix.what else set()
        if touched & set(impairment.touches):
            found.append(mix.name)
    return tuple(found)


def _test(scenario: str, shape: Shape, impairment: Impairment, seed: int, mixes: tuple[str, ...]) -> Test:
    clocks = impairment.drawn(Random(f"{seed}/study"))  # noqa: S311 - a simulation
    options = replace(Options(), **{**shape.options, **impairment.options, "clock": clocks})
    evidence = replace(Evidence(), **{"esxi_logs": True, **impairment.evidence})
    return Test(
        scenario=scenario,
        shape=shape.name,
        impairment=impairment.name,
        seed=seed,
        options=options,
        evidence=evidence,
        log_timezone=impairment.log_timezone,
        mixes=mixes,
    )
