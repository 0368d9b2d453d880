"""What the lab's own programs are given when they start: the hosts' NFS clients, and Genesis on each CVM."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from analyzer.lab.netns.cluster.cvm import EXPORT, NFS_PORT
from analyzer.lab.netns.cluster.members import Cluster
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.nfs_client.client import ClientSettings
from analyzer.lab.netns.nfs_client.libnfs import ports_of
from analyzer.lab.netns.options import LabOptions
from analyzer.lab.rules import Host
from analyzer.model.instant import SECOND
from analyzer.model.truth import TrueCvm

FIRST_CHECK_IN = 2 * SECOND  # Python and the SSH connections need about half of it
BUSY = 60 * SECOND  # what a busy computer may be late by


class GenesisPlaces(NamedTuple):
    """Where Genesis finds its keys and puts what it notes."""

    keys: Path
    journal: Path
    log: Path


def client_settings(options: LabOptions, cluster: Cluster, node: int, file: str, log: Path) -> ClientSettings:
    """Of the client of a host, by its place among the hosts, that works on `file` of the datastore."""
    return ClientSettings(
        server=cluster.storage_address,
        export=EXPORT,
        file=file,
        ports=ports_of(node, options.clients),
        log=str(log),
        rate=options.rate,
        size=options.size,
        queue_depth=options.queue_depth,
        rpc_timeout=options.call_timeout,
        connect_timeout=options.connect_timeout,
        reconnect_delay=options.reconnect_delay,
        reset=options.client_close == "rst",
    )


def genesis_settings(
    options: LabOptions, cluster: Cluster, cvm: TrueCvm, leader: str, places: GenesisPlaces
) -> GenesisSettings:
    """Of Genesis on a CVM, when the CVM at `leader` leads."""
    return GenesisSettings(
        address=cvm.address,
        leader=leader,
        election=options.silence_of_leader,
        until_check=FIRST_CHECK_IN,
        period=options.period,
        cvms=tuple(one.address for one in cluster.cvms),
        hosts=tuple(Host(host.address, host.cvm) for host in cluster.hosts),
        preferred=cluster.preferred.address,
        storage_address=cluster.storage_address,
        nfs_port=NFS_PORT,
        probe_timeout=options.probe_timeout,
        task_delay=options.delay_of_task,
        command_delay=options.command_delay,
        terminate=options.terminate,
        keys=str(places.keys),
        journal=str(places.journal),
        log=str(places.log),
        zone=options.log_zone,
        skew=options.log_skew,
        stamps=options.log_stamps,
    )
