"""What Genesis is told when it starts, times in ns."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.lab.netns.genesis.genesis_log import Stamps
from analyzer.lab.netns.genesis.rules import Host


class GenesisSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`first_check`: ns since the epoch. `keys`: the folder of the SSH key and of the connections' sockets."""

    period: int
    first_check: int
    cvms: tuple[str, ...]
    hosts: tuple[Host, ...]
    preferred: str
    storage_address: str
    probe_timeout: int
    task_delay: int
    command_delay: int
    terminate: Literal["fin", "rst"]
    keys: str
    journal: str
    log: str
    zone: str
    skew: int
    stamps: Stamps


class FollowerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What Genesis is told on a CVM that does not lead; addresses of CVMs, `nfs_port` of its own services."""

    address: str
    leader: str
    nfs_port: int
    log: str
    zone: str
    skew: int
    stamps: Stamps
