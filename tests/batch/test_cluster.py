"""Tests on a Dask cluster: only those that die are named, whatever dies; one that is gone is told."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import cluster
from analyzer.batch.cluster import done_by_cluster, done_on_worker, end_on_worker
from analyzer.batch.values import Again, Analysed, Begun, Ended, Failed, Said, heard_of, packed
from analyzer.batch.waiting import Waiting
from analyzer.errors import UsageError
from bench.batch.dask_cluster import Cluster
from bench.batch.dask_cluster import cluster as started
from bench.batch.processes import DASK_WORKER, command_of
from tests.batch.made import evidence, task


@pytest.fixture(scope="module")
def dask() -> Iterator[Cluster]:
    """A scheduler and two workers."""
    with started(2) as running:
        yield running


def test_where_a_worker_dies_its_test_is_done_elsewhere(tmp_path: Path, dask: Cluster) -> None:
    names = [f"t{number}" for number in range(6)]
    for name in names:
        evidence(tmp_path, name)
    waiting = Waiting([task(tmp_path, name) for name in (*names, "nowhere")], {}, 20)
    events = []
    killed = 0
    for event in done_by_cluster(waiting, dask.address):
        events.append(event)
        workers = [pid for pid in dask.victims(0) if DASK_WORKER in command_of(pid)]
        if isinstance(event, Begun) and killed < 2 and workers:
            os.kill(workers[0], signal.SIGKILL)
            killed += 1

    ended = [event.outcome for event in events if isinstance(event, Ended)]
    assert killed == 2
    assert {one.name for one in ended if isinstance(one, Analysed)} == set(names)
    assert [one.reason for one in ended if isinstance(one, Failed)] == [
        "nowhere: there is no such file or folder; check the path"
    ]
    assert {event.how for event in events if isinstance(event, Again)} <= {"was lost with its Dask worker"}


def test_results_that_are_not_seen_from_here_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "SEEN_S", 0.0)
    monkeypatch.setattr(cluster, "TICK_S", 0.01)
    outcome = Analysed(name="one", acceptable="yes", verdict="MET", says="", test="", run="", digest="")

    assert isinstance(cluster._seen(task(tmp_path, "one"), outcome), Failed)


def test_a_worker_with_another_program_does_nothing(tmp_path: Path) -> None:
    from msgspec.structs import replace

    with pytest.raises(RuntimeError, match=r"and the batch 0\.0\.1"):
        done_on_worker("x", packed(replace(task(tmp_path, "one"), program="0.0.1")))


def test_what_a_worker_does_is_a_line(tmp_path: Path) -> None:
    evidence(tmp_path, "one")
    try:
        heard = heard_of(done_on_worker("x", packed(task(tmp_path, "one"))))
    finally:
        end_on_worker("x")
    assert isinstance(getattr(heard, "outcome", None), Analysed)


DONE = Failed(name="one", reason="x")


class Future:
    """One that has ended, in some way."""

    def __init__(self, status: str, error: Exception | None = None) -> None:
        self.status, self._error = status, error

    def exception(self) -> Exception | None:
        return self._error

    def result(self) -> bytes:
        return packed(Said(DONE))

    def add_done_callback(self, told: Any) -> None:
        told(self)

    def cancel(self) -> None:
        self.status = "cancelled"


class Client:
    """A client of a cluster with one worker, on which each test ends in the same way."""

    def __init__(self, future: Future, workers: tuple[str, ...] = ("tcp://worker",)) -> None:
        self.future, self.workers = future, workers

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.workers, 1)

    def submit(self, *_: object, **__: object) -> Future:
        return self.future


def events(client: Client, folder: Path) -> Iterator[object]:
    return cluster._Cluster(client, Waiting([task(folder, "one")], {}, 1)).events()  # type: ignore[arg-type]


def test_a_worker_that_can_not_do_a_test_is_not_used(tmp_path: Path) -> None:
    told = events(Client(Future("error", ImportError("no analyzer"))), tmp_path)
    seen = [next(told), next(told)]

    assert [type(event) for event in seen] == [Begun, Again]
    with pytest.raises(UsageError, match="has no worker that can do a test"):
        next(told)


def test_a_scheduler_that_gives_a_test_up_is_one_more_death(tmp_path: Path) -> None:
    from distributed import KilledWorker

    killed = KilledWorker("one", None, 4)  # type: ignore[arg-type]
    told = list(events(Client(Future("error", killed)), tmp_path))

    assert [type(event) for event in told] == [Begun, Again, Begun, Ended]


def test_a_cluster_without_workers_is_waited_for_and_then_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.2)
    monkeypatch.setattr(cluster, "TICK_S", 0.05)
    began = time.monotonic()
    with pytest.raises(UsageError, match="there is none"):
        next(events(Client(Future("pending"), ()), tmp_path))
    assert time.monotonic() - began >= 0.2


def test_a_future_that_ends_after_its_worker_was_lost_says_nothing(tmp_path: Path) -> None:
    """Also where another worker has the same address by then, and another test."""
    made = cluster._Cluster(
        Client(Future("finished")),  # type: ignore[arg-type]
        Waiting([task(tmp_path, "one")], {}, 1),
    )
    late = cluster._Given("tcp://worker", task(tmp_path, "late"), Future("cancelled"))  # type: ignore[arg-type]
    made._ended.put(late)

    assert list(made.events()) == [Begun("one", "tcp://worker"), Ended(DONE)]
