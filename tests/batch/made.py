"""Batches of small tests, and workers of which some die."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from analyzer import __version__
from analyzer.batch import process
from analyzer.batch.values import Task
from analyzer.config import Settings
from tests.conftest import SAMPLES

LOGS = ("cvm-failure", "route-injection", "healthy", "cvm-recovery")
DYING = """
    import os, resource, signal, time
    from analyzer.batch import work, worker

    done = work.done

    def doing(task):
        if task.name.startswith("crash"):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.kill(os.getpid(), signal.SIGSEGV)
        if task.name.startswith("killed"):
            os.kill(os.getpid(), signal.SIGKILL)
        if task.name.startswith("large"):
            held = b"x" * 400_000_000
            time.sleep(20)
        if task.name.startswith("template"):
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(20)
        return done(task)

    work.done = doing
    worker.main()
"""


def evidence(folder: Path, name: str, case: str = "cvm-failure") -> Path:
    """A log of a sample, in a folder of its own."""
    place = folder / name
    place.mkdir(parents=True)
    (place / "genesis.out").write_bytes((SAMPLES / case / "genesis.out").read_bytes())
    return place


def task(folder: Path, name: str, *paths: str, memory: int = 0, settings: Settings | None = None) -> Task:
    """A test of that name whose evidence is the folder of that name, or `paths`; its results go to `out`."""
    return Task(
        name=name,
        base=str(folder),
        evidence=paths or (name,),
        settings=settings or Settings(log_timezone="UTC"),
        forms=("html", "json", "summary"),
        output=str(folder / "out"),
        memory=memory,
        program=__version__,
    )


def manifest(folder: Path, count: int) -> Path:
    """A manifest of so many tests, with their evidence beside it."""
    lines = ['cluster = "prod-1"', 'log_timezone = "UTC"']
    for number in range(1, count + 1):
        case = LOGS[number % len(LOGS)]
        place = evidence(folder, f"t{number:02}", case)
        with (place / "genesis.out").open("a", encoding="utf-8") as log:
            log.write(f"# {number}\n")
        lines += ["[[test]]", f'name = "t{number:02}"', f'evidence = "t{number:02}"']
    path = folder / "fleet.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    """The content of each file below a folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def let_some_die(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers die of tests whose names begin with crash, killed or large; or one is killed with what it forked."""
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-P", "-c", textwrap.dedent(DYING)))
