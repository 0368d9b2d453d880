"""Whether the lab can run on this computer, and the program as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import ROOT
from tests.dispositions import in_foreground

STARTS_WITHIN_S = 40
Disposed = Callable[..., list[str]]
LAB = [sys.executable, "-m", "analyzer", "lab"]

needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="the lab needs Linux and root (`autopath lab doctor`)"
)


@contextmanager
def started(*words: str, disposed: Disposed = in_foreground) -> Iterator[subprocess.Popen[str]]:
    """`autopath lab …` as a process that ends with the block; what it tells comes by its stderr."""
    command, pipe = disposed(*LAB, *words), subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """`autopath lab …`, to its end."""
    return subprocess.run([*LAB, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def cvm_of(name: str, node: int) -> str:
    """The name of a CVM in the lab whose first host has this name."""
    return f"{name}-cvm-{node}"


def named(name: str) -> tuple[str, ...]:
    """Options for names that no other lab has: the first host's is `name`, and all begin with it."""
    cvms = ",".join(cvm_of(name, node) for node in (1, 2, 3))
    return ("--host-names", f"{name},{name}-b,{name}-c", "--cvm-names", cvms)


@contextmanager
def lab_shell(name: str) -> Iterator[subprocess.Popen[str]]:
    """A lab that runs to play with, with these names."""
    with started("shell", "--period", "10", *named(name)) as process:
        assert process.stderr is not None
        until = time.monotonic() + STARTS_WITHIN_S
        for line in process.stderr:
            if "it runs until Ctrl-C" in line:
                break
            assert time.monotonic() < until, line
        else:
            pytest.fail(f"the lab ended with {process.wait()}")
        yield process
