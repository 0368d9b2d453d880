"""The scenarios: what is done to the cluster and what is waited for. Each act can follow another, joined by `+`.

`route-deletion` and `cvm-recovery` need a CVM that failed: when no act before did that, it happens before the captures.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from analyzer.errors import LabError, UsageError
from analyzer.lab.netns.cluster.esxi import ADDED, DELETED
from analyzer.lab.netns.cluster.lab import Lab
from analyzer.lab.netns.cluster.program_settings import BUSY
from analyzer.lab.netns.journal import first
from analyzer.model.instant import SECOND

Act = Callable[[Lab], None]
FAULT_ROUTE_ADDED, FAULT_ROUTE_DELETED = "person-adds-route", "person-deletes-route"

_CHECKS = 4  # within so many periods everything is detected and done; where the leader died, the new one's


def healthy(lab: Lab) -> None:
    """Nothing happens."""
    time.sleep(lab.options.healthy_for / SECOND)


def route_injection(lab: Lab) -> None:
    """Somebody forwards a healthy host to another CVM; Genesis finds that illegal and deletes the route."""
    _inject(lab, lab.cluster.preferred.address)


def route_injection_invalid(lab: Lab) -> None:
    """The same with a gateway that does not exist: no storage until the route is deleted."""
    _inject(lab, lab.cluster.nobody)


def cvm_failure(lab: Lab) -> None:
    """The host's own CVM is powered off; Genesis forwards the host to another."""
    lab.wait_for_phase()
    _fail(lab)
    time.sleep(lab.options.after_repair / SECOND)


def route_deletion(lab: Lab) -> None:
    """Somebody deletes the route while the CVM is down; Genesis adds it again."""
    gateway = _gateway(lab)
    lab.wait_for_phase()
    _repaired(lab, _typed(lab, "-d", gateway), ADDED)


def cvm_recovery(lab: Lab) -> None:
    """The CVM is powered on; once it functions, Genesis ends the forwarding."""
    lab.wait_for_phase()
    since = time.time_ns()
    lab.report(f"{lab.cvm.spec.name} is powered on")
    lab.power_on(lab.cvm, lab.options.initialising_checks)
    lab.cvm.wait_for_nfs()
    _repaired(lab, since, DELETED)


def nfs_hang(lab: Lab) -> None:
    """The NFS server of the host's own CVM stops for a while, with its kernel and links up: no failover."""
    lab.wait_for_phase()
    lab.report(f"the NFS server of {lab.cvm.spec.name} hangs")
    lab.cvm.hang(on=True)
    time.sleep(lab.options.hang_for / SECOND)
    lab.wait_for_service(lab.cvm.hang(on=False))
    time.sleep(lab.options.after_repair / SECOND)


def other_cvm_failure(lab: Lab) -> None:
    """The third host's CVM is powered off: the watched host's own path is not touched."""
    lab.wait_for_phase()
    other, host = lab.cvms[2], lab.cluster.hosts[2]
    lab.report(f"{other.spec.name} is powered off")
    since = other.power_off()
    change = lab.wait_for(ADDED, since, _patience(lab), host=host.address)
    lab.wait_for_service(change.at)
    time.sleep(lab.options.after_repair / SECOND)


ACTS: dict[str, Act] = {
    "healthy": healthy,
    "route-injection": route_injection,
    "route-injection-invalid": route_injection_invalid,
    "cvm-failure": cvm_failure,
    "route-deletion": route_deletion,
    "cvm-recovery": cvm_recovery,
    "nfs-hang": nfs_hang,
    "other-cvm-failure": other_cvm_failure,
}
WHOLE_STORY = "whole-story"
_STORY = ("route-injection", "cvm-failure", "route-deletion", "cvm-recovery")
_IN_A_FAILURE = ("route-deletion", "cvm-recovery")


def acts_of(scenario: str) -> tuple[str, ...]:
    """The acts of a scenario, in order; :class:`UsageError` when one is unknown or can't follow."""
    names = _STORY if scenario == WHOLE_STORY else tuple(scenario.split("+"))
    down = names[0] in _IN_A_FAILURE
    for name in names:
        if name not in ACTS:
            raise UsageError(
                f"{name!r}: no such scenario; expected {', '.join((*ACTS, WHOLE_STORY))}, or some joined by +"
            )
        if down != (name in _IN_A_FAILURE):
            raise UsageError(f"{scenario}: {name} needs the CVM {'up' if down else 'down'}, and it is not by then")
        down = (down or name == "cvm-failure") and name != "cvm-recovery"
    return names


def run_scenario(lab: Lab, scenario: str) -> None:
    """Run the cluster through the scenario and record it."""
    acts = acts_of(scenario)
    if lab.options.mount_in_capture:
        lab.start_captures()
    lab.start_clients()
    lab.start_genesis()
    if acts[0] in _IN_A_FAILURE:
        lab.report("the CVM fails before the captures begin")
        _fail(lab)
    if not lab.options.mount_in_capture:
        lab.start_captures()
    for act in acts:
        ACTS[act](lab)
    lab.stop_captures()


def _inject(lab: Lab, gateway: str) -> None:
    lab.wait_for_phase()
    _repaired(lab, _typed(lab, "-a", gateway), DELETED)


def _typed(lab: Lab, option: str, gateway: str) -> int:
    """A person types a route command in the host's shell; when, ns."""
    command = ("esxcfg-route", option, lab.cluster.storage_address, "255.255.255.255", gateway)
    name = FAULT_ROUTE_ADDED if option == "-a" else FAULT_ROUTE_DELETED
    lab.report(f"typed on {lab.host.spec.name}: {' '.join(command)}")
    at = lab.journal.note(name, host=lab.host.spec.address, gateway=gateway)
    if lab.host.shell(*command):
        raise LabError(f"{lab.host.spec.name}: {' '.join(command)} failed")
    return at


def _fail(lab: Lab) -> None:
    lab.report(f"{lab.cvm.spec.name} is powered off")
    since = lab.cvm.power_off()
    change = lab.wait_for(ADDED, since, _patience(lab), host=lab.host.spec.address)
    lab.report(f"{(change.at - since) / SECOND:.1f} s later Genesis added the route")
    lab.wait_for_service(change.at)


def _repaired(lab: Lab, since: int, change: str) -> None:
    """Wait for Genesis's own change of the route, which comes after its detection, and for service and some more."""
    within, host = _patience(lab), lab.host.spec.address
    detected = lab.wait_for("detected", since, within, host=host)
    changed = lab.wait_for(change, detected.at, within, host=host)
    lab.report(f"{(changed.at - since) / SECOND:.1f} s later: {change}")
    lab.wait_for_service(changed.at)
    time.sleep(lab.options.after_repair / SECOND)


def _patience(lab: Lab) -> int:
    return _CHECKS * lab.options.period + lab.options.silence_of_leader + BUSY


def _gateway(lab: Lab) -> str:
    """The gateway of the route that stands."""
    added = first(tuple(reversed(lab.journal.events())), ADDED, host=lab.host.spec.address)
    if added is None:
        raise LabError(f"{lab.host.spec.name} has no route to delete")
    return added.detail["gateway"]
