"""Several processes write at once, and again and again one of them is killed: what was acknowledged is there, once.

A writer notes a run in a file of its own as soon as it is acknowledged, and not before. One that was killed is started
again and goes on after its last note, so that a run which was stored and not noted is stored a second time. Which
writer is killed is drawn by a seed; what exactly it is doing then is the machine's.
"""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from analyzer.history.opening import opened
from analyzer.history.place import Place
from analyzer.history.queries import listed
from analyzer.history.recording import record
from analyzer.history.upkeep import check
from analyzer.store import encode_run
from bench.history.runs import small_run

_STEP_S = 0.01
_LATE = (
    "alembic.migration",
    "alembic.operations",
    "alembic.script",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""What the program loads when it needs it: here once, and not in each process that is forked."""


class Plan(NamedTuple):
    """So many runs by so many writers, one of which, drawn by the seed, is killed each `every_s` seconds; not before
    another run was acknowledged, so that it ends on a slow machine too.
    """

    runs: int = 1000
    writers: int = 8
    every_s: float = 1.0
    seed: int = 1


class Outcome(NamedTuple):
    """How it went: the runs that were acknowledged, how many writers were killed, the acknowledged runs that are not
    there once, and what `check` finds.
    """

    acknowledged: int
    killed: int
    wrong: tuple[str, ...]
    troubles: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, and nothing is half-written."""
        return not (self.wrong or self.troubles)


def killed_writers(place: Place, folder: Path, plan: Plan) -> Outcome:
    """Where there is no store yet; `folder` takes the writers' notes. The process must have one thread, as it forks."""
    for name in _LATE:
        import_module(name)
    killed = _write_all(place, folder, plan)
    noted = [key for number in range(plan.writers) for key in _noted(folder, number)]
    store = opened(place)
    there = Counter(each.run for each in listed(store))
    wrong = sorted(key for key in noted if there[key] != 1)
    if len(noted) != plan.runs or len(there) != plan.runs:
        wrong.append(f"{len(noted)} acknowledged and {len(there)} stored of {plan.runs}")
    return Outcome(len(noted), killed, tuple(wrong), tuple(f"{each.wrong} {each.said}" for each in check(store)))


def _write_all(place: Place, folder: Path, plan: Plan) -> int:
    """Until every run is acknowledged; how many writers were killed."""
    draw = random.Random(plan.seed)  # noqa: S311 - for a test
    working = {_started(place, folder, plan, number): number for number in range(plan.writers)}
    killed, noted, next_kill = 0, 0, time.monotonic() + plan.every_s
    while working:
        if time.monotonic() >= next_kill and (now := _size(folder, plan)) > noted:
            os.kill(draw.choice(sorted(working)), signal.SIGKILL)
            killed, noted, next_kill = killed + 1, now, time.monotonic() + plan.every_s
        for pid, status in _ended(working):
            number = working.pop(pid)
            if os.WIFSIGNALED(status):
                working[_started(place, folder, plan, number)] = number
            elif status:
                raise ChildProcessError(f"writer {number} failed")
        time.sleep(_STEP_S)
    return killed


def _ended(working: Iterable[int]) -> Iterator[tuple[int, int]]:
    for pid in tuple(working):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            yield pid, status


def _started(place: Place, folder: Path, plan: Plan, number: int) -> int:
    """The process of a writer, which goes on after what it has noted."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _write(place, folder, plan, number)
        status = 0
    except Exception:  # noqa: BLE001 - a forked process must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(status)


def _write(place: Place, folder: Path, plan: Plan, number: int) -> None:
    store = opened(place, make=True)
    mine = range(number, plan.runs, plan.writers)
    with _notes(folder, number).open("ab", buffering=0) as notes:
        for test in mine[len(_noted(folder, number)) :]:
            run = small_run(test)
            notes.write(f"{record(store, encode_run(run), run.case).run}\n".encode())


def _notes(folder: Path, number: int) -> Path:
    return folder / f"writer-{number}"


def _size(folder: Path, plan: Plan) -> int:
    """Bytes of all notes."""
    paths = (_notes(folder, number) for number in range(plan.writers))
    return sum(path.stat().st_size for path in paths if path.exists())


def _noted(folder: Path, number: int) -> list[str]:
    path = _notes(folder, number)
    return path.read_text("ascii").split() if path.exists() else []
