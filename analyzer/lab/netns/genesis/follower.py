"""Genesis on a CVM that does not lead: it knows who does, looks after its own services, and touches no host.

A process of such a CVM: `python -m analyzer.lab.netns.genesis.follower SETTINGS.json`. No CVM that leads is powered off
in the lab's scenarios, so leadership never moves.
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

import msgspec

from analyzer.lab.netns.genesis.genesis_log import GenesisLog
from analyzer.lab.netns.genesis.settings import FollowerSettings

_EVERY_S = 60


def main(settings_file: str) -> None:
    """Follow until this CVM is powered off."""
    settings = msgspec.json.decode(Path(settings_file).read_bytes(), type=FollowerSettings)
    log = GenesisLog(Path(settings.log), settings.zone, settings.skew, settings.stamps)
    log.write(
        "cluster_manager.py:2204", f"Starting Genesis on node {settings.address}, the leader is {settings.leader}"
    )
    while not _serves(settings.nfs_port):
        time.sleep(0.2)
    while True:
        if _serves(settings.nfs_port):
            log.write("cluster_manager.py:3312", f"Services of node {settings.address} are running")
        else:
            log.write("cluster_manager.py:3317", f"Services of node {settings.address} do not answer", "WARNING")
        time.sleep(_EVERY_S)


def _serves(port: int) -> bool:
    """Whether its own NFS server accepts connections; nothing of that leaves the CVM."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
