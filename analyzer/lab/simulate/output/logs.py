"""The logs as text: genesis.out of each CVM in several wordings and header shapes, and what an ESXi host writes.

The wording of real ha_service lines is known only in part; `aos5` has the strings that public sources show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analyzer.lab.simulate.output.clocks import DeviceClock
from analyzer.lab.simulate.truth.truth_log import GenesisLine, HostLine, HostLog
from analyzer.model.instant import MILLISECOND, SECOND

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SERVICE, HYPERVISOR = "ha_service.py", "hypervisor_ha.py"
_OF_HYPERVISOR_HA = (
    "unreachable",
    "terminate",
    "terminated",
    "run-add",
    "run-delete",
    "done-add",
    "done-delete",
    "not-deleted",
)
_LINES = {
    "started": 101, "all-up": 489, "alive": 493, "down": 497, "correct": 531, "correct-remote": 535, "illegal": 548,
    "kept": 555, "absent": 561, "nobody": 570, "task-add": 612, "task-delete": 640, "terminate": 243, "terminated": 251,
    "unreachable": 174, "run-add": 187, "run-delete": 262, "done-add": 201, "done-delete": 270, "not-deleted": 274,
}  # fmt: skip
# what stands between a stamp and the text; a dot before it: the stamp has ms
_HOST_HEADS: dict[str, dict[HostLog, str]] = {
    "6": {
        "kernel": ". cpu0:34627)",
        "vobd": ".: ",
        "shell": " shell[{pid}]: ",
        "auth": " sshd[{pid}]: ",
        "hostd": ". info hostd[A240B70] ",
    },
    "8": {
        "kernel": ". In(182) vmkernel: cpu0:2238622)",
        "vobd": ". In(14) vobd[2097660]:  ",
        "shell": " In(14) shell[{pid}]: ",
        "auth": ". In(38) sshd[{pid}]: ",
        "hostd": ". In(166) Hostd[2098516]: ",
    },
}

WORDINGS: dict[str, dict[str, str]] = {
    "plain": {
        "started": "Starting HA service, check interval {period}",
        "all-up": "All stargates are up: {up}",
        "alive": "All stargates are alive {alive} but not fully initialized yet: {waiting}",
        "down": "Stargate is down on {down}, up on {up}",
        "correct": "Forwarding on host {host} is correct (local CVM {cvm})",
        "correct-remote": "Forwarding on host {host} is correct (remote CVM {gateway})",
        "illegal": (
            "Illegal forwarding on host {host}: 192.168.5.2 is forwarded to {gateway} while local CVM {cvm} is up"
        ),
        "kept": "Local CVM {cvm} of host {host} is not fully initialized yet, keeping forwarding to {gateway}",
        "absent": "No forwarding on host {host} while local CVM {cvm} is down",
        "nobody": "No remote CVM to forward to",
        "unreachable": "Could not connect to host {host} over SSH: timed out",
        "task-add": "Creating task to add route on host {host}: 192.168.5.2 via remote CVM {gateway}",
        "task-delete": "Creating task to delete route on host {host}: 192.168.5.2 via {gateway}",
        "terminate": "Sending NfsTerminateConnection for {host} to CVM {gateway}",
        "terminated": "NfsTerminateConnection reply from {gateway}: {ended}",
        "run-add": "Executing on {host}: esxcfg-route -a 192.168.5.2 255.255.255.255 {gateway}",
        "run-delete": "Executing on {host}: esxcfg-route -d 192.168.5.2 255.255.255.255 {gateway}",
        "done-add": "Route to 192.168.5.2 via {gateway} added on host {host}",
        "done-delete": "Route to 192.168.5.2 via {gateway} deleted on host {host}",
        "not-deleted": "Failed to delete route to 192.168.5.2 via {gateway} on host {host}: no such route",
    },
    "aos5": {
        "started": "HA service started, polling every {period}",
        "all-up": "All stargates are healthy: {up}",
        "alive": "All stargates are alive, but stargate on node {one} is not fully initialized",
        "down": "Stargate on node {one} is down",
        "correct": "Forwarding for host {host} is as expected, local stargate {cvm}",
        "correct-remote": "Forwarding for host {host} is as expected, via {gateway}",
        "illegal": "Illegal forwarding detected on host {host} to {gateway}, stargate on node {cvm} is up",
        "kept": "Not removing forwarding of host {host} via {gateway}: stargate on node {cvm} is still initializing",
        "absent": "Forwarding needs to be set for host {host}, stargate on node {cvm} is down",
        "nobody": "No healthy remote CVM found for host {host}",
        "unreachable": "Failed to connect to hypervisor host {host}",
        "task-add": "Creating HA task to add HA route on host {host} via {gateway}",
        "task-delete": "Creating HA task to delete HA route on host {host} via {gateway}",
        "terminate": "Calling NfsTerminateConnection on {gateway} for host {host}",
        "terminated": "NfsTerminateConnection on {gateway} for host {host} completed: {ended}",
        "run-add": "Running on host {host}: esxcfg-route -a 192.168.5.2 255.255.255.255 {gateway}",
        "run-delete": "Running on host {host}: esxcfg-route -d 192.168.5.2 255.255.255.255 {gateway}",
        "done-add": "Inserted HA route on host {host} via {gateway}",
        "done-delete": "Removed HA route on host {host} via {gateway}",
        "not-deleted": "Could not remove HA route on host {host} via {gateway}: no matching route",
    },
    "terse": {
        "started": "ha_service started, interval {period}",
        "all-up": "stargates up: {up}",
        "alive": "stargates alive: {alive}; not fully initialized: {waiting}",
        "down": "stargates down: {down}; up: {up}",
        "correct": "host {host}: forwarding ok, local CVM {cvm}",
        "correct-remote": "host {host}: forwarding ok, via {gateway}",
        "illegal": "host {host}: illegal forwarding to {gateway}, local CVM {cvm} is up",
        "kept": "host {host}: local CVM {cvm} not fully initialized, keeping forwarding to {gateway}",
        "absent": "host {host}: forwarding missing, local CVM {cvm} is down",
        "nobody": "host {host}: no remote CVM is up",
        "unreachable": "host {host}: no SSH connection",
        "task-add": "host {host}: task created to add route via {gateway}",
        "task-delete": "host {host}: task created to delete route via {gateway}",
        "terminate": "NfsTerminateConnection sent to CVM {gateway}, host {host}",
        "terminated": "NfsTerminateConnection: reply of CVM {gateway}, host {host}: {ended}",
        "run-add": "host {host}: running esxcfg-route -a 192.168.5.2 255.255.255.255 {gateway}",
        "run-delete": "host {host}: running esxcfg-route -d 192.168.5.2 255.255.255.255 {gateway}",
        "done-add": "host {host}: route via {gateway} added",
        "done-delete": "host {host}: route via {gateway} deleted",
        "not-deleted": "host {host}: route via {gateway} not deleted, esxcfg-route: no such route",
    },
}


def genesis_text(lines: Iterable[GenesisLine], wording: str, header: str, device_clock: DeviceClock) -> Iterator[str]:
    """The records of one CVM's genesis.out; `lines` are in order of time."""
    words = WORDINGS[wording]
    for line in lines:
        module = f"{HYPERVISOR if line.message in _OF_HYPERVISOR_HA else SERVICE}:{_LINES[line.message]}"
        text = words[line.message].format(**line.values)
        yield f"{_head(device_clock.reads(line.at), header, line.level, device_clock.zone)} {module} {text}\n"


def idle_text(times: Iterable[int], header: str, device_clock: DeviceClock, address: str) -> Iterator[str]:
    """What a CVM's Genesis logs that does not lead."""
    said = f"cluster_manager.py:3312 Services of node {address} are running"
    return (f"{_head(device_clock.reads(at), header, 'INFO', device_clock.zone)} {said}\n" for at in times)


def host_text(lines: Iterable[HostLine], esxi: str, device_clock: DeviceClock) -> list[str]:
    """The lines of one log of a host, in the shape of its version; shell.log and the old auth.log have no ms."""
    found = []
    for line in sorted(lines, key=lambda line: line.at):
        now = device_clock.reads(line.at)
        head = _HOST_HEADS[esxi][line.log]
        stamp = f"{_moment(now):%Y-%m-%dT%H:%M:%S}" + (f".{now // MILLISECOND % 1000:03d}Z" if "." in head else "Z")
        found.append(stamp + head.removeprefix(".").format(pid=line.pid) + line.text + "\n")
    return found


def _head(now: int, header: str, level: str, zone: ZoneInfo) -> str:
    """The record's header: whole seconds of local time, or ms in UTC with or without a greenlet or a thread."""
    if header == "seconds":
        return f"{_moment(now).astimezone(zone):%Y-%m-%d %H:%M:%S} {level}"
    stamp = f"{_moment(now):%Y-%m-%d %H:%M:%S},{now // MILLISECOND % 1000:03d}Z {level}"
    return stamp + {"milliseconds": "", "greenlet": " 80801248", "thread": " MainThread"}[header]


def _moment(now: int) -> datetime:
    return EPOCH + timedelta(seconds=now // SECOND)
