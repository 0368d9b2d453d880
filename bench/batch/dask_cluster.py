"""A Dask cluster on this machine: a scheduler, and workers under nannies that start them again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.batch.processes import DASK_WORKER, ENVIRONMENT, ROOT, WORKER, command_of, descendants

_PATIENCE_S = 60.0


class Cluster:
    """The scheduler's address, and the processes."""

    def __init__(self, address: str, processes: list[subprocess.Popen[bytes]]) -> None:
        self.address = address
        self._processes = processes

    def victims(self, _: int) -> list[int]:
        """The Dask workers below their nannies, and the processes in which these do tests."""
        below = [each for process in self._processes[1:] for each in descendants(process.pid)]
        return [each for each in below if any(word in command_of(each) for word in (DASK_WORKER, WORKER))]


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    """A cluster with so many workers, on a port of its own; nothing of it is left at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    processes = [_started("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
    try:
        _wait_for(port)
        processes += [_started("worker", address, "--nthreads", "1", "--no-dashboard") for _ in range(workers)]
        yield Cluster(address, processes)
    finally:
        for process in reversed(processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also those whose nanny was gone before they began
            process.wait()


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
