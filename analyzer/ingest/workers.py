"""Large files are read by worker processes, a file on disk each; what comes back, and its order, is as without them.

A worker costs a fifth of a second (an interpreter and its imports), so they are used only where two files or more are
large. Small ones, and everything with one worker, are read in this process. Processes and not threads, because the
readers of logs hold the interpreter's lock.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec

from analyzer.config import Settings
from analyzer.errors import AutopathError, ConfigurationError, EvidenceError, UsageError
from analyzer.ingest import logs
from analyzer.ingest.bundle import Again, Closed, Progress, Stored
from analyzer.ingest.reading import Outcome, read_file

if TYPE_CHECKING:
    from ctypes import Array, c_uint64
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

LARGE = 64 << 20
TICK_S = 0.1
_TOLD = {error.__name__: error for error in (UsageError, ConfigurationError, EvidenceError)}


class WorkerDiedError(AutopathError):
    """A worker ended before its file did: a fault of the program, or the machine had no memory left."""

    exit_status = 70


class _Read(msgspec.Struct, frozen=True, tag=True):
    """All that one file held."""

    outcomes: tuple[Outcome, ...]


class _Raised(msgspec.Struct, frozen=True, tag=True):
    """The error that reading a file ended with."""

    error: str
    sentence: str


def outcomes(
    found: Sequence[Stored | Closed | Again], settings: Settings, progress: Progress | None = None
) -> Iterator[Outcome]:
    """What every file gives, in the order of `found`, whatever the number of workers.

    Raises as the readers do, and :class:`WorkerDiedError`.
    """
    rules = logs.load_rules(settings.rules)
    large = [n for n, file in enumerate(found) if isinstance(file, Stored) and file.size >= LARGE]
    with _pool(found, large, settings, progress) as pool:
        for number, file in enumerate(found):
            if not isinstance(file, Stored):
                yield file
            elif pool is not None and number in pool.files:
                yield from pool.result(number)
            else:
                yield from read_file(file, settings, rules, progress)
                if pool is not None:
                    pool.attend(0)


@contextmanager
def _pool(
    found: Sequence[Stored | Closed | Again], large: Sequence[int], settings: Settings, progress: Progress | None
) -> Iterator[_Pool | None]:
    if settings.workers < 2 or len(large) < 2:
        yield None
        return
    files = {n: file for n in large if isinstance(file := found[n], Stored)}
    with closing(_Pool(files, settings, progress)) as pool:
        yield pool


class _Pool:
    """The workers, the files that wait for one (the largest first), and what has come back."""

    def __init__(self, files: dict[int, Stored], settings: Settings, progress: Progress | None) -> None:
        from multiprocessing import get_context

        self.files = files
        self._progress = progress
        self._waiting = sorted(files, key=lambda n: (files[n].size, -n))
        self._results: dict[int, bytes] = {}
        context = get_context("spawn")
        self._slots = {number: slot for slot, number in enumerate(files)}
        self._done: Array[c_uint64] = context.RawArray("Q", len(files))
        self._told = [0] * len(files)
        self._workers: list[_Worker] = []
        with _interrupts_blocked():
            for _ in range(min(settings.workers, len(files))):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs, settings, self._done), daemon=True)
                process.start()
                theirs.close()
                self._workers.append(_Worker(process, ours))
        for worker in self._workers:
            self._hand_out(worker)

    def result(self, number: int) -> tuple[Outcome, ...]:
        """What the file of that number gave, once it has come."""
        while number not in self._results:
            self.attend(TICK_S)
        answer = msgspec.msgpack.decode(self._results.pop(number), type=_Read | _Raised)
        if isinstance(answer, _Read):
            return answer.outcomes
        if error := _TOLD.get(answer.error):
            raise error(answer.sentence)
        raise WorkerDiedError(answer.sentence)

    def attend(self, timeout: float) -> None:
        """Take what has come within `timeout` seconds, hand out what waits, and tell of the progress."""
        from multiprocessing.connection import wait

        busy = {worker.connection: worker for worker in self._workers if worker.file is not None}
        for connection in wait(list(busy), timeout):
            worker = busy[connection]  # type: ignore[index]
            self._take(worker)
            self._hand_out(worker)
        if self._progress is not None:
            self._tell(self._progress)

    def _take(self, worker: _Worker) -> None:
        number = worker.file
        if number is None:
            return
        try:
            self._results[number] = worker.connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerDiedError(
                f"{self.files[number].typed}: the process that read it ended ({_ending(worker.process)}); "
                "with --workers 1 it is read without one"
            ) from error

    def _hand_out(self, worker: _Worker) -> None:
        worker.file = self._waiting.pop() if self._waiting else None
        if worker.file is not None:
            worker.connection.send((self._slots[worker.file], self.files[worker.file]))

    def _tell(self, progress: Progress) -> None:
        for number, slot in self._slots.items():
            if (done := self._done[slot]) != self._told[slot]:
                self._told[slot] = done
                progress(self.files[number].name, done)

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.process.close()


class _Worker:
    """A process, our end of its pipe, and the number of the file that it reads."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process, self.connection = process, connection
        self.file: int | None = None


def _ending(process: BaseProcess) -> str:
    process.join(TICK_S)
    code = process.exitcode
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}, as when memory runs out"
    return f"status {code}"


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Processes that are started here never see Ctrl-C: it is this process that ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, settings: Settings, done: Array[c_uint64]) -> None:
    """A worker's life: a file in, what it holds out, until the pipe is closed."""
    _end_with_parent()
    rules = logs.load_rules(settings.rules)
    while True:
        try:
            slot, file = connection.recv()
        except EOFError:
            return
        connection.send_bytes(msgspec.msgpack.encode(_read(file, slot, settings, rules, done)))


def _read(file: Stored, slot: int, settings: Settings, rules: logs.Rules, done: Array[c_uint64]) -> _Read | _Raised:
    def heard(_: str, count: int) -> None:
        done[slot] = count

    try:
        return _Read(tuple(read_file(file, settings, rules, heard)))
    except AutopathError as error:
        return _Raised(type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - it is told by the process that started this one
        told = f"{type(error).__name__}: {error}"
        return _Raised(
            "", f"{file.typed}: reading it failed by a fault of the program ({told}); --workers 1 tells more"
        )


def _end_with_parent() -> None:
    """A parent that is killed can't end its workers: they watch it."""
    import os
    import threading
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
