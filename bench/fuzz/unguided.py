"""`python -m bench.fuzz.unguided`: one target on mutations of its corpus, without counting branches: many more.

The arguments are the target's name, the folders of its finds and its corpus, a file for the input that runs, seconds,
and a seed. It prints how many inputs it ran. The file is memory that outlives the process: where that dies or hangs,
the input that was its end is in it.
"""

from __future__ import annotations

import mmap
import random
import sys
import time
from pathlib import Path

from bench.fuzz.target import Target, keep
from bench.mutated.mutations import LONGEST, mutated, stretched

_ROUND = 100
_HEAD = 8
STRETCHED_EACH = 10_000
"""One input of so many is a megabyte."""
MOST_KEPT = 4000
"""Inputs of a corpus that are mutated at most."""


def main() -> None:
    """Fuzz for a time."""
    from bench.fuzz.targets import named

    name, finds, corpus, running, seconds, seed = sys.argv[1:]
    target = named(name)
    with Path(running).open("wb+") as file:
        file.truncate(_HEAD + max(LONGEST, target.longest))
        with mmap.mmap(file.fileno(), 0) as memory:
            print(run(target, (Path(finds), Path(corpus)), memory, float(seconds), seed))


def run(target: Target, folders: tuple[Path, Path], memory: mmap.mmap, seconds: float, seed: str) -> int:
    """Run mutations of what is in a corpus for so many seconds, with finds kept; how many."""
    finds, corpus = folders
    drawn = random.Random(seed)  # noqa: S311 - no secret
    paths = sorted(corpus.iterdir(), key=lambda path: (path.stat().st_size, path.name))[:MOST_KEPT]
    inputs = [path.read_bytes() for path in paths]
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        for _ in range(_ROUND):
            data = mutated(drawn, drawn.choice(inputs), inputs)[: target.longest]
            _run(target, data, memory, finds)
        count += _ROUND
        if count % STRETCHED_EACH == 0:
            _run(target, stretched(drawn, drawn.choice(inputs)), memory, finds)
    return count


def _run(target: Target, data: bytes, memory: mmap.mmap, finds: Path) -> None:
    memory[: _HEAD + len(data)] = len(data).to_bytes(_HEAD, "little") + data
    keep(target, data, finds)


def last_of(running: Path) -> bytes:
    """The input that ran when a process ended."""
    data = running.read_bytes()
    return data[_HEAD : _HEAD + int.from_bytes(data[:_HEAD], "little")]


if __name__ == "__main__":
    main()
