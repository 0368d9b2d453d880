"""A history of two clusters for the tests of `compare`: b takes 9 s longer, and a does from its test 10 on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from analyzer.history.opening import Store, opened
from analyzer.history.place import FILE, SqliteFile
from analyzer.model.about import About
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from tests.compare.drawn import history
from tests.compare.runs.made import run as with_outage
from tests.history import made

STEP = 10
SLOWER = 9.0


def one_run(number: int, seconds: float, about: About) -> Run:
    """Test `number`, made that many hours after the first, with an outage of so many seconds."""
    shown = with_outage(seconds).episodes[0].measurements
    plain = made.run(number, about=about)
    return replace(plain, episodes=tuple(replace(one, stages=(), measurements=shown) for one in plain.episodes))


def seconds(seed: int, count: int) -> Sequence[float]:
    """Outages of so many runs without a step."""
    return [one.least / SECOND for one in history(seed, count)]


def runs(count: int = 2 * STEP) -> list[Run]:
    """The tests of both clusters."""
    of_a = [
        one_run(
            number,
            at + (SLOWER if number >= STEP else 0),
            About(
                cluster="a",
                aos_version="6.7" if number < STEP else "6.8",
                labels=(("all", "yes"), ("site", f"{number % 2}")),
            ),
        )
        for number, at in enumerate(seconds(1, count))
    ]
    return [*of_a, *(one_run(100 + at, SLOWER + one, About(cluster="b")) for at, one in enumerate(seconds(2, STEP)))]


def filled(folder: Path, tests: Sequence[Run]) -> Store:
    """A store with these tests."""
    store = opened(SqliteFile(folder / FILE), make=True)
    for one in tests:
        made.put(store, one)
    return store
