"""Genesis on a CVM that does not lead: it knows who does, looks after its own services, and touches no host."""

from __future__ import annotations

import socket
import time

from analyzer.lab.netns.genesis.genesis_log import GenesisLog
from analyzer.lab.netns.genesis.leadership import Leadership
from analyzer.lab.netns.genesis.settings import GenesisSettings

_LOG_EVERY_S = 60


def follow(settings: GenesisSettings, leadership: Leadership, log: GenesisLog) -> None:
    """Follow, until it is this CVM's turn to lead."""
    started = f"Starting Genesis on node {settings.address}, the leader is {leadership.leader}"
    log.write("cluster_manager.py:2204", started)
    while not _serves(settings.nfs_port):
        leadership.watch()
    logged_at = 0.0
    while not leadership.is_ours:
        if time.monotonic() - logged_at >= _LOG_EVERY_S:
            _log_services(settings, log)
            logged_at = time.monotonic()
        before = leadership.leader
        if leader := leadership.watch():
            log.write("cluster_manager.py:2251", f"Leader {before} does not answer, the leader is {leader}", "WARNING")


def _log_services(settings: GenesisSettings, log: GenesisLog) -> None:
    if _serves(settings.nfs_port):
        log.write("cluster_manager.py:3312", f"Services of node {settings.address} are running")
    else:
        log.write("cluster_manager.py:3317", f"Services of node {settings.address} do not answer", "WARNING")


def _serves(port: int) -> bool:
    """Whether its own NFS server accepts connections; nothing of that leaves the CVM."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
