"""A machine of the lab: its own network, processes, mounts and name, which all go when its first process is killed.

`unshare` makes the namespaces, a shell prepares them and stays as process 1. Nothing has a name outside (no
`/run/netns`), so there is nothing to forget. See namespaces(7), unshare(1), nsenter(1).
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.errors import LabError

# In a machine's environment: how `lab enter` finds it, and which lab and scenario it is of.
MARK, FOLDER = "AUTOPATH_MACHINE", "AUTOPATH_FOLDER"
LAB, SCENARIO = "AUTOPATH_LAB", "AUTOPATH_SCENARIO"

PACKAGES = Path(__file__).resolve().parents[4]
"""Where this package is imported from: for the `PYTHONPATH` of the programs that the lab starts."""

_NAMESPACES = ("unshare", "--net", "--mount", "--pid", "--uts", "--fork", "--kill-child")
# The process number in the lab's own namespace must be read before this machine's /proc hides it.
HIGH_PRIORITY = ("nice", "-n", "-15")
"""Before an instrument's command: what it notes has the time at which it gets a processor, and that is the truth."""
_FIRST_PROCESS = """
read -r pid rest </proc/self/stat
mount -t proc proc /proc
hostname "$1"; shift
for place; do mount -t tmpfs tmpfs "$place"; done
ip link set lo up
for which in all default; do echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/$which/disable_ipv6; done
echo "$pid"
exec sleep infinity
"""


def folder_of(name: str, among: Path) -> Path:
    """The folder of a machine directly in `among`; :class:`LabError` for a name that leads elsewhere."""
    folder = (among / name).resolve()
    if folder.parent != among.resolve() or folder.name != name:
        raise LabError(f"{name!r}: a machine of that name would have its folder outside of the lab")
    return folder


class Machine:
    """A running machine; `folder` is its own, `private` are folders that it has an empty one of instead."""

    def __init__(self, name: str, among: Path, environment: Mapping[str, str], private: Sequence[str] = ()) -> None:
        """Its folder is made in `among`, the lab's folder of machines, or is there from its last life."""
        self.name, self.folder = name, folder_of(name, among)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = {**environment, FOLDER: str(self.folder), "HOME": str(self.folder)}
        self._namespaces = subprocess.Popen(
            [*_NAMESPACES, "sh", "-c", _FIRST_PROCESS, "sh", name, *private],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**self.environment, MARK: name},
            text=True,
        )
        assert self._namespaces.stdout is not None  # noqa: S101 - a PIPE was asked for
        ready = self._namespaces.stdout.readline()
        if not ready:
            raise LabError(f"{name}: its namespaces can't be made; `autopath lab doctor` says what is missing")
        self.pid = int(ready)

    def entering(self, *, processes: bool = True) -> list[str]:
        """The command that runs another one in this machine (`processes`: so that it dies with the machine)."""
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--uts", *(["--pid"] if processes else []), "--"]

    def run(self, command: Sequence[str], *, feed: str = "", check: bool = True) -> str:
        """Run a command in the machine and wait; what it printed. :class:`LabError` when it fails."""
        done = subprocess.run(
            [*self.entering(processes=False), *command],
            input=feed,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise LabError(f"{self.name}: {' '.join(command)}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def set(self, values: Mapping[str, int]) -> None:
        """Set kernel parameters of the machine's network, such as `net.ipv4.ip_forward`."""
        lines = (f"echo {value} >/proc/sys/{name.replace('.', '/')}\n" for name, value in values.items())
        self.run(["sh", "-e"], feed="".join(lines))

    def start(self, command: Sequence[str], log: str, *, processes: bool = True) -> subprocess.Popen[bytes]:
        """Start a process of the machine, or without `processes` an instrument in its network; its output in `log`."""
        with (self.folder / log).open("ab") as output:
            return subprocess.Popen(
                [*self.entering(processes=processes), *(() if processes else HIGH_PRIORITY), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Power off: every process of the machine is dead when this returns (see pid_namespaces(7))."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._namespaces.wait()
