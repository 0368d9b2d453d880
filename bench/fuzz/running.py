"""Fuzzing for a time: a target in its share, by processes of their own, and what came of it kept in a folder.

A fifth of the time is guided by the branches that inputs take, which adds inputs to the corpus; in the rest far more
mutations of the corpus are run without counting branches.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.fuzz.target import Target, file_name
from bench.fuzz.unguided import last_of
from bench.fuzz.words import dictionary

GUIDED = 0.2
"""The share of a target's time."""
HANG_S = 20
"""Seconds after which libFuzzer ends a process that does not come back from an input."""
_MOST_MB = 3000
_STARTS_S = 300
"""Seconds that a process takes to begin, and to end, at most."""
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_PULSE = re.compile(r"^#(\d+)\t", re.MULTILINE)
_COVERED = re.compile(r"^#\d+\t.*?\bcov: (\d+)", re.MULTILINE)


class Fuzzed(NamedTuple):
    """What a process came to: executions, and branches that were reached where it counted them (else 0)."""

    target: str
    executions: int
    branches: int


class Places(NamedTuple):
    """Where a target's inputs are kept: those that reach something, finds, words, and the input that runs."""

    corpus: Path
    finds: Path
    words: Path
    running: Path


Way = Callable[[Target, Places, int], Fuzzed]


def fuzzed(target: Target, folder: Path, seconds: int) -> Iterator[Fuzzed]:
    """Fuzz one target for so many seconds; each process that ended, of which there are more where some die."""
    places = _laid_out(target, folder)
    yield from _again_and_again(target, places, round(seconds * GUIDED), _guided)
    yield from _again_and_again(target, places, seconds - round(seconds * GUIDED), _unguided)


def places_of(target: Target, folder: Path) -> Places:
    """Where a target's inputs are, in the folder of all."""
    return Places(*(folder / kind / file_name(target.name) for kind in Places._fields))


def _laid_out(target: Target, folder: Path) -> Places:
    places = places_of(target, folder)
    for each in (places.corpus, places.finds, places.words.parent, places.running.parent):
        each.mkdir(parents=True, exist_ok=True)
    seeds = [seed[: target.longest] for seed in target.seeds()]
    for number, seed in enumerate(seeds):
        (places.corpus / f"seed-{number:04}").write_bytes(seed)
    places.words.write_text(dictionary(seeds), "ascii")
    return places


def _again_and_again(target: Target, places: Places, seconds: int, way: Way) -> Iterator[Fuzzed]:
    """Begin again where a process died before its time."""
    until = time.monotonic() + seconds
    while (left := round(until - time.monotonic())) > 0:
        yield way(target, places, left)


def _guided(target: Target, places: Places, seconds: int) -> Fuzzed:
    options = (
        f"-max_total_time={seconds}", f"-max_len={target.longest}", f"-timeout={HANG_S}", f"-rss_limit_mb={_MOST_MB}",
        f"-artifact_prefix={places.finds}/", f"-dict={places.words}", "-print_final_stats=1", "-reload=0",
        str(places.corpus),
    )  # fmt: skip
    _, _, said = _ended(("bench.fuzz.guided", target.name, str(places.finds), *options), seconds)
    return Fuzzed(target.name, executions(said), branches(said))


def _unguided(target: Target, places: Places, seconds: int) -> Fuzzed:
    status, printed, _ = _ended(
        ("bench.fuzz.unguided", target.name, *map(str, (places.finds, places.corpus, places.running, seconds)),
         fresh_seed()),
        seconds,
    )  # fmt: skip
    if status:
        (places.finds / f"died-{status}").write_bytes(last_of(places.running))
    return Fuzzed(target.name, int(printed or 0), 0)


def fresh_seed() -> str:
    """Another one for each process, so that a long run goes on to other inputs."""
    return str(time.time_ns())


def _ended(arguments: tuple[str, ...], seconds: int) -> tuple[int, str, str]:
    """How a process ended, what it printed, and what it said."""
    command = [sys.executable, "-m", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds + _STARTS_S, check=False)
    except subprocess.TimeoutExpired as cut:
        return 1, "", (cut.stderr or b"").decode("utf-8", "replace")
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def executions(said: str) -> int:
    """How many inputs libFuzzer says that it ran; the last that it told where it could not say."""
    if found := _EXECUTED.search(said):
        return int(found[1])
    return max((int(count) for count in _PULSE.findall(said)), default=0)


def branches(said: str) -> int:
    """How many branches it says were reached."""
    return max((int(count) for count in _COVERED.findall(said)), default=0)
