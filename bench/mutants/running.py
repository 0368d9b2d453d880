"""Trials side by side, each with its time limit."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from bench.mutants.mutations import Mutation
from bench.mutants.reach import Reach
from bench.mutants.trial import Outcome, outcome, start

GRACE = 60.0  # s: a trial may take so long, and so many times what its tests take without a change
TIMES = 8


def outcomes(drawn: Sequence[Mutation], reach: Reach, jobs: int, far: float) -> Iterator[tuple[Mutation, Outcome]]:
    """What becomes of each, as they end; tests of other rooms run for `far` seconds at most."""
    waiting = list(drawn)[::-1]
    running: dict[ForkProcess, tuple[Mutation, Path, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            while waiting and len(running) < jobs:
                mutation = waiting.pop()
                stages = reach.stages(mutation, far)
                if not stages:
                    yield mutation, Outcome("not reached")
                    continue
                seconds = sum(reach.seconds[test] for stage in stages for test in stage)
                found = Path(folder, str(len(waiting)))
                process = start(mutation.module, mutation.place, stages, found)
                running[process] = mutation, found, time.monotonic() + GRACE + TIMES * seconds
            wait([process.sentinel for process in running], timeout=1)
            for process in tuple(running):
                mutation, found, until = running[process]
                if not process.is_alive():
                    yield mutation, outcome(found)
                elif time.monotonic() > until:
                    process.kill()
                    yield mutation, Outcome("timed out")
                else:
                    continue
                process.join()
                del running[process]


def gently() -> None:
    """Leave the processors to others."""
    os.nice(10)
