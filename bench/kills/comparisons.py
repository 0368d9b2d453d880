"""Kills of `compare`: it only reads, so all that lies there stays as it was, and the next one says the same."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from bench.kills.killed import Ended, Kill, ended
from bench.kills.study import NUMBERS, SAMPLES, Killed

_CASE = "compare"
_GROUPS = {"a": ("cvm-failure", "route-deletion"), "b": ("route-injection", "cvm-recovery")}


def comparison_kills(seed: int, count: int, folder: Path) -> Iterator[Killed]:
    """So many kills of a comparison of two folders of runs; all is made in `folder`."""
    drawn = random.Random(f"compare {seed}")  # noqa: S311 - no secret
    place = folder / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for group, cases in _GROUPS.items():
        for case in cases:
            run = str(place / group / case)
            ended(("analyze", str(SAMPLES / case), "-q", "--log-timezone", "UTC", "--write", "json", "-o", run), place)
    start = time.monotonic()
    whole = _compared(place)
    seconds, before = time.monotonic() - start, _there(place)
    if whole.status or not whole.printed:
        raise RuntimeError(whole.said)
    for _ in range(count):
        kill = Kill(drawn.choice(NUMBERS), after=drawn.uniform(0, seconds))
        first = _compared(place, kill)
        yield Killed(_CASE, kill, first.status, tuple(_faults(kill, first, whole, place, before)))


def _compared(place: Path, kill: Kill | None = None) -> Ended:
    return ended((_CASE, str(place / "a"), str(place / "b")), place, kill)


def _faults(kill: Kill, first: Ended, whole: Ended, place: Path, before: dict[str, bytes]) -> Iterator[str]:
    if first.said:
        yield f"says {first.said!r}"
    if first.status not in (0, -kill.number, 128 + kill.number):
        yield f"ends with {first.status}"
    if not whole.printed.startswith(first.printed):
        yield f"prints {first.printed!r}"
    if first.status == 0 and first.printed != whole.printed:
        yield "ends with 0, and did not say all"
    if first.steps or _there(place) != before:
        yield "changes something"
    if (second := _compared(place))[:3] != whole[:3]:
        yield f"the next one ends with {second.status}, and says otherwise: {second.said}"


def _there(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}
