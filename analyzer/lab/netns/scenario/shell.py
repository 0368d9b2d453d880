"""The lab left running to play with: also its CVMs can be powered off and on, from their hosts, by `vim-cmd`."""

from __future__ import annotations

import os
from typing import NoReturn

from analyzer.errors import LabError
from analyzer.lab.netns.cluster.lab import Lab
from analyzer.model.truth import TrueCvm, TrueHost


def keep_running(lab: Lab) -> NoReturn:
    """Run the cluster until somebody ends this program; report how to enter it."""
    os.mkfifo(lab.orders)
    lab.start_clients()
    lab.start_genesis()
    for line in _advice(lab):
        lab.report(line)
    with os.fdopen(os.open(lab.orders, os.O_RDWR)) as orders:  # also for writing, so that it never ends
        while True:
            carry_out(lab, orders.readline())


def carry_out(lab: Lab, order: str) -> None:
    """An order of a host's `vim-cmd`: `power.off CVM` or `power.on CVM`."""
    what, _, name = order.strip().partition(" ")
    cvm = next((one for one in lab.cvms if one.spec.name == name), None)
    try:
        if cvm is not None and what == "power.off":
            cvm.power_off()
            lab.report(f"{name} is powered off")
        elif cvm is not None and what == "power.on" and cvm.machine is None:
            lab.power_on(cvm, lab.options.initialising_checks)
            lab.report(f"{name} is powered on")
    except LabError as error:
        lab.report(str(error))


def _advice(lab: Lab) -> tuple[str, ...]:
    """With this lab's number in each command, as other labs may have machines of the same names."""
    host, leader = lab.host.spec, lab.cluster.leader
    storage, gateway = lab.cluster.storage_address, lab.cluster.preferred.address
    on_host, on_cvm, on_leader = (f"autopath lab enter {lab.name}/{one.name}" for one in (host, lab.cvm.spec, leader))
    return (
        f"it runs until Ctrl-C; hosts {_names(lab.cluster.hosts)}; CVMs {_names(lab.cluster.cvms)}",
        f"{on_host}   a shell on the host that does the I/O",
        f"{on_host} esxcfg-route -l   its routes",
        f"{on_host} esxcfg-route -a {storage} 255.255.255.255 {gateway}",
        f"{on_host} vim-cmd vmsvc/power.off 1   its CVM loses its power (power.on 1: and boots)",
        f"{on_cvm} netstat -tn   the connections of its CVM",
        f"{on_leader} cluster status   which CVMs are up, and who leads",
        f"{on_leader} tail -f genesis.out   what Genesis does (on {leader.name}, which leads)",
    )


def _names(machines: tuple[TrueHost | TrueCvm, ...]) -> str:
    return ", ".join(f"{one.name} ({one.address})" for one in machines)
