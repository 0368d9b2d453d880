"""What Genesis is given when it starts, times in ns."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.lab.netns.genesis.genesis_log import Stamps
from analyzer.lab.rules import Host


class GenesisSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`address` is this CVM's, `leader` the one's that leads as it starts; `cvms` are in the order of succession.

    `election`: for how long a leader must be silent before another one leads; `until_check`: from then, or from the
    start of the first leader, to its first check. `keys`: the folder of the SSH key and of the connections' sockets.
    """

    address: str
    leader: str
    election: int
    until_check: int
    period: int
    cvms: tuple[str, ...]
    hosts: tuple[Host, ...]
    preferred: str
    storage_address: str
    nfs_port: int
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
