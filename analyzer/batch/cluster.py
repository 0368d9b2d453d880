"""Tests done by the workers of a Dask cluster, each of which has one test at a time.

A worker does its test in a process of its own, as this machine would, and tells what became of it: what ends that
process doesn't end the worker. Where a worker goes away, the test that it had is the only one whose death that is. All
machines see the evidence, and the folder of results, under the same paths.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer import __version__
from analyzer.batch.finished import NAME
from analyzer.batch.process import Process, said_by, too_large
from analyzer.batch.values import (
    Again,
    Analysed,
    Begun,
    Died,
    Ended,
    Event,
    Failed,
    Outcome,
    Said,
    Task,
    heard_of,
    packed,
    task_of,
)
from analyzer.batch.waiting import Waiting
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE_S = 60.0
"""How long a cluster may have no worker that can be used."""
CONNECT_S, END_S, TICK_S, SEEN_S = 15, 2.0, 0.25, 5.0
_LOST = Died(how="was lost with its Dask worker", crashed=False)
_one = threading.Lock()
_processes: dict[str, Process] = {}
"""On a Dask worker: the process in which it does tests, by the batch."""


def done_on_worker(batch: str, line: bytes) -> bytes:
    """What a Dask worker does with a test of a batch; :class:`RuntimeError` where another version of autopath is
    installed there.
    """
    task = task_of(line)
    if task.program != __version__:
        raise RuntimeError(f"it has autopath {__version__}, and the batch {task.program}")
    with _one:
        return packed(said_by(_processes.setdefault(batch, Process()), task))


def end_on_worker(batch: str) -> None:
    """End the process in which a Dask worker does the tests of a batch."""
    if process := _processes.pop(batch, None):
        process.end()


class _Given(NamedTuple):
    """A test that a worker has, by the worker's address."""

    worker: str
    task: Task
    future: Future[Any]


def done_by_cluster(waiting: Waiting, address: str) -> Iterator[Event]:
    """Do what waits on the cluster whose scheduler is at this address, and tell what happens.

    Raises :class:`~analyzer.errors.UsageError` where `distributed` is not installed, there is no scheduler, or no
    worker that can do a test.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "--scheduler: needs distributed, which is not installed: pip install 'autopath-analyzer[dask]'"
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what there is to tell is told
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--scheduler {address}: there is no Dask scheduler ({str(error) or 'no answer'}); give one such as "
            "tcp://10.0.0.1:8786"
        ) from error
    cluster = _Cluster(client, waiting)
    try:
        yield from cluster.events()
    finally:
        cluster.end()


class _Cluster:
    """The workers, and the test that each of them has."""

    def __init__(self, client: Client, waiting: Waiting) -> None:
        self._client, self._waiting = client, waiting
        self._given: dict[str, _Given] = {}
        self._ended: queue.SimpleQueue[_Given] = queue.SimpleQueue()
        self._unfit: dict[str, str] = {}
        self._idle_since = time.monotonic()
        self._batch = uuid.uuid4().hex

    def events(self) -> Iterator[Event]:
        while self._waiting or self._given:
            workers = self._workers()
            yield from self._lost(workers)
            yield from self._give(workers)
            with contextlib.suppress(queue.Empty):
                given = self._ended.get(timeout=TICK_S)
                if self._given.get(given.worker) is given:  # else it was lost meanwhile
                    yield self._heard(self._given.pop(given.worker))

    def _workers(self) -> set[str]:
        """The addresses of the workers that can be used."""
        try:
            workers = set(self._client.nthreads())
        except (OSError, TimeoutError) as error:
            raise UsageError(f"the Dask scheduler is gone ({error}); the same command does the rest") from error
        fit = workers - self._unfit.keys()
        if fit or self._given:
            self._idle_since = time.monotonic()
        elif time.monotonic() > self._idle_since + PATIENCE_S or (workers and not fit):
            why = next((said for worker, said in self._unfit.items() if worker in workers), "there is none")
            raise UsageError(f"the Dask cluster has no worker that can do a test ({why}); the same command goes on")
        return fit

    def _lost(self, workers: set[str]) -> Iterator[Event]:
        """What becomes of the tests whose workers are gone."""
        for worker in self._given.keys() - workers:
            given = self._given.pop(worker)
            given.future.cancel()
            yield self._waiting.died(given.task, _LOST)

    def _give(self, workers: set[str]) -> Iterator[Event]:
        for worker in sorted(workers - self._given.keys()):
            if not self._waiting:
                return
            task = self._waiting.next()
            future = self._client.submit(
                done_on_worker,
                self._batch,
                packed(task),
                workers=[worker],
                allow_other_workers=False,
                pure=False,
                retries=0,
            )
            given = self._given[worker] = _Given(worker, task, future)
            future.add_done_callback(lambda _, given=given: self._ended.put(given))
            yield Begun(task.name, worker)

    def _heard(self, given: _Given) -> Event:
        """What became of the test that a worker had."""
        from distributed import KilledWorker

        worker, task, future = given
        if future.status == "finished":
            return self._said(task, future.result())
        error = future.exception() if future.status == "error" else None
        if error is None or isinstance(error, KilledWorker):  # its scheduler gave it up, or somebody cancelled it
            return self._waiting.died(task, _LOST)
        self._unfit[worker] = f"{type(error).__name__}: {error}"
        self._waiting.back(task)
        return Again(task.name, f"could not be begun on {worker} ({self._unfit[worker]})")

    def _said(self, task: Task, line: bytes) -> Event:
        heard = heard_of(line)
        if isinstance(heard, Died):
            return self._waiting.died(task, heard)
        return Ended(_seen(task, heard.outcome), heard.before) if isinstance(heard, Said) else Ended(too_large(task))

    def end(self) -> None:
        """Nothing of ours is done on the workers any more; what they did is not waited for."""
        ending = threading.Thread(target=self._end, daemon=True)
        ending.start()
        ending.join(END_S)

    def _end(self) -> None:
        with contextlib.suppress(Exception):  # the scheduler may be gone, or a worker say nothing
            self._client.cancel([given.future for given in self._given.values()])
            self._client.run(end_on_worker, self._batch, on_error="ignore")
        with contextlib.suppress(Exception):
            self._client.close(timeout=1)


def _seen(task: Task, outcome: Outcome) -> Outcome:
    """The outcome, where its folder is seen from here."""
    until = time.monotonic() + SEEN_S
    while isinstance(outcome, Analysed) and not (task.place / NAME).is_file():
        if time.monotonic() > until:
            return Failed(
                name=task.name,
                reason="its worker wrote it to a folder that is not seen here; all machines must share that of -o",
            )
        time.sleep(TICK_S)
    return outcome
