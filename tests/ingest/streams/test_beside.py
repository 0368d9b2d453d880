"""Work on another thread: its order, its errors, its end, and interrupts at any moment."""

from __future__ import annotations

import _thread
import subprocess
import sys
import threading

import pytest

from analyzer.ingest.streams.beside import Beside
from tests.conftest import ROOT
from tests.ingest.streams.threads import assert_ended


def test_what_comes_of_the_work_comes_in_its_order() -> None:
    beside = Beside[int]()
    for number in range(100):
        beside.give(lambda number=number: number * number)  # type: ignore[misc]
    assert [beside.take() for _ in range(100)] == [number * number for number in range(100)]
    beside.end()


def test_it_is_done_by_one_other_thread() -> None:
    beside = Beside[int]()
    for _ in range(5):
        beside.give(threading.get_ident)
    assert len({beside.take() for _ in range(5)} - {threading.get_ident()}) == 1
    beside.end()


def test_what_was_raised_is_raised_where_its_result_is_taken() -> None:
    beside = Beside[float]()
    for divisor in (1, 0, 2):
        beside.give(lambda divisor=divisor: 1 / divisor)  # type: ignore[misc]
    assert beside.take() == 1
    with pytest.raises(ZeroDivisionError):
        beside.take()
    assert beside.take() == 0.5
    beside.end()


def test_finishing_does_all_and_ending_drops_what_was_not_begun() -> None:
    before, may_go_on = _thread._count(), threading.Event()
    done: list[int] = []
    finished, ended = Beside[None](), Beside[None]()
    for number in range(10):
        finished.give(lambda number=number: done.append(number))  # type: ignore[misc]
    finished.finish()
    assert done == list(range(10))

    ended.give(may_go_on.wait)  # type: ignore[arg-type]
    for _ in range(10):
        ended.give(lambda: done.append(99))
    threading.Timer(0.05, may_go_on.set).start()
    ended.end()
    assert done == list(range(10))
    assert_ended(before)


def test_where_nothing_was_given_there_is_nothing_to_end_or_to_take() -> None:
    beside = Beside[None]()
    beside.end()
    beside.finish()
    with pytest.raises(LookupError):
        beside.take()


_INTERRUPTED = """
import random, signal, sys, time
from analyzer.ingest.streams.beside import Beside

class Ended(BaseException): pass

def end(*_):
    raise Ended

signal.signal(signal.SIGALRM, end)
drawn = random.Random(1)
for _ in range(2000):
    beside = Beside()
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, drawn.uniform(1e-6, 4e-4))
            for _ in range(50):
                beside.give(lambda: None)
                beside.give(lambda: None)
                beside.take()
            beside.finish()
        finally:
            beside.end()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Ended:
        pass
    finally:
        beside.end()
print("all")
"""


def test_an_interrupt_at_any_moment_leaves_it_able_to_end() -> None:
    """With an executor of `concurrent.futures` this never ends."""
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "all\n", "")


_LEFT = """
import os, time
from analyzer.ingest.streams.beside import begin
told = []
def work():
    while not told:
        time.sleep(0.001)
    os.write(1, b"ended")
begin(work, lambda: told.append(True))
"""


def test_the_end_of_the_process_waits_for_a_thread_that_was_left() -> None:
    done = subprocess.run([sys.executable, "-c", _LEFT], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"ended", b"")
