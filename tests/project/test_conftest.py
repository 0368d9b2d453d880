from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import ROOT

ROOMS = ("tests/lab", "tests/truth")


def collected(*options: str) -> set[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", *ROOMS, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"^tests/.*::(test_\w+)", done.stdout, re.MULTILINE))


def test_without_labs_what_runs_one_is_left_out() -> None:
    everything, rest = collected(), collected("--without-labs")

    assert set() < rest < everything
    assert {"test_nothing_is_left_when_the_lab_itself_breaks", "test_the_recording_is_whole"} <= everything - rest
    assert "test_the_analysis_tells_the_truth" in rest
