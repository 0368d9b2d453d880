"""How often each target was run, over all fuzzing that kept its counts in one folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.fuzz.running import Fuzzed

_FILE = "counts.jsonl"


class Count(NamedTuple):
    """A target's executions, those of them that were guided, and the branches that its inputs reach."""

    executions: int = 0
    guided: int = 0
    branches: int = 0


def note(folder: Path, done: Fuzzed) -> None:
    """Add what a process came to."""
    with (folder / _FILE).open("ab") as file:
        file.write(msgspec.json.encode(done) + b"\n")


def counts(folder: Path) -> dict[str, Count]:
    """What all that was noted comes to, by target."""
    path = folder / _FILE
    lines = path.read_bytes().splitlines() if path.exists() else []
    return summed(msgspec.json.decode(line, type=Fuzzed) for line in lines)


def summed(each: Iterable[Fuzzed]) -> dict[str, Count]:
    """The counts by target; only what was guided knows branches."""
    found: dict[str, Count] = {}
    for done in each:
        so_far = found.get(done.target, Count())
        found[done.target] = Count(
            so_far.executions + done.executions,
            so_far.guided + (done.executions if done.branches else 0),
            max(so_far.branches, done.branches),
        )
    return found
