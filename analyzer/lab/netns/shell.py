"""The lab left running to play with."""

from __future__ import annotations

import time
from typing import NoReturn

from analyzer.lab.netns.lab import Lab
from analyzer.model.truth import TrueCvm, TrueHost

_DAY_S = 86400


def keep_running(lab: Lab) -> NoReturn:
    """Run the cluster until somebody ends this program; tell how to enter it."""
    lab.start_clients()
    lab.start_genesis()
    host, cvm, leader = lab.host.spec, lab.cvm.spec, lab.cluster.leader
    storage, gateway = lab.cluster.storage_address, lab.cluster.preferred.address
    for line in (
        f"it runs until Ctrl-C; hosts {_names(lab.cluster.hosts)}; CVMs {_names(lab.cluster.cvms)}",
        f"autopath lab enter {host.name}                          a shell on the host that does the I/O",
        f"autopath lab enter {host.name} esxcfg-route -l          its routes",
        f"autopath lab enter {host.name} esxcfg-route -a {storage} 255.255.255.255 {gateway}",
        f"autopath lab enter {cvm.name} netstat -tn              the connections of its CVM",
        f"autopath lab enter {leader.name} tail -f genesis.out     what Genesis does (on {leader.name}, which leads)",
    ):
        lab.hear(line)
    while True:
        time.sleep(_DAY_S)


def _names(machines: tuple[TrueHost | TrueCvm, ...]) -> str:
    return ", ".join(f"{one.name} ({one.address})" for one in machines)
