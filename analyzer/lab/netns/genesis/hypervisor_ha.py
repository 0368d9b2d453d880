"""hypervisor_ha: carries a route task out on an ESXi host, over one permanent SSH connection to each.

Before a route to a living CVM is deleted, that CVM ends the host's NFS connections (NfsTerminateConnection): else the
client would send the next calls of a connection to a CVM that does not know it.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from analyzer.lab.netns.genesis.genesis_log import GenesisLog
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.genesis.stargate_client import terminate
from analyzer.lab.netns.journal import Journal
from analyzer.lab.rules import Host
from analyzer.model.instant import SECOND

_SSH_OPTIONS = (
    *("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "ServerAliveInterval=10", "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR"),
)
_COMMAND_TIMEOUT_S = 8
_HOST_ROUTE = "255.255.255.255"


class _Change(NamedTuple):
    """A change of a route: the command's option, and how and from which lines of the module it is logged."""

    option: str
    done: str
    started_at: str
    done_at: str


_ADD = _Change("-a", "added", "hypervisor_ha.py:187", "hypervisor_ha.py:201")
_DELETE = _Change("-d", "deleted", "hypervisor_ha.py:262", "hypervisor_ha.py:270")


class Unreadable(Exception):  # noqa: N818 - it is what the host is
    """A host's route table can't be read; why."""


class HypervisorHa:
    """The hands of Genesis on the hosts."""

    def __init__(self, settings: GenesisSettings, log: GenesisLog, journal: Journal) -> None:
        self._settings, self._log, self._journal = settings, log, journal
        self._connections: dict[Host, subprocess.Popen[bytes]] = {}

    def connect(self) -> None:
        """Open the permanent connection to each host, or open it anew; they are seen in `netstat` on this CVM."""
        for host in self._settings.hosts:
            connection = self._connections.get(host)
            if connection is None or connection.poll() is not None:
                self._socket(host).unlink(missing_ok=True)  # one that was killed leaves it, and is in the way
                command = ["ssh", "-M", "-N", *self._ssh(host)]
                self._connections[host] = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def forwarding(self, host: Host) -> str | None:
        """The gateway that the host forwards the storage address to, or None; raises :class:`Unreadable`."""
        status, table = self._on_host(host, "esxcfg-route -l")
        if status:
            raise Unreadable(table.strip())
        rows = (line.split() for line in table.splitlines())
        wanted = [self._settings.storage_address, _HOST_ROUTE]
        return next((row[2] for row in rows if row[:2] == wanted and len(row) > 2), None)

    def add(self, host: Host, gateway: str) -> None:
        """Forward the host's storage address to the CVM `gateway`."""
        time.sleep(self._settings.task_delay / SECOND)
        time.sleep(self._settings.command_delay / SECOND)
        self._change(host, _ADD, gateway)

    def delete(self, host: Host, gateway: str, *, graceful: bool) -> None:
        """Let the host reach its own CVM again; `graceful` ends its connections with the other CVM before."""
        time.sleep(self._settings.task_delay / SECOND)
        if graceful:
            self._terminate(host, gateway)
        time.sleep(self._settings.command_delay / SECOND)
        self._change(host, _DELETE, gateway)

    def _terminate(self, host: Host, cvm: str) -> None:
        """The client can be known to the CVM by vmk0's address, or by its private one when it never reconnected."""
        self._log.write("hypervisor_ha.py:243", f"Sending NfsTerminateConnection for {host.address} to CVM {cvm}")
        self._journal.note("terminate-sent", host=host.address, cvm=cvm)
        ended = terminate(cvm, host.address, self._settings.terminate)
        self._log.write("hypervisor_ha.py:251", f"NfsTerminateConnection reply from {cvm}: {ended}")

    def _change(self, host: Host, change: _Change, gateway: str) -> None:
        command = f"esxcfg-route {change.option} {self._settings.storage_address} {_HOST_ROUTE} {gateway}"
        self._log.write(change.started_at, f"Executing on {host.address}: {command}")
        status, answer = self._on_host(host, command)
        result = f"NOT {change.done}: {answer.strip()}" if status else change.done
        where = f"Route to {self._settings.storage_address} via {gateway}"
        self._log.write(change.done_at, f"{where} {result} on host {host.address}", "ERROR" if status else "INFO")
        self._journal.note("task-done", host=host.address, gateway=gateway, action=change.done, status=status)

    def _on_host(self, host: Host, command: str) -> tuple[int, str]:
        """Exit status and output of a command on the host."""
        try:
            done = subprocess.run(
                ["ssh", *self._ssh(host), command],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_COMMAND_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 255, f"no answer for {_COMMAND_TIMEOUT_S} s"
        return done.returncode, done.stdout + done.stderr

    def _ssh(self, host: Host) -> list[str]:
        """By the permanent connection, which has a socket; while that is lost, by one of its own."""
        ways = ["-S", str(self._socket(host)), "-i", str(Path(self._settings.keys, "genesis"))]
        return [*ways, *_SSH_OPTIONS, f"root@{host.address}"]

    def _socket(self, host: Host) -> Path:
        """Of this CVM's own connection to the host: others that led before may have left theirs."""
        return Path(self._settings.keys, f"from-{self._settings.address}-to-{host.address}")
