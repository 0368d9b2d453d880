"""Behind each block is a page that ends the process which reads it."""

from __future__ import annotations

import signal
import subprocess
import sys

from analyzer.config import Settings
from bench.fuzz.guarded import scanned
from tests.conftest import ROOT
from tests.ingest.capture.compiled.both import compiled
from tests.ingest.capture.traffic import File, Traffic


def test_the_scan_is_that_of_the_program() -> None:
    data = File().of(Traffic(1, 20, frozenset({"udp"})).frames)
    whole = compiled(data)
    for at_once in (len(data), 64):
        assert scanned(data, at_once, "x.pcap", Settings(), "wire") == whole


READS_ON = """
import ctypes, sys
from bench.fuzz import guarded
buffer = guarded._buffer_of(guarded.BUFFER)
place = ctypes.addressof((ctypes.c_char * 0).from_buffer(buffer)) + guarded.BUFFER
sys.stdout.buffer.write(ctypes.string_at(place - 1, 1))
sys.stdout.flush()
ctypes.string_at(place, 1)
"""


def test_nobody_reads_behind_a_block() -> None:
    done = subprocess.run([sys.executable, "-c", READS_ON], cwd=ROOT, capture_output=True, check=False)
    assert (done.stdout, done.returncode) == (b"\0", -signal.SIGSEGV)
