"""`python -m analyzer.batch.worker`: tests as lines on stdin, each done in a process of its own, forked from this one.

All is imported before the first one, so that a test costs no start of Python. A test's process writes what it says as a
line to stdout, and this one a line on how that ended. Where whoever started it is gone, both end.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from typing import NoReturn

import msgspec

from analyzer.batch import work
from analyzer.batch.memory import resident
from analyzer.batch.values import End, Task, packed, task_of

TICK_S = 0.02


def main() -> None:
    """Do what comes until nobody is there who would give more."""
    told = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whatever prints, it is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us ends us
    for line in sys.stdin.buffer:
        task = task_of(line)
        pid = os.fork()
        if pid == 0:
            _child(task, told)
        _write(told, b"\n" + msgspec.json.encode(_ended(pid, task.memory)) + b"\n")


def _child(task: Task, told: int) -> NoReturn:
    threading.Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    status = 1
    try:
        _write(told, packed(work.done(task)))
        status = 0
    finally:
        os._exit(status)


def _leave_with_parent(parent: int) -> None:
    """End this process where whoever gives the tests is gone, or the one that it was forked from."""
    poll = select.poll()
    poll.register(sys.stdin.fileno(), 0)  # that it is hung up is told unasked
    while not poll.poll(1000 * TICK_S * 5) and os.getppid() == parent:
        pass
    os._exit(1)


def _ended(pid: int, memory: int) -> End:
    """How a process ended; one that has more than `memory` bytes (0: any number) is ended."""
    too_large = False
    while True:
        done, status = os.waitpid(pid, os.WNOHANG if memory else 0)
        if done:
            return End(os.waitstatus_to_exitcode(status), too_large)
        if resident(pid) > memory:
            too_large = True
            os.kill(pid, signal.SIGKILL)
        time.sleep(TICK_S)


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


if __name__ == "__main__":
    main()
