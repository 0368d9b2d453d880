"""One decoder a type, whoever asks first, and how many do at once."""

from __future__ import annotations

import subprocess
import sys

from analyzer.decoder import decoder_of
from analyzer.model.run import Run
from tests.conftest import ROOT

AT_ONCE = """
import sys, threading
from pathlib import Path
from analyzer.store.codec import decode_run

sys.setswitchinterval(1e-6)
data, together, read = Path(sys.argv[1]).read_bytes(), threading.Barrier(6), []

def decode():
    together.wait()
    read.append(decode_run(data, "run.json"))

threads = [threading.Thread(target=decode) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(read) == 6 and all(run == read[0] for run in read)
"""


def test_it_is_made_once() -> None:
    assert decoder_of(Run) is decoder_of(Run)


def test_several_threads_may_be_the_first() -> None:
    """Without this each of them would have the library learn the type, which crashes the process every time."""
    run = ROOT / "reports" / "cvm-failure" / "run.json"
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, str(run)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
