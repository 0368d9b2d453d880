"""Process 1 of the lab's namespaces; its pipe leads to the program outside: `python -m analyzer.lab.netns OPTIONS`."""

from __future__ import annotations

import signal
import subprocess
import sys
import traceback
from pathlib import Path

import msgspec

from analyzer.errors import AutopathError, LabError
from analyzer.lab.netns.cluster.lab import Lab
from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.namespaces.messages import Failed, File, Finished, Progress, send
from analyzer.lab.netns.options import SHELL, LabOptions, checked
from analyzer.lab.netns.recording.files import recording_of
from analyzer.lab.netns.scenario.acts import run_scenario
from analyzer.lab.netns.scenario.shell import keep_running

# The lab's folder is mounted over one of these, in its own mount namespace: they are everywhere, and mostly empty.
_PLACES = ("/mnt", "/media", "/srv")


def main(encoded: str) -> None:
    """Run a test and send its files, or why it ended early."""
    pipe = sys.stdout.buffer
    try:
        options = checked(msgspec.json.decode(encoded, type=LabOptions))
        lab = Lab(options, cluster_of(options), _folder(), lambda text: send(pipe, Progress(text)))
        if options.scenario == SHELL:
            keep_running(lab)
        run_scenario(lab, options.scenario)
        for name, content in recording_of(lab).items():
            send(pipe, File(name, content))
        send(pipe, Finished())
    except AutopathError as error:
        send(pipe, Failed(str(error), error.exit_status))
    except Exception as error:  # noqa: BLE001 - the pipe is the only way to say so
        traceback.print_exc()
        where = traceback.extract_tb(error.__traceback__)[-1]
        sentence = f"the lab broke ({type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {error})"
        send(pipe, Failed(sentence, LabError.exit_status))


def _folder() -> Path:
    """A folder in memory that goes with this mount namespace."""
    needed = {Path(sys.prefix).resolve(), Path(sys.executable).resolve(), Path(__file__).resolve()}
    for place in map(Path, _PLACES):
        if place.is_dir() and not any(path.is_relative_to(place) for path in needed):
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "autopath", str(place)], check=True)
            return place / "lab"
    raise LabError(f"none of {', '.join(_PLACES)} is there and free; make an empty folder {_PLACES[0]}")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(sys.argv[1])
