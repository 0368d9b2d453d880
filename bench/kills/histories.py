"""Kills of `history import`: what was told as recorded is there, the store is sound, and the next import does all."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from bench.kills.killed import Ended, Kill, ended
from bench.kills.study import NUMBERS, SAMPLES, Killed

_CASES = ("cvm-failure", "route-injection", "route-deletion")
_RECORDED = re.compile(r"recorded as run ([0-9a-f]+)")


def history_kills(seed: int, count: int, folder: Path) -> Iterator[Killed]:
    """So many kills of an import of three runs into a history that has one of them; all is made in `folder`."""
    drawn = random.Random(f"history {seed}")  # noqa: S311 - no secret
    runs, place = folder / "runs", folder / "place"
    for name in _CASES:
        analyze = ("analyze", str(SAMPLES / name), "--cluster", "lab", "-q", "--write", "json", "-o", str(runs / name))
        ended(analyze, place)
    _begun(runs, place)
    start = time.monotonic()
    _history(place, "import", str(runs))
    seconds = time.monotonic() - start
    for _ in range(count):
        _begun(runs, place)
        yield _killed(runs, place, Kill(drawn.choice(NUMBERS), after=drawn.uniform(0, seconds)))


def _begun(runs: Path, place: Path) -> None:
    """A history that has the first run."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    first = _history(place, "import", str(runs / _CASES[0]))
    if first.status:
        raise RuntimeError(first.said)


def _history(place: Path, *words: str, kill: Kill | None = None) -> Ended:
    return ended(("history", *words, "--store", str(place / "store.db")), place, kill)


def _killed(runs: Path, place: Path, kill: Kill) -> Killed:
    before = _listed(place)
    first = _history(place, "import", str(runs), kill=kill)
    acknowledged = before | set(_RECORDED.findall(first.printed))
    faults = []
    if kill.number != signal.SIGKILL and first.said:
        faults.append(f"says {first.said!r}")
    if first.status not in (0, -kill.number, 128 + kill.number):
        faults.append(f"ends with {first.status}")
    if lost := {key for key in acknowledged if not any(found.startswith(key) for found in _listed(place))}:
        faults.append(f"{lost} is lost")
    if (check := _history(place, "check")).status:
        faults.append(f"the store is not sound: {check.printed}{check.said}")
    if (second := _history(place, "import", str(runs))).status or len(_listed(place)) != len(_CASES):
        faults.append(f"the next import ends with {second.status}: {second.said}")
    if (left := sorted(path.name for path in place.iterdir())) != ["store.db"]:
        faults.append(f"the next import leaves {left}")
    return Killed("history import", kill, first.status, tuple(faults))


def _listed(place: Path) -> set[str]:
    """The keys of the runs that are there."""
    return {str(json.loads(line)["run"]) for line in _history(place, "list", "--json").printed.splitlines()}
