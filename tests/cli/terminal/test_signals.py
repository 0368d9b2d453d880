"""Requests to end: raised where a command works, silent before and after, and never swallowed."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli.terminal.signals import EndedError, requests_heeded
from tests.conftest import ROOT

REQUESTS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
INTERRUPTED_EARLY = """
import signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            signal.raise_signal({number})
sys.meta_path.insert(0, Finder())
sys.argv = ["autopath", "--version"]
from analyzer.__main__ import main
main()
"""
IN_A_CALLBACK = """
import signal, weakref
from analyzer.cli.terminal.signals import requests_heeded
class Thing: pass
with requests_heeded():
    thing = Thing()
    reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
    del thing
    print("went on")
"""


def python(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("number", REQUESTS, ids=lambda number: number.name)
def test_a_request_is_raised_where_the_command_works_and_is_no_fault(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in REQUESTS]
    try:
        with pytest.raises(EndedError) as caught, requests_heeded():
            signal.raise_signal(number)
        assert caught.value.exit_status == 128 + number
        assert not isinstance(caught.value, Exception)
        assert [signal.getsignal(each) for each in REQUESTS] == [signal.SIG_DFL] * 3
    finally:
        for each, handler in zip(REQUESTS, before, strict=True):
            signal.signal(each, handler)


@pytest.mark.parametrize("number", REQUESTS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", ["analyzer.cli", "click", "analyzer.errors"])
def test_a_request_before_the_command_line_is_there_is_silent(name: str, number: signal.Signals) -> None:
    done = python(INTERRUPTED_EARLY.format(name=name, number=int(number)))
    assert (done.returncode, done.stdout, done.stderr) == (-number, "", "")


def test_a_request_that_python_can_not_raise_ends_the_process() -> None:
    done = python(IN_A_CALLBACK)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGTERM, "", "")


def test_what_was_ignored_stays_ignored() -> None:
    """As by nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    others = [signal.getsignal(each) for each in REQUESTS]
    try:
        with requests_heeded():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        for each, handler in zip(REQUESTS, others, strict=True):
            signal.signal(each, handler)
        signal.signal(signal.SIGHUP, before)


AT_ANY_MOMENT = """
import os, random, signal, sys, time
from analyzer.cli import main, run
from analyzer.ingest import workers

workers.LARGE = 1  # threads read them all
drawn = random.Random(1)
arguments = ("analyze", "a.log", "b.log", "c.log.gz", "--log-timezone", "UTC", "--workers", "3", "-q", "-o")

def forked(place):
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    try:
        main((*arguments, place))
    except SystemExit as end:
        import threading
        threading._shutdown()  # as at the end of a process
        os._exit(end.code)

def waited(child):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"

run((*arguments, "warm"))
began = time.monotonic()
waited(forked("whole"))
whole = time.monotonic() - began
statuses = set()
for number in range(int(sys.argv[1])):
    child = forked("out")
    time.sleep(drawn.uniform(0, whole))
    os.kill(child, signal.SIGINT)
    statuses.add(waited(child))
print(*sorted(map(str, statuses)))
"""


def test_an_interrupt_at_any_moment_ends_threads_that_read(tmp_path: Path) -> None:
    line = b"2026-11-22 07:04:46 INFO ha_service.py:489 All stargates are up\n"
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_bytes(line * 500 + name.encode())
    (tmp_path / "c.log.gz").write_bytes(gzip.compress(line * 200 + b"x" * 3_000_000, 1))
    (tmp_path / "main.py").write_text(AT_ANY_MOMENT)
    done = subprocess.run(
        [sys.executable, "main.py", "25"], cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # -2: there was nothing to clear up yet; 0: all was done
    assert {"130"} <= set(done.stdout.split()) <= {"130", "-2", "0"}
