"""Kills of `compare`: it only reads: the next one says the same, and all that lies there is as it was then."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.kills.killed import Ended, Kill, ended
from bench.kills.study import NUMBERS, SAMPLES, Killed

_CASE = "compare"
_GROUPS = {"a": ("cvm-failure", "route-deletion"), "b": ("route-injection", "cvm-recovery")}


def comparison_kills(seed: int, count: int, folder: Path) -> Iterator[Killed]:
    """So many kills of comparisons, of two folders of runs and of a history in turn; all is made in `folder`."""
    drawn = random.Random(f"compare {seed}")  # noqa: S311 - no secret
    place = folder / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    _laid_out(place)
    cases = [_case(arguments, place) for arguments in _arguments(place)]
    before = _there(place)
    for number in range(count):
        case = cases[number % len(cases)]
        kill = Kill(drawn.choice(NUMBERS), after=drawn.uniform(0, case.seconds))
        first = ended(case.arguments, place, kill)
        yield Killed(_CASE, kill, first.status, tuple(_faults(kill, first, case, place, before)))


def _laid_out(place: Path) -> None:
    """Two folders of runs, and a history in which they are of two clusters."""
    for group, samples in _GROUPS.items():
        for sample in samples:
            written = ("-q", "--log-timezone", "UTC", "--write", "json", "-o", str(place / group / sample))
            ended(("analyze", str(SAMPLES / sample), *written), place)
        imported = ("history", "import", str(place / group), "--cluster", group, "--store", str(place / "store.db"))
        ended(imported, place)


class _Case(NamedTuple):
    """A comparison, how it ends where nobody kills it, and how long that takes."""

    arguments: tuple[str, ...]
    whole: Ended
    seconds: float


def _arguments(place: Path) -> Iterator[tuple[str, ...]]:
    yield (_CASE, str(place / "a"), str(place / "b"))
    yield (_CASE, "--store", str(place / "store.db"))


def _case(arguments: tuple[str, ...], place: Path) -> _Case:
    start = time.monotonic()
    whole = ended(arguments, place)
    if whole.status or not whole.printed:
        raise RuntimeError(whole.said)
    return _Case(arguments, whole, time.monotonic() - start)


def _faults(kill: Kill, first: Ended, case: _Case, place: Path, before: dict[str, bytes]) -> Iterator[str]:
    whole = case.whole
    if first.said:
        yield f"says {first.said!r}"
    if first.status not in (0, -kill.number, 128 + kill.number):
        yield f"ends with {first.status}"
    if not whole.printed.startswith(first.printed):
        yield f"prints {first.printed!r}"
    if first.status == 0 and first.printed != whole.printed:
        yield "ends with 0, and did not say all"
    if (second := ended(case.arguments, place))[:3] != whole[:3]:
        yield f"the next one ends with {second.status}, and says otherwise: {second.said}"
    if _there(place) != before:
        yield "the next one leaves something else there"


def _there(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}
