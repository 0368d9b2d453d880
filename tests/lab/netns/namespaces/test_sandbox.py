"""Nothing of a lab is left, however it ends: namespaces, processes, mounts, links, files."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dispositions import in_background, in_foreground
from tests.lab.netns.program import Disposed, lab_shell, named, needs_root, started

pytestmark = needs_root

GONE_WITHIN_S = 5
# Names of this test's own labs, as others may run at the same time, also those of another run of the tests.
NAME = f"sandbox-{os.getpid()}"  # of this test's own labs: others may run at the same time
SHELL = ("shell", "--period", "10", *named(NAME))
RECORD = ("record", "cvm-failure", "--period", "5", *named(NAME))


def names_of_processes() -> dict[int, str]:
    """The processes of this test's labs, by their environment."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if NAME.encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes():
                found[int(process.name)] = (process / "comm").read_text().strip()
        except OSError:
            continue
    return found


def around() -> tuple[object, ...]:
    """What a lab could leave here: mounts, links, named namespaces, files."""
    mounts = sorted(line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines())
    links = sorted(path.name for path in Path("/sys/class/net").iterdir())
    folders = [inside(folder) for folder in ("/mnt", "/media", "/srv", "/run", "/run/netns")]
    return mounts, links, folders


def inside(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir()) if Path(folder).is_dir() else []


@pytest.fixture
def lab() -> Iterator[subprocess.Popen[str]]:
    """A cluster that runs to play with."""
    with lab_shell(NAME) as process:
        yield process


def wait_until_gone() -> None:
    until = time.monotonic() + GONE_WITHIN_S
    while (left := names_of_processes()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


@pytest.mark.parametrize(("words", "until"), [(SHELL, "are up"), (RECORD, "captures run")], ids=["shell", "record"])
@pytest.mark.parametrize(
    ("number", "status", "disposed"),
    [
        pytest.param(signal.SIGINT, 130, in_foreground, id="ctrl-c"),
        pytest.param(signal.SIGINT, 130, in_background, id="interrupted-in-the-background"),
        pytest.param(signal.SIGTERM, 143, in_background, id="terminated"),
        pytest.param(signal.SIGKILL, -signal.SIGKILL, in_foreground, id="killed"),
    ],
)
def test_nothing_is_left_when_the_program_ends(
    number: signal.Signals, status: int, disposed: Disposed, words: tuple[str, ...], until: str, tmp_path: Path
) -> None:
    before = around()
    more = ("-o", str(tmp_path / "recording")) if words == RECORD else ()
    with started(*words, *more, disposed=disposed) as process:
        assert process.stderr is not None
        assert any(until in line for line in process.stderr)
        assert len(names_of_processes()) > 5

        process.send_signal(number)

        assert process.wait(20) == status
    wait_until_gone()
    assert around() == before
    assert not any(tmp_path.iterdir()), "a recording is whole or not there"


def test_nothing_is_left_when_the_lab_itself_breaks(lab: subprocess.Popen[str]) -> None:
    before = around()
    inner = next(
        pid for pid, command in names_of_processes().items() if command == "unshare" and parent(pid) == lab.pid
    )

    os.kill(inner, signal.SIGKILL)

    assert lab.wait(20) == 70
    _, said = lab.communicate()
    assert "autopath: the lab ended without a word" in said
    assert "Traceback" not in said
    wait_until_gone()
    assert around() == before


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
