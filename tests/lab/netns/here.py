"""Whether the lab can run on this computer, and the program as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

LAB = [sys.executable, "-m", "analyzer", "lab"]

needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="the lab needs Linux and root (`autopath lab doctor`)"
)


def start(*words: str) -> subprocess.Popen[str]:
    """`autopath lab …` as a process; what it tells comes by its stderr."""
    return subprocess.Popen(
        [*LAB, *words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """`autopath lab …`, to its end."""
    return subprocess.run([*LAB, *words], cwd=ROOT, capture_output=True, text=True, check=False)
