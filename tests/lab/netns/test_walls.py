"""Nothing of a lab is left, however it ends; and while it runs, people find what they look for."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.netns.here import LAB, needs_root, run, start

pytestmark = needs_root

STARTS_WITHIN_S = 40
GONE_WITHIN_S = 5
NAME = "walls-host"  # of this test's own labs: others may run at the same time
SHELL = ("shell", "--period", "10", "--host-names", f"{NAME},b,c")


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
    process = start(*SHELL)
    assert process.stderr is not None
    until = time.monotonic() + STARTS_WITHIN_S
    for line in process.stderr:
        if "it runs until Ctrl-C" in line:
            break
        assert time.monotonic() < until, line
    else:
        pytest.fail(f"the lab ended with {process.wait()}")
    yield process
    process.kill()
    process.communicate()


def wait_until_gone() -> None:
    until = time.monotonic() + GONE_WITHIN_S
    while (left := names_of_processes()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def enter(*words: str) -> str:
    return subprocess.run([*LAB, "enter", *words], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(signal.SIGINT, 130, id="ctrl-c"),
        pytest.param(signal.SIGTERM, -signal.SIGTERM, id="terminated"),
        pytest.param(signal.SIGKILL, -signal.SIGKILL, id="killed"),
    ],
)
def test_nothing_is_left_when_the_program_ends(number: signal.Signals, status: int) -> None:
    before = around()
    process = start(*SHELL)
    assert process.stderr is not None
    assert "are up" in process.stderr.readline()
    assert len(names_of_processes()) > 5

    process.send_signal(number)

    assert process.wait(20) == status
    process.communicate()
    wait_until_gone()
    assert around() == before


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


def test_a_route_typed_on_the_host_is_found_and_deleted(lab: subprocess.Popen[str]) -> None:
    assert "192.168.5.2 " not in enter(NAME, "esxcfg-route", "-l")

    enter(NAME, "esxcfg-route", "-a", "192.168.5.2", "255.255.255.255", "192.168.1.28")

    table = enter(NAME, "esxcfg-route", "-l").splitlines()
    assert table[0] == "VMkernel Routes:"
    assert [line.split() for line in table if line.startswith("192.168.5.2 ")] == [
        ["192.168.5.2", "255.255.255.255", "192.168.1.28", "vmk0"]
    ]
    until = time.monotonic() + 30
    while "192.168.5.2 " in enter(NAME, "esxcfg-route", "-l"):
        assert time.monotonic() < until
        time.sleep(0.5)
    assert "Illegal forwarding" in enter("cvm-2", "cat", "genesis.out")
    assert "esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28" in enter(NAME, "cat", "shell.log")
    assert "esxcfg-route -d" not in enter(NAME, "cat", "shell.log"), "Genesis types nothing"
    assert "delete dstAddr=0x205a8c0" in enter(NAME, "cat", "vmkernel.log")


def test_netstat_on_the_cvms_shows_what_people_look_for(lab: subprocess.Popen[str]) -> None:
    assert "192.168.5.2:2049" in enter("cvm-1", "netstat", "-tn")
    assert "192.168.1.24:22" in enter("cvm-2", "netstat", "-tn")


def test_an_unknown_machine_is_told_with_those_that_are_there(lab: subprocess.Popen[str]) -> None:
    done = run("enter", "nowhere", "true")

    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert NAME in done.stderr


def test_what_is_in_roots_home_is_not_run(lab: subprocess.Popen[str]) -> None:
    assert enter(NAME, "sh", "-c", "echo $HOME").strip().endswith(f"/{NAME}")
    assert enter(NAME, "sh", "-c", "grep ^root: /etc/passwd").strip().endswith(f"/{NAME}:/bin/sh")
