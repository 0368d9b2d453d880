"""The sandbox: the lab is process 1 of its own process and mount namespaces, in memory, so that nothing of it can stay.

When process 1 is gone, however that came about, the kernel kills every other process of the lab; with them go the
network namespaces and their links, and with the mount namespace the folder in memory. `--kill-child` and the signal of
a parent's death tie it to this program: also a `kill -9` of it takes all away. See pid_namespaces(7), prctl(2).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from analyzer.errors import AutopathError, LabError
from analyzer.lab.netns.namespaces.machine import LAB, PACKAGES
from analyzer.lab.netns.namespaces.messages import Failed, File, Finished, Progress, received
from analyzer.lab.netns.options import LabOptions

_SANDBOX = (
    "setpriv",
    "--pdeathsig",
    "KILL",
    "unshare",
    "--mount",
    "--pid",
    "--ipc",
    "--fork",
    "--kill-child",
    "--mount-proc",
)


def run_in_sandbox(options: LabOptions, report: Callable[[str], None]) -> dict[str, bytes]:
    """Run the lab; the files that it recorded, by name. Whatever ends this call, nothing of the lab is left after it.

    Raises what ended the lab early: :class:`UsageError`, :class:`LabError`.
    """
    command = [*_SANDBOX, sys.executable, "-m", "analyzer.lab.netns", msgspec.json.encode(options).decode()]
    # A session of its own, so that Ctrl-C reaches this program alone, which then takes the lab away.
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("AUTOPATH_DEBUG") else subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(PACKAGES), LAB: str(os.getpid())},
        start_new_session=True,
    ) as lab:
        try:
            return _files_from(lab, report)
        finally:
            kill_all(lab)


def kill_all(lab: subprocess.Popen[bytes]) -> None:
    """Kill process 1, and be back when all the others are dead too: `unshare` waits for that."""
    children = Path(f"/proc/{lab.pid}/task/{lab.pid}/children")
    with suppress(OSError):
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
            lab.wait(10)
    lab.kill()
    lab.wait()


def _files_from(lab: subprocess.Popen[bytes], report: Callable[[str], None]) -> dict[str, bytes]:
    assert lab.stdout is not None  # noqa: S101 - a PIPE was asked for
    files: dict[str, bytes] = {}
    for message in received(lab.stdout):
        match message:
            case Progress(text):
                report(text)
            case File(name, content):
                files[name] = content
            case Failed(sentence, exit_status):
                error = AutopathError(sentence)
                error.exit_status = exit_status
                raise error
            case Finished():
                return files
    raise LabError("the lab ended without a word; `autopath lab doctor` says what may be missing")
