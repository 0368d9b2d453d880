"""While a lab runs, people find on its machines what they look for, by a command or at a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import ROOT
from tests.dispositions import in_foreground
from tests.lab.netns.program import LAB, STARTS_WITHIN_S, cvm_of, lab_shell, needs_root, run

NAME = f"machines-{os.getpid()}"  # of this test's own lab: others may run at the same time
CVM, LEADER = cvm_of(NAME, 1), cvm_of(NAME, 2)
SEVERAL_CHECKS_S = 120

pytestmark = [needs_root, pytest.mark.usefixtures("lab")]


@pytest.fixture(scope="module")
def lab() -> Iterator[subprocess.Popen[str]]:
    """A cluster that runs to play with, for all tests here."""
    with lab_shell(NAME) as process:
        yield process


def enter(*words: str) -> str:
    return subprocess.run([*LAB, "enter", *words], capture_output=True, text=True, check=True).stdout


def test_a_route_typed_on_the_host_is_found_and_deleted() -> None:
    assert "192.168.5.2 " not in enter(NAME, "esxcfg-route", "-l")

    enter(NAME, "esxcfg-route", "-a", "192.168.5.2", "255.255.255.255", "192.168.1.28")

    table = enter(NAME, "esxcfg-route", "-l").splitlines()
    assert table[0] == "VMkernel Routes:"
    assert [line.split() for line in table if line.startswith("192.168.5.2 ")] == [
        ["192.168.5.2", "255.255.255.255", "192.168.1.28", "vmk0"]
    ]
    within(lambda: "192.168.5.2 " not in enter(NAME, "esxcfg-route", "-l"))
    assert "Illegal forwarding" in enter(LEADER, "cat", "genesis.out")
    assert "esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28" in enter(NAME, "cat", "shell.log")
    assert "esxcfg-route -d" not in enter(NAME, "cat", "shell.log"), "Genesis types nothing"
    assert "delete dstAddr=0x205a8c0" in enter(NAME, "cat", "vmkernel.log")


def test_netstat_on_the_cvms_shows_what_people_look_for() -> None:
    assert "192.168.5.2:2049" in enter(CVM, "netstat", "-tn")
    assert "192.168.1.24:22" in enter(LEADER, "netstat", "-tn")


def test_a_route_that_is_there_already_or_is_not_is_told() -> None:
    route = ("10.9.8.0", "255.255.254.0", "192.168.1.28")
    enter(NAME, "esxcfg-route", "-a", *route)

    assert ["10.9.8.0", "255.255.254.0", "192.168.1.28", "vmk0"] in table_of(NAME)
    assert refused(NAME, "esxcfg-route", "-a", *route) == "esxcfg-route: there is a route to 10.9.8.0/23 already\n"
    enter(NAME, "esxcfg-route", "-d", "10.9.8.0/23", "192.168.1.28")
    assert refused(NAME, "esxcfg-route", "-d", *route).startswith("esxcfg-route: there is no route to 10.9.8.0/23")
    assert "expected" in refused(NAME, "esxcfg-route", "-a", "10.9.8.0", "255.0.255.0", "192.168.1.28")
    assert "RTNETLINK" not in refused(NAME, "esxcfg-route", "-a", "10.9.8.0/23", "172.16.0.1")
    log = enter(NAME, "cat", "vmkernel.log")
    for change in ("add", "delete"):
        assert f"{change} dstAddr=0x8090a, netMask=0xfeffff, gwAddr=0x1c01a8c0" in log


def table_of(host: str) -> list[list[str]]:
    return [line.split() for line in enter(host, "esxcfg-route", "-l").splitlines()]


def refused(*words: str) -> str:
    done = subprocess.run([*LAB, "enter", *words], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stderr


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_genesis_opens_a_lost_connection_anew(signal: str) -> None:
    """Also one that left its socket behind."""
    within(lambda: len(ssh_of_leader()) == 3)  # one that was lost before may not be gone yet
    before, said = ssh_of_leader(), len(genesis_lines())

    enter(LEADER, "pkill", f"-{signal}", "-x", "ssh")

    within(lambda: len(ssh_of_leader() - before) == 3)
    within(lambda: len(of_later_checks(said)) > 3)
    assert "Unable to read" not in "".join(of_later_checks(said))
    assert "disabling multiplexing" not in enter(LEADER, "cat", "genesis.log")


def genesis_lines() -> list[str]:
    return enter(LEADER, "cat", "genesis.out").splitlines()


def of_later_checks(said: int) -> list[str]:
    """What checks said that began after so many lines: the one under way then may have lost its connection."""
    lines = genesis_lines()[said:]
    begun = next((place for place, line in enumerate(lines) if "All stargates are up" in line), len(lines))
    return lines[begun:]


def within(is_so: Callable[[], bool]) -> None:
    """Wait until something is so: usually one check, several where the machine is busy with other tests."""
    until = time.monotonic() + SEVERAL_CHECKS_S
    while not is_so():
        assert time.monotonic() < until, seen()
        time.sleep(0.5)


def seen() -> str:
    """The leader's connections, processes and last lines, for whoever has to find out."""
    asked = (("netstat", "-tn"), ("ps", "ax"), ("tail", "genesis.out"), ("tail", "genesis.log"))
    return "\n".join(enter(LEADER, *words) for words in asked)


def ssh_of_leader() -> set[tuple[str, str]]:
    """Both ends of the connections to the hosts' sshd that are established: two can have the same port of its own."""
    lines = [line.split() for line in enter(LEADER, "netstat", "-tn").splitlines()]
    return {(line[3], line[4]) for line in lines if line[-1] == "ESTABLISHED" and line[4].endswith(":22")}


class Terminal:
    """A person's terminal with `autopath lab enter …` in it."""

    def __init__(self, *words: str) -> None:
        self._own, other = pty.openpty()
        command = in_foreground("setsid", "--ctty", "--wait", *LAB, "enter", *words)
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=other, stdout=other, stderr=other)
        os.close(other)

    def types(self, text: str) -> None:
        os.write(self._own, text.encode())

    def shows(self, expected: str) -> None:
        """What is on the screen from here on has this, after a while."""
        screen, until = "", time.monotonic() + STARTS_WITHIN_S
        while expected not in screen:
            assert time.monotonic() < until, screen
            if select.select([self._own], [], [], 0.2)[0]:
                screen += os.read(self._own, 4096).decode(errors="replace")

    def ends(self) -> int:
        status = self._process.wait(10)
        os.close(self._own)
        return status


def test_a_person_at_a_hosts_terminal_changes_its_routes() -> None:
    terminal = Terminal(NAME)
    terminal.types("esxcfg-route -a 192.168.5.2/32 192.168.1.28; esxcfg-route -l\n")
    terminal.shows("192.168.5.2      255.255.255.255  192.168.1.28     vmk0")
    terminal.types("esxcfg-route -d 192.168.5.2/32 192.168.1.28; tail -n1 shell.log\n")
    terminal.shows("[root]: esxcfg-route -d 192.168.5.2/32 192.168.1.28")
    terminal.types("vmkping -c 1 -I vmk1 192.168.5.2\n")
    terminal.shows("1 packets transmitted, 1 received")
    terminal.types("exit 3\n")

    assert terminal.ends() == 3


@pytest.mark.parametrize(
    ("machine", "line"),
    [
        pytest.param(LEADER, "All stargates are up", id="the-cvm-that-leads"),
        pytest.param(CVM, "the leader is 192.168.1.27", id="a-cvm-that-follows"),
    ],
)
def test_a_person_follows_genesis_on_a_cvm(machine: str, line: str) -> None:
    terminal = Terminal(machine)
    terminal.types("tail -f genesis.out\n")
    terminal.shows(line)
    terminal.types("\x03")
    terminal.types("netstat -a -n | grep 192.168.5.2; exit\n")
    if machine == CVM:
        terminal.shows("192.168.5.2:2049")

    assert terminal.ends() in (0, 1)


def test_an_unknown_machine_is_told_with_those_that_are_there() -> None:
    done = run("enter", "nowhere", "true")

    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert NAME in done.stderr


def test_what_is_in_roots_home_is_not_run() -> None:
    assert enter(NAME, "sh", "-c", "echo $HOME").strip().endswith(f"/{NAME}")
    assert enter(NAME, "sh", "-c", "grep ^root: /etc/passwd").strip().endswith(f"/{NAME}:/bin/sh")


def test_the_lab_is_named_in_each_command_that_it_advertises(lab: subprocess.Popen[str]) -> None:
    assert enter(f"{lab.pid}/{NAME}", "hostname").strip() == NAME
    assert "no such machine" in refused(f"{os.getpid()}/{NAME}", "hostname")


def test_a_ping_by_the_name_that_it_has_on_a_host() -> None:
    assert "1 received" in enter(NAME, "vmkping", "-c", "1", "-I", "vmk1", "192.168.5.2")


def test_a_host_whose_cvm_leads_switches_it_off_and_another_one_leads() -> None:
    """Last, as the lab is another one then."""
    host, heir = f"{NAME}-b", CVM
    assert "192.168.1.27 Up, ZeusLeader" in enter(heir, "cluster", "status")
    assert LEADER in enter(host, "vim-cmd", "vmsvc/getallvms")
    assert "expected" in refused(host, "vim-cmd", "vmsvc/power.off", "2")

    enter(host, "vim-cmd", "vmsvc/power.off", "1")

    says(heir, "Leader 192.168.1.27 does not answer, the leader is 192.168.1.26")
    says(heir, "Starting HA service")
    says(heir, "Stargate is down on ['192.168.1.27']")
    says(heir, "via 192.168.1.28 added on host 192.168.1.25")
    assert [line[2] for line in table_of(host) if line[0] == "192.168.5.2"] == ["192.168.1.28"]
    status = enter(heir, "cluster", "status")
    assert "192.168.1.26 Up, ZeusLeader" in status
    assert "192.168.1.27 Down" in status

    enter(host, "vim-cmd", "vmsvc/power.on", "1")

    says(heir, "not fully initialized yet")
    says(heir, "Route to 192.168.5.2 via 192.168.1.28 deleted on host 192.168.1.25")
    says(LEADER, "Starting Genesis on node 192.168.1.27, the leader is 192.168.1.26")
    assert "192.168.1.27 Up\n" in enter(LEADER, "cluster", "status")


def says(cvm: str, expected: str) -> None:
    """What Genesis writes on a CVM has this, after a while."""
    until = time.monotonic() + STARTS_WITHIN_S
    while expected not in (said := enter(cvm, "cat", "genesis.out")):
        assert time.monotonic() < until, said
        time.sleep(0.5)
