"""How to enter the machines of labs that run on this computer, from outside."""

from __future__ import annotations

from pathlib import Path

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.netns.namespaces.machine import FOLDER, LAB, MARK, SCENARIO

_THERE = 'cd "$0" && exec "$@"'


class RunningMachine(msgspec.Struct, frozen=True, order=True):
    """A machine of a lab that runs: the lab's number (the process of `autopath lab`) and the machine's name, its first
    process as seen from outside, and what is set in it.
    """

    lab: str
    name: str
    pid: int
    environment: dict[str, str]

    def command(self, *words: str) -> list[str]:
        """The command that runs another in the machine, in its own folder."""
        inside = words or ("bash",)
        into = ["nsenter", f"--target={self.pid}", "--net", "--mount", "--uts", "--pid", "--"]
        return [*into, "sh", "-c", _THERE, self.environment[FOLDER], *inside]


def running_machines() -> tuple[RunningMachine, ...]:
    """The machines of all labs that run on this computer, by name."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
            environment = _environment(process)
        except OSError:  # it ended, or isn't ours to look at
            continue
        if MARK in environment and _is_first(status):
            found.append(RunningMachine(environment.get(LAB, ""), environment[MARK], int(process.name), environment))
    return tuple(sorted(found, key=lambda machine: (machine.lab, machine.name, machine.pid)))


def machine_named(name: str) -> RunningMachine:
    """The machine `NAME`, or `LAB/NAME` where several labs have that; :class:`UsageError` when there isn't just one."""
    lab, _, own_name = name.rpartition("/")
    there = running_machines()
    wanted = [one for one in there if one.name == own_name and lab in ("", one.lab)]
    if len(wanted) == 1:
        return wanted[0]
    if wanted:
        labs = " and ".join(f"{one.lab} ({one.environment.get(SCENARIO, '')})" for one in wanted)
        raise UsageError(f"{name}: {len(wanted)} labs run that have it, {labs}; say which: {wanted[0].lab}/{own_name}")
    known = ", ".join(f"{one.lab}/{one.name}" for one in there) or "none; start one with `autopath lab shell`"
    raise UsageError(f"{name}: no such machine in a lab that runs; there are: {known}")


def _is_first(status: str) -> bool:
    """Process 1 of its own namespace, two below ours (the lab's, the machine's): see NSpid in proc(5)."""
    numbers = next((line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")), [])
    return len(numbers) >= 2 and numbers[-1] == "1"


def _environment(process: Path) -> dict[str, str]:
    words = (process / "environ").read_bytes().decode(errors="replace").split("\0")
    return dict(word.partition("=")[::2] for word in words if "=" in word)
