"""The same from end to end: tests by the simulator, whole evidence and parts of it, analysed, recorded, compared.

A pool of tests of each kind is simulated and analysed once, and recorded in a history; histories are drawn from it by
seed, so they share runs. In the tests of a pool that is slower Genesis takes so much longer to change the route.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from analyzer.compare.runs.comparison import p_values
from analyzer.compare.runs.looking import look_at
from analyzer.compare.two_groups import LEVEL
from analyzer.config import Settings, default_expectations
from analyzer.history.compared import compared_tests
from analyzer.history.opening import Store, opened
from analyzer.history.place import SqliteFile
from analyzer.history.queries import Asked
from analyzer.history.recording import record
from analyzer.lab.simulate import Options, scenario_of, simulate
from analyzer.model.about import About
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.compared_groups import Group
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import Change, Changed
from analyzer.pipeline import analyze
from analyzer.store import encode_run
from bench.accuracy.study import BY_MIX, written_to
from bench.compare_study.cells import Cell, cell
from bench.compare_study.design import Pools

EVERYTHING, LOG, CAPTURES = "everything", "log", "captures"
MIXES = (EVERYTHING, LOG, CAPTURES)
MIXED = "mixed"
SHARES = (0.6, 0.2, 0.2)
SOON = 7
REPAIR: Figure = ("cvm-failure", "repair")
BY_ITSELF, AMONG_ALL = "the route's change, by itself", "the route's change, among all"
ANY = "any, among all"
OTHER = "one without it, among all"
SEED = 7_000
DAY = 86_400 * SECOND


Pool = dict[tuple[int, str], tuple[ComparedTest, ...]]
"""Tests by their shift, s, and the evidence that they were analysed from; the same place is the same test."""


def studied(pools: Pools) -> Iterator[Cell]:
    """Every cell."""
    with tempfile.TemporaryDirectory(prefix="compare-study-") as place:
        pool = made(pools, Path(place))
    yield from of_pool(pool, pools)


def of_pool(pool: Pool, pools: Pools) -> Iterator[Cell]:
    """Every cell, of histories drawn from a pool."""
    yield from _healthy(pool, pools)
    yield from _stepped(pool, pools)
    yield from _groups(pool, pools)


def made(pools: Pools, folder: Path) -> Pool:
    """The pool: simulated, analysed in each mix, recorded in a history, and taken from it."""
    store = opened(SqliteFile(folder / "history.sqlite"), make=True)
    for shift, count in pools.tests:
        for number in range(count):
            _record(store, folder / "test", shift, number)
    return {
        (shift, mix): compared_tests(store, Asked(cluster=_cluster(shift, mix)))
        for shift, _ in pools.tests
        for mix in MIXES
    }


def _cluster(shift: int, mix: str) -> str:
    return f"{mix}, +{shift} s"


def _record(store: Store, folder: Path, shift: int, number: int) -> None:
    """A test of its own seed, in each mix."""
    seed = SEED + 1000 * shift + number
    random = np.random.default_rng(seed)
    delay = int(random.integers(800, 5000)) * MILLISECOND + shift * SECOND
    start = (20_000 + number) * DAY  # so that it has its place in the pool
    options = Options(start=start, task_delay=delay, rpc_timeout=6 * SECOND)
    story = simulate(scenario_of("cvm-failure"), seed, options)
    written_to(folder, story.files)
    for mix in MIXES:
        names = dict.fromkeys(one.file for one in story.truth.evidence if one.what in BY_MIX[mix].what)
        settings = Settings(
            log_timezone="UTC", expectations=default_expectations(), about=About(cluster=_cluster(shift, mix))
        )
        run = analyze([folder / name for name in names], settings)
        record(store, encode_run(run), f"{mix} {seed}")


def _drawn(random: np.random.Generator, pool: Pool, shift: int, mixes: Sequence[str]) -> list[ComparedTest]:
    """Different tests of a pool, each in the mix of its place."""
    places = random.permutation(len(pool[shift, mixes[0]]))[: len(mixes)]
    return [pool[shift, mix][place] for mix, place in zip(mixes, places, strict=True)]


def history(parts: Sequence[Sequence[ComparedTest]]) -> list[ComparedTest]:
    """The tests of all parts as those of one cluster, a week apart."""
    tests = [test for part in parts for test in part]
    about = About(cluster="a")
    return [replace(test, time=7 * place * DAY, about=about) for place, test in enumerate(tests)]


def alarm(tests: Sequence[ComparedTest]) -> int:
    """The number of runs at the first look that tells a change; 0 where none does."""
    standing: tuple[Change, ...] = ()
    for count in range(1, len(tests) + 1):
        look = look_at(tests[:count], tests[count - 1].run, f"{count}", standing)
        if isinstance(look.outlook, Changed):
            return count
        standing = look.standing
    return 0


def _mixed(random: np.random.Generator, count: int) -> list[str]:
    return [str(one) for one in random.choice(MIXES, count, p=SHARES)]


def _evidence(random: np.random.Generator, name: str, count: int) -> list[str]:
    return _mixed(random, count) if name == MIXED else [EVERYTHING] * count


def _healthy(pool: Pool, pools: Pools) -> Iterator[Cell]:
    """50 looks at histories without a change."""
    looks = pools.looks
    evidence: dict[str, Callable[[np.random.Generator], list[str]]] = {
        "all of it": lambda _: [EVERYTHING] * looks,
        MIXED: lambda random: _mixed(random, looks),
        "from the middle on logs alone": lambda _: [EVERYTHING] * (looks // 2) + [LOG] * (looks - looks // 2),
    }
    for number, (name, mixes) in enumerate(evidence.items()):
        random = np.random.default_rng((SEED, 1, number))
        found = [alarm(history([_drawn(random, pool, 0, mixes(random))])) > 0 for _ in range(pools.healthy)]
        yield cell("whole looks", (name,), found)


def _stepped(pool: Pool, pools: Pools) -> Iterator[Cell]:
    """+5 s on the change of the route after so many runs: told within 7 runs."""
    for after in pools.after:
        for name in ("all of it", MIXED):
            random = np.random.default_rng((SEED, 2, after, name == MIXED))
            found = []
            for _ in range(pools.stepped):
                parts = [
                    _drawn(random, pool, shift, _evidence(random, name, count))
                    for shift, count in ((0, after), (5, pools.later))
                ]
                found.append(after < alarm(history(parts)) <= after + SOON)
            yield cell("whole steps", (f"{after}", name), found)


def _groups(pool: Pool, pools: Pools) -> Iterator[Cell]:
    """Two groups, by the program's own share of the level: any figure differs, among all; the change of the route, by
    itself and among all.
    """
    for shift, runs in pools.sizes:
        for name in ("all of it", MIXED):
            random = np.random.default_rng((SEED, 3, shift, runs, name == MIXED))
            count = pools.groups if shift else pools.alike
            found = [_compared(_two(random, pool, shift, _evidence(random, name, 2 * runs))) for _ in range(count)]
            names = (f"{runs} + {runs}", f"+{shift} s" if shift else "none", name)
            if shift:
                alone, among = ([of.get(REPAIR, (1.0, 1.0))[which] <= LEVEL for of in found] for which in (0, 1))
                others = [_any({figure: each for figure, each in of.items() if not _has(figure)}) for of in found]
                yield cell("whole groups", (*names, BY_ITSELF), alone)
                yield cell("whole groups", (*names, AMONG_ALL), among)
                yield cell("whole groups", (*names, OTHER), others)
            else:
                yield cell("whole groups", (*names, ANY), [_any(of) for of in found])


def _any(found: Mapping[Figure, tuple[float, float]]) -> bool:
    return any(among <= LEVEL for _, among in found.values())


def _has(figure: Figure) -> bool:
    """Whether the change of the route is in it."""
    return "repair" in figure[1] or figure[1] == "outage"


def _two(
    random: np.random.Generator, pool: Pool, shift: int, mixes: Sequence[str]
) -> tuple[list[ComparedTest], list[ComparedTest]]:
    """Two groups of half as many tests each, the second of which is slower by the shift."""
    runs = len(mixes) // 2
    if shift:
        return _drawn(random, pool, 0, mixes[:runs]), _drawn(random, pool, shift, mixes[runs:])
    both = _drawn(random, pool, 0, mixes)
    return both[:runs], both[runs:]


def _compared(groups: tuple[Sequence[ComparedTest], Sequence[ComparedTest]]) -> Mapping[Figure, tuple[float, float]]:
    first, second = (Group(name, tuple(each)) for name, each in zip("AB", groups, strict=True))
    return p_values(first, second)
