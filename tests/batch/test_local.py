"""Tests in processes: those that die, that need too much, and that are told from the others."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer.batch.local import done_here
from analyzer.batch.process import Process, said_by
from analyzer.batch.values import Again, Analysed, Ended, Event, Failed, Task
from analyzer.batch.waiting import Waiting
from analyzer.errors import UsageError
from bench.batch.processes import WORKER, command_of, descendants
from tests.batch.made import evidence, let_some_die, task


def ended(events: Iterable[Event]) -> dict[str, Analysed | Failed]:
    return {event.outcome.name: event.outcome for event in events if isinstance(event, Ended)}


def tasks(folder: Path, *names: str) -> list[Task]:
    for name in names:
        evidence(folder, name)
    return [task(folder, name, memory=300_000_000) for name in names]


def test_only_those_that_die_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_some_die(monkeypatch)
    names = ("crash", "good", "killed", "large", "second")

    found = ended(done_here(Waiting(tasks(tmp_path, *names), {}, 20), 2))
    assert {name for name, outcome in found.items() if isinstance(outcome, Analysed)} == {"good", "second"}
    reasons = {name: outcome.reason for name, outcome in found.items() if isinstance(outcome, Failed)}
    assert reasons["crash"] == "its process died 3 times (the last one was ended by SIGSEGV); set aside"
    assert reasons["large"] == ("its process had more than 300 MB of memory (--memory), and was ended; allow more")
    assert reasons["killed"].endswith(
        "(the last one was ended by SIGKILL); set aside; the system ends processes where memory is short: try fewer "
        "--workers"
    )
    assert set(found) == set(names)
    assert workers() == []


def test_where_the_worker_itself_is_killed_nothing_of_it_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_some_die(monkeypatch)
    began = time.monotonic()
    events = list(done_here(Waiting(tasks(tmp_path, "template", "good"), {}, 1), 1))

    assert [event.name for event in events if isinstance(event, Again)] == ["template"]
    found = ended(events)
    assert isinstance(found["good"], Analysed)
    assert isinstance(found["template"], Failed)
    assert time.monotonic() - began < 20
    assert workers() == []


def test_whoever_stops_listening_leaves_no_process(tmp_path: Path) -> None:
    events = done_here(Waiting(tasks(tmp_path, "one", "two", "three"), {}, 20), 2)
    next(events)
    events.close()  # type: ignore[attr-defined]

    assert workers() == []


def test_an_idle_worker_that_is_killed_is_nobodys_death(tmp_path: Path) -> None:
    one, two = tasks(tmp_path, "one", "two")
    process = Process()
    try:
        said_by(process, one)
        for pid in workers():
            os.kill(pid, 9)
        time.sleep(0.1)
        said = said_by(process, two)
    finally:
        process.end()
    assert isinstance(getattr(said, "outcome", None), Analysed)


def workers() -> list[int]:
    return [pid for pid in descendants(os.getpid()) if WORKER in command_of(pid)]


def test_where_no_process_can_be_started_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.batch.process.COMMAND", (str(tmp_path / "python"),))

    with pytest.raises(UsageError, match=r"python: can't be started for the tests \(No such file or directory\)"):
        list(done_here(Waiting(tasks(tmp_path, "one"), {}, 20), 1))
