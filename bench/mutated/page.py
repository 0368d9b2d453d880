"""The section of docs/robustness.md on mutated inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from bench.mutated.study import EACH, MOST_MEMORY, MOST_S, Tried

HEADING = "Mutated inputs"
_TEXT = """\
Made by `make mutated`, by seed {seed}. Every file of `samples/`, logs, tables, notes, settings, documents of
runs{corpus} is cut at {each} random places and mutated {each} times (its bytes, lines and numbers), and each of
these is analysed in a process forked from a warm one: {done:,} of {of:,}, drawn by the seed, up to {day}. Each must end
with a status from 0 to 4, within {seconds:g} s of a core and {memory} MiB, and say of nothing that it is a fault of the
program.

{wrong}

| given as | inputs | runs | status 0 | 1 | 2 | 3 | 4 | most time | most memory |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}

The slowest took {slowest:.2f} s: {slow}. The largest took {largest} MiB: {large}.
"""


class Asked(NamedTuple):
    """What was to be done: the seed, how many in all, of how many captures of others."""

    seed: int
    of: int
    captures: int


def section(asked: Asked, each: Sequence[Tried], day: date) -> str:
    """The section's text."""
    slow, large = max(each, key=lambda one: one.ended.seconds), max(each, key=lambda one: one.ended.memory)
    wrong = sum(bool(one.faults) for one in each)
    kinds = Counter(one.what.input.kind for one in each)
    return _TEXT.format(
        seed=asked.seed,
        corpus=f", and {asked.captures} captures of others' test suites" if asked.captures else "",
        each=EACH,
        done=len(each),
        of=asked.of,
        day=day.isoformat(),
        seconds=MOST_S,
        memory=MOST_MEMORY >> 20,
        wrong=f"{wrong} did not." if wrong else "All did.",
        rows="\n".join(_row(kind, [one for one in each if one.what.input.kind == kind]) for kind in kinds),
        slowest=slow.ended.seconds,
        slow=_named(slow),
        largest=large.ended.memory >> 20,
        large=_named(large),
    )


def _named(one: Tried) -> str:
    return f"`{one.what.input.name}`, {'cut' if one.what.number < EACH else 'mutated'}"


def _row(kind: str, each: Iterable[Tried]) -> str:
    some = list(each)
    statuses = Counter(one.ended.status for one in some)
    names = {one.what.input.name for one in some}
    told = " | ".join(f"{statuses[status]:,}" for status in range(5))
    most = max(one.ended.seconds for one in some)
    memory = max(one.ended.memory for one in some) >> 20
    return f"| {kind} | {len(names)} | {len(some):,} | {told} | {most:.2f} s | {memory} MiB |"
