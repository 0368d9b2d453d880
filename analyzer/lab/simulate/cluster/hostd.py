"""What hostd, which runs a host's virtual machines, logs of the power of the CVM's."""

from __future__ import annotations

from typing import Literal

from analyzer.lab.simulate.cluster.host import Host
from analyzer.model.instant import MILLISECOND

SWITCHED_OFF, SWITCHED_ON = 678 * MILLISECOND, 268 * MILLISECOND  # from what is asked for to what is done
FIRST_EVENT = 1900
_VMX = "/vmfs/volumes/5b2cf72d-c314ef74-0f37-8cdf9d51786c/ServiceVM_Centos/ServiceVM_Centos.vmx"
_ASKED = "opID=vim-cmd-58-1110 user=root"

Power = Literal["stopping", "powered off", "starting", "powered on"]
_STATES: dict[Power, str] = {
    "stopping": "VM_STATE_ON -> VM_STATE_POWERING_OFF",
    "powered off": "VM_STATE_POWERING_OFF -> VM_STATE_OFF",
    "starting": "VM_STATE_OFF -> VM_STATE_POWERING_ON",
    "powered on": "VM_STATE_POWERING_ON -> VM_STATE_ON",
}


def switched_off(host: Host, at: int) -> None:
    """A person has the CVM's VM powered off at `at`, ns."""
    _log(host, at, "stopping", _ASKED)
    _log(host, at + SWITCHED_OFF, "powered off")


def switched_on(host: Host, at: int) -> None:
    """A person has the CVM's VM powered on."""
    _log(host, at, "starting", _ASKED)
    _log(host, at + SWITCHED_ON, "powered on")


def went_off(host: Host, at: int) -> None:
    """The CVM shut itself down: nobody asked hostd for it."""
    _log(host, at, "powered off")


def booted(host: Host, at: int) -> None:
    """The host is up again: its VMs are registered, and the CVM's is started by itself."""
    _transition(host, at, "VM_STATE_INITIALIZING -> VM_STATE_OFF", "")
    _log(host, at + MILLISECOND, "starting")
    _log(host, at + MILLISECOND + SWITCHED_ON, "powered on")


def _log(host: Host, at: int, power: Power, by: str = "") -> None:
    """The event, and the transition that it is."""
    number = FIRST_EVENT + host.number
    vm = f"NTNX-15SM6021{host.number:04d}-A-CVM"
    said = f"Event {number} : {vm} on  esx-{host.number}.lab.local in ha-datacenter is {power}"
    host.log("hostd", f"{_originator('Vimsvc.ha-eventmgr', by)} {said}", at)
    _transition(host, at, _STATES[power], by)


def _transition(host: Host, at: int, states: str, by: str) -> None:
    host.log("hostd", f"{_originator(f'Vmsvc.vm:{_VMX}', by)} State Transition ({states})", at)


def _originator(sub: str, by: str) -> str:
    return f"[Originator@6876 sub={sub}{' ' + by if by else ''}]"
