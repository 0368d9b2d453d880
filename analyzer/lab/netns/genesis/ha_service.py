"""ha_service: each period, are all Stargates functioning, and is every host's forwarding right? If not, a task.

It never touches a host: what must change it hands to `hypervisor_ha`.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from analyzer.lab.netns.genesis.genesis_log import GenesisLog
from analyzer.lab.netns.genesis.hypervisor_ha import HypervisorHa, Unreadable
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.genesis.stargate_client import ask_state
from analyzer.lab.netns.journal import Journal
from analyzer.lab.rules import Host, State, judge, remote_for
from analyzer.model.instant import SECOND


class HaService:
    """The loop of the CVM that leads."""

    def __init__(self, settings: GenesisSettings, hypervisor: HypervisorHa, log: GenesisLog, journal: Journal) -> None:
        self._settings, self._hypervisor, self._log, self._journal = settings, hypervisor, log, journal

    def run(self, first_check: int) -> None:
        """Check for ever from `first_check` (ns) on, on the beat: a check that took long delays no later one."""
        period, tick = self._settings.period, first_check
        self._log.write("ha_service.py:101", f"Starting HA service, check interval {period / SECOND:g} s")
        while True:
            time.sleep(max(0, tick - time.time_ns()) / SECOND)
            self.check()
            tick += period * max(1, -((tick - time.time_ns()) // period))

    def check(self) -> None:
        """One check of all Stargates and all hosts."""
        self._journal.note("check")
        states = self._ask_stargates()
        self._hypervisor.connect()
        for host in self._settings.hosts:
            self._check_host(host, states)
        self._journal.note("check-over")

    def _ask_stargates(self) -> dict[str, State]:
        """At the same time: a dead CVM costs the probe's timeout once."""
        cvms, timeout = self._settings.cvms, self._settings.probe_timeout
        with ThreadPoolExecutor(len(cvms)) as pool:
            states = dict(zip(cvms, pool.map(lambda cvm: ask_state(cvm, timeout), cvms), strict=True))
        self._log_states(states)
        return states

    def _log_states(self, states: dict[str, State]) -> None:
        up, down = _of(states, "up"), _of(states, "down")
        if down:
            self._log.write("ha_service.py:497", f"Stargate is down on {down}, up on {up}", "WARNING")
        elif len(up) == len(states):
            self._log.write("ha_service.py:489", f"All stargates are up: {up}")
        else:
            alive, waiting = list(states), _of(states, "initializing")
            message = f"All stargates are alive {alive} but not fully initialized yet: {waiting}"
            self._log.write("ha_service.py:493", message)

    def _check_host(self, host: Host, states: dict[str, State]) -> None:
        try:
            gateway = self._hypervisor.forwarding(host)
        except Unreadable as error:
            self._log.write(
                "ha_service.py:520", f"Unable to read the routing table of {host.address}: {error}", "ERROR"
            )
            return
        functioning = _of(states, "up")
        match judge(states[host.cvm], gateway, functioning):
            case "correct":
                self._correct(host, gateway)
            case "kept":
                self._kept(host, gateway)
            case "illegal":
                self._illegal(host, gateway or "", functioning)
            case "absent":
                self._absent(host, functioning)
            case "wrong":
                self._journal.note("detected", host=host.address, what="forwarding-wrong", gateway=gateway)
                self._delete(host, gateway or "", graceful=False)
                self._absent(host, functioning)

    def _correct(self, host: Host, gateway: str | None) -> None:
        by = f"remote CVM {gateway}" if gateway else f"local CVM {host.cvm}"
        self._log.write("ha_service.py:531", f"Forwarding on host {host.address} is correct ({by})")

    def _kept(self, host: Host, gateway: str | None) -> None:
        self._journal.note("not-initialised", host=host.address, cvm=host.cvm)
        message = f"Local CVM {host.cvm} of host {host.address} is not fully initialized yet"
        self._log.write("ha_service.py:555", f"{message}, keeping forwarding to {gateway}")

    def _illegal(self, host: Host, gateway: str, functioning: list[str]) -> None:
        message = f"{self._settings.storage_address} is forwarded to {gateway} while local CVM {host.cvm} is up"
        at = self._log.write("ha_service.py:548", f"Illegal forwarding on host {host.address}: {message}", "WARNING")
        self._journal.note("detected", at, host=host.address, what="forwarding-illegal", gateway=gateway)
        # A gateway that is no living CVM holds no connection that could be ended.
        self._delete(host, gateway, graceful=gateway in functioning)

    def _absent(self, host: Host, functioning: list[str]) -> None:
        message = f"No forwarding on host {host.address} while local CVM {host.cvm} is down"
        at = self._log.write("ha_service.py:561", message, "WARNING")
        self._journal.note("detected", at, host=host.address, what="forwarding-absent", gateway=None)
        remote = remote_for(host, functioning, self._settings.preferred)
        if remote is None:
            self._log.write("ha_service.py:570", "No remote CVM to forward to", "ERROR")
            return
        message = f"{self._settings.storage_address} via remote CVM {remote}"
        at = self._log.write("ha_service.py:612", f"Creating task to add route on host {host.address}: {message}")
        self._journal.note("task", at, host=host.address, action="add", gateway=remote)
        self._hypervisor.add(host, remote)

    def _delete(self, host: Host, gateway: str, *, graceful: bool) -> None:
        message = f"{self._settings.storage_address} via {gateway}"
        at = self._log.write("ha_service.py:640", f"Creating task to delete route on host {host.address}: {message}")
        self._journal.note("task", at, host=host.address, action="delete", gateway=gateway)
        self._hypervisor.delete(host, gateway, graceful=graceful)


def _of(states: dict[str, State], wanted: State) -> list[str]:
    return [cvm for cvm, state in states.items() if state == wanted]
