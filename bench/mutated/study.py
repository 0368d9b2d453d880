"""Each input cut at random places and mutated, each of these analysed, and what must hold of that."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.mutated.forked import Ended, ended
from bench.mutated.inputs import ROOT, Input, Kind
from bench.mutated.mutations import cut, mutated

EACH = 30
"""Cuts of an input, and mutations of it."""
MOST_S, MOST_MEMORY = 5.0, 400 << 20
STATUSES = range(5)
NOT_UNDERSTOOD = "a fault of the program", "Traceback"
_LOG = str(ROOT / "samples/cvm-failure/genesis.out")


class Try(NamedTuple):
    """An input, and which of its cuts (below `EACH`) and mutations it is."""

    input: Input
    number: int

    def data(self, seed: int) -> bytes:
        """The bytes, by the seed."""
        drawn = random.Random(f"{seed} {self.input.name} {self.number}")  # noqa: S311 - no secret
        return (cut if self.number < EACH else mutated)(drawn, self.input.data)


class Tried(NamedTuple):
    """What came of it, and what does not hold."""

    what: Try
    ended: Ended
    faults: tuple[str, ...]


def tries(inputs: Sequence[Input], seed: int) -> list[Try]:
    """All of them, in an order drawn by the seed, so that whatever part of it is done is of all kinds."""
    every = [Try(each, number) for each in inputs for number in range(2 * EACH)]
    random.Random(seed).shuffle(every)  # noqa: S311
    return every


def tried(every: Sequence[Try], seed: int, folder: Path) -> Iterator[Tried]:
    """Analyse each, in a place that is made anew in `folder`."""
    _warm(folder)
    for one in every:
        place = folder / "place"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        given = place / _name(one.input)
        given.write_bytes(one.data(seed))
        done = ended(_command(one.input.kind, given.name), place)
        yield Tried(one, done, tuple(_faults(done, place / "out")))


def _name(given: Input) -> str:
    return "autopath.toml" if given.kind == "project" else Path(given.name).name


def _command(kind: Kind, name: str) -> tuple[str, ...]:
    written = ("-q", "--write", "html,json", "-o", "out")
    if kind == "evidence":
        return ("analyze", name, "--log-timezone", "UTC", *written)
    if kind == "run":
        return ("report", name, *written)
    if kind == "scenario":
        return ("simulate", "describe", name)
    return ("analyze", _LOG, *(() if kind == "project" else (f"--{kind}", name)), *written)


def _faults(done: Ended, out: Path) -> Iterator[str]:
    if done.status not in STATUSES:
        yield f"status {done.status}"
    if done.seconds > MOST_S:
        yield f"{done.seconds:.1f} s"
    if done.memory > MOST_MEMORY:
        yield f"{done.memory >> 20} MiB"
    yield from (f"says {words!r}" for words in NOT_UNDERSTOOD if words in done.said)
    run = out / "run.json"
    if run.exists():
        yield from (f"says {detail!r}" for detail in _not_understood(json.loads(run.read_bytes())))


def _not_understood(value: object) -> Iterator[str]:
    """Where a run says that an input was given up by a fault of ours."""
    if isinstance(value, dict):
        if value.get("name") == "not-understood" and "detail" in value:
            yield str(value["detail"])
        yield from (found for each in value.values() for found in _not_understood(each))
    elif isinstance(value, list):
        yield from (found for each in value for found in _not_understood(each))


def _warm(folder: Path) -> None:
    """Import what the commands need, so that each process begins with its work."""
    from analyzer.cli import run

    warm = folder / "warm"
    run(("analyze", str(ROOT / "samples/cvm-failure"), "-q", "--write", "html,json", "-o", str(warm)))
    run(("report", str(warm), "-q", "-o", str(warm)))
