"""Requests to end: raised where a command works, silent before and after, and never swallowed."""

from __future__ import annotations

import signal
import subprocess
import sys

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
