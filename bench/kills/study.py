"""What must hold after a kill, and many kills by a seed.

A killed run never claims a verdict, and says nothing where it was asked to end; each file that is there is whole, of
the run before or of this one; the next run works, and leaves nothing beside its own files.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.kills.killed import Ended, Kill, ended

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
SAMPLE = SAMPLES / "cvm-failure"
NUMBERS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
RUN = "run.json"
_PARTIAL = ".autopath-partial"
Files = dict[str, bytes]


class Case(NamedTuple):
    """A command that writes into a folder, the files that it leaves there, how long it takes and in how many steps;
    and the files that are there before, if any.
    """

    name: str
    arguments: tuple[str, ...]
    written: Files
    seconds: float
    steps: int
    before: Files


class Killed(NamedTuple):
    """A kill, how the process ended, and what did not hold."""

    case: str
    kill: Kill
    status: int
    faults: tuple[str, ...]


def kills(seed: int, count: int, folder: Path) -> Iterator[Killed]:
    """So many kills, of each case in turn; everything is made in `folder`."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    cases = _cases(folder)
    for number in range(count):
        yield _killed(cases[number % len(cases)], _drawn(cases[number % len(cases)], drawn), folder)


def _drawn(case: Case, drawn: random.Random) -> Kill:
    """Half of the kills are at a moment of the whole run, half at a step of its writing."""
    number = drawn.choice(NUMBERS)
    if drawn.random() < 0.5:
        return Kill(number, after=drawn.uniform(0, case.seconds))
    return Kill(number, step=drawn.randint(1, case.steps))


def _cases(folder: Path) -> list[Case]:
    """Analyses and reports, into a new folder and in the place of another run."""
    _warm(folder)
    analyze = ("analyze", str(SAMPLE), "--log-timezone", "UTC", "-q", "--write", "html,json,md,summary,csv")
    run = folder / "earlier"
    _whole((*analyze, "--title", "before", "-o", str(run)), folder, run)
    report = ("report", str(run / "run.json"), "-q", "--write", "html,json,summary")
    commands = {"analyze": (*analyze, "--title", "after"), "report": report}
    before = {"anew": {}, "again": _files(run)}
    return [
        _case(f"{command} {kind}", arguments, held, folder)
        for command, arguments in commands.items()
        for kind, held in before.items()
    ]


def _warm(folder: Path) -> None:
    """Import what the commands need, so that the processes to be killed begin with their work."""
    from analyzer.cli import run

    run(("analyze", str(SAMPLE), "-q", "--write", "html,json,md,summary,csv", "-o", str(folder / "warm")))
    run(("report", str(folder / "warm"), "-q"))


def _case(name: str, arguments: tuple[str, ...], before: Files, folder: Path) -> Case:
    place = _laid_out(folder, before)
    given = (*arguments, "-o", str(place / "test"))
    start = time.monotonic()
    steps = _whole(given, folder, place)
    seconds = time.monotonic() - start
    return Case(name, given, _files(place / "test"), seconds, steps, before)


def _whole(arguments: tuple[str, ...], folder: Path, place: Path) -> int:
    done = ended(arguments, folder / "place" if place.parent != folder else place)
    if done.status:
        raise RuntimeError(f"{' '.join(arguments)}: status {done.status}: {done.said}")
    return done.steps


def _laid_out(folder: Path, before: Files) -> Path:
    """A new folder of places, which holds a report already or not."""
    place = folder / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name, content in before.items():
        path = place / "test" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place


def _killed(case: Case, kill: Kill, folder: Path) -> Killed:
    place = _laid_out(folder, case.before)
    first = ended(case.arguments, place, kill)
    faults = [*_of_status(case, first, place, kill), *faults_of_files(case, _files(place / "test"))]
    second = ended(case.arguments, place)
    if second.status:
        faults.append(f"the next run ends with {second.status}: {second.said}")
    if (left := sorted(path.name for path in place.iterdir())) != ["test"]:
        faults.append(f"the next run leaves {left}")
    elif _files(place / "test") != case.written:
        faults.append("the next run leaves other files than its own")
    return Killed(case.name, kill, first.status, tuple(faults))


def _of_status(case: Case, first: Ended, place: Path, kill: Kill) -> Iterator[str]:
    """What is wrong with how the process ended."""
    if first.said:
        yield f"says {first.said!r}"
    if first.status == 0 and _files(place / "test") != case.written:
        yield "ends with 0, and not all is written"
    if first.status not in (0, -kill.number, 128 + kill.number):
        yield f"ends with {first.status}"


def faults_of_files(case: Case, there: Files) -> Iterator[str]:
    """What is wrong with the files that are there after a kill."""
    for name, content in there.items():
        if content not in (case.before.get(name), case.written.get(name)):
            yield f"{name} is of no run"
    if case.before and (lost := sorted(case.before.keys() & case.written.keys() - there.keys())):
        yield f"{', '.join(lost)} of the run before is lost"
    if there.get(RUN) == case.written[RUN] != case.before.get(RUN) and not case.written.items() <= there.items():
        yield f"{RUN} is of this run, and not all others are"
    if not case.before and there and there != case.written:
        yield f"a new folder holds only {', '.join(there)}"


def _files(folder: Path) -> Files:
    """The files of a report, without what is being made."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.as_posix(): (folder / path).read_bytes()
        for path in found
        if not any(part.endswith(_PARTIAL) for part in path.parts)
    }
