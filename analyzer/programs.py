"""Another program, or a large library, within limits: so long, so much memory, so much output.

A program gets bytes on its stdin and gives its stdout, without a shell; what it says on stderr is for nobody. Whatever
ends it, nothing of its process group is left.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import msgspec

from analyzer.errors import USAGE, AutopathError

_AT_ONCE = 1 << 16
_RAISED_AGAIN_S = 0.5


class ProgramError(AutopathError):
    """Another program is not there, broke, or did not keep within its limits: which, and what happened."""

    exit_status = USAGE


class Limits(msgspec.Struct, frozen=True):
    """Seconds that a program may run, bytes that it may print, bytes of memory that it may take."""

    seconds: float = 60.0
    output: int = 64 << 20
    memory: int = 4 << 30


class Printed(msgspec.Struct, frozen=True):
    """What a program printed, and its exit status (negative: the signal that ended it)."""

    output: bytes
    status: int


LIMITS = Limits()


def run_program(command: Sequence[str], given: Iterable[bytes] = (), limits: Limits = LIMITS) -> Printed:
    """Run a program with these bytes on its stdin; :class:`ProgramError` where it can't be run or leaves its limits."""
    name, *arguments = command
    path = shutil.which(name)
    if path is None:
        raise ProgramError(f"{name} is not on PATH")
    until = time.monotonic() + limits.seconds
    try:
        process = subprocess.Popen(
            [path, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise ProgramError(f"{path} can't be run ({error.strerror})") from error
    try:
        _limit_memory(process.pid, limits.memory)
        threading.Thread(target=_feed, args=(process, given), name=f"to {name}", daemon=True).start()
        printed = _printed(process, name, until, limits)
        return Printed(printed, process.wait(max(0.0, until - time.monotonic())))
    except subprocess.TimeoutExpired:
        raise _too_long(name, limits) from None
    finally:
        kill(process)


@contextmanager
def within(limits: Limits, name: str) -> Iterator[None]:
    """What is done in here, by Python code of the library `name`, takes no longer and no more further memory than that;
    else :class:`ProgramError` or :class:`MemoryError` is raised in it. Only the main thread is limited in time.
    """
    with _until(limits, name), _memory(limits.memory):
        yield


@contextmanager
def _until(limits: Limits, name: str) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def end(*_: object) -> NoReturn:
        raise _too_long(name, limits)

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds, _RAISED_AGAIN_S)  # once more where Python could not raise it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _memory(further: int) -> Iterator[None]:
    """Where the system tells how much there is, and lets us limit it."""
    try:
        import resource

        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_least(before[0], used + further), before[1]))
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _least(limit: int, other: int) -> int:
    return other if limit < 0 else min(limit, other)  # -1 is no limit


def _limit_memory(pid: int, most: int) -> None:
    """Where the system lets one process limit another."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import resource

        resource.prlimit(pid, resource.RLIMIT_AS, (most, most))


def _feed(process: subprocess.Popen[bytes], given: Iterable[bytes]) -> None:
    """It may end before it has read all."""
    assert process.stdin is not None  # noqa: S101 - a PIPE was asked for
    with contextlib.suppress(OSError, ValueError):
        for block in given:
            view = memoryview(block)
            while view:
                view = view[process.stdin.write(view) :]
    with contextlib.suppress(OSError):
        process.stdin.close()


def _printed(process: subprocess.Popen[bytes], name: str, until: float, limits: Limits) -> bytes:
    assert process.stdout is not None  # noqa: S101 - a PIPE was asked for
    printed = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise _too_long(name, limits)
        block = os.read(process.stdout.fileno(), _AT_ONCE)
        if not block:
            return bytes(printed)
        printed += block
        if len(printed) > limits.output:
            raise ProgramError(f"{name} printed more than {limits.output >> 20} MB, and was ended")


def _too_long(name: str, limits: Limits) -> ProgramError:
    return ProgramError(f"{name} did not end within {limits.seconds:g} s, and was ended")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End one that leads a group of processes, with its children; there is nothing to end where all are gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stdin):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
